"""How long alarms took while nothing was in their way, and how long after that was over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.system.proof.facts import Facts, Fault
from tests.system.proof.keys import verb_of

PROMISED_S: Final = 1.0
"""Within which a life-safety alarm leaves while a path is up."""
LIFE_SAFETY: Final = "life_safety"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A life-safety alarm, from its device's first word to the platform's ledger."""

    sent_at: float
    received_at: float

    @property
    def took(self) -> float:
        """Seconds."""
        return self.received_at - self.sent_at


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long after a fault the first alarm came through in time; none: none did any more.

    A fault whose recovery met the next fault is not told.
    """

    kind: str
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Of the alarms that had nothing in their way."""

    count: int
    p50: float
    p99: float
    worst: float


def deliveries(facts: Facts) -> list[Delivery]:
    """Return the first arrival of every fire, by when it was sent."""
    sent = {each.key: each.sent_at for each in facts.told}
    first: dict[str, float] = {}
    for copy in facts.received:
        if copy.part == "alarm" and verb_of(copy.key) == "raise" and copy.lane == LIFE_SAFETY:
            first.setdefault(copy.key, copy.at)
    found = [Delivery(sent[key], at) for key, at in first.items() if key in sent]
    return sorted(found, key=lambda each: each.sent_at)


def shadows(facts: Facts, delivered: Sequence[Delivery]) -> list[tuple[float, float]]:
    """Return when alarms may be late: from a fault's begin until one is in time after its end."""
    return [
        (fault.began, _in_time_after(fault.ended, delivered) or float("inf"))
        for fault in facts.faults
        if fault.cuts
    ]


def recoveries(facts: Facts, delivered: Sequence[Delivery]) -> list[Recovery]:
    """Return how long each fault was felt afterwards."""
    found = []
    last = max((each.sent_at for each in delivered), default=0.0)
    for fault in facts.faults:
        if not fault.cuts or fault.ended > last:
            continue
        recovered = _in_time_after(fault.ended, delivered)
        if _disturbed(fault, recovered or last, facts.faults):
            continue
        found.append(Recovery(fault.kind, None if recovered is None else recovered - fault.ended))
    return found


def measured(delivered: Sequence[Delivery], outside: Iterable[tuple[float, float]]) -> Latency:
    """Return how long the alarms took that none of these times touched."""
    closed = list(outside)
    times = sorted(
        each.took
        for each in delivered
        if all(each.sent_at + PROMISED_S < begin or each.sent_at >= end for begin, end in closed)
    )
    if not times:
        return Latency(count=0, p50=0.0, p99=0.0, worst=0.0)
    return Latency(
        count=len(times),
        p50=times[len(times) // 2],
        p99=times[len(times) * 99 // 100],
        worst=times[-1],
    )


def _in_time_after(at: float, delivered: Sequence[Delivery]) -> float | None:
    """Return when the first alarm arrived in time that was sent from then on."""
    return next(
        (each.received_at for each in delivered if each.sent_at >= at and each.took <= PROMISED_S),
        None,
    )


def _disturbed(fault: Fault, until: float, faults: Iterable[Fault]) -> bool:
    """Whether another fault was there between the end of this one and then."""
    return any(
        other is not fault and other.began <= until and other.ended >= fault.ended
        for other in faults
    )
