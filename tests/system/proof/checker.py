"""Judges what happened: whether all that was confirmed is at the platform, once, in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.system.proof import latency
from tests.system.proof.facts import Facts, Fault, Received, Told
from tests.system.proof.keys import PARTS, begin_of, source_of, verb_of
from tests.system.proof.latency import Latency, Recovery

RECOVERS_S: Final = 45.0
"""The longest pause between two tries of the gateway, and what a try takes."""

UNDER_WAY_S: Final = 120.0
"""The longest that an event, and a fire until it is cleared, is about; faults included."""

ENOUGH: Final = 20
"""Alarms that a percentile is worth telling of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found; each finding is a line for a person.

    `lost`: acknowledged and never received. `unanswered`: sent and never acknowledged.
    `unknown`: received and never sent. `doubled`: two ids for one event. `altered`: two events
    under one id. `misordered`: numbers that contradict the order at the source. `overtaken`:
    arrived behind a later one although no fault was about. `longest`: seconds that an alarm took,
    faults and all.
    """

    acknowledged: int
    received: int
    copies: int
    late: int
    excused: int
    lost: Sequence[str]
    unanswered: Sequence[str]
    unknown: Sequence[str]
    doubled: Sequence[str]
    altered: Sequence[str]
    misordered: Sequence[str]
    overtaken: Sequence[str]
    deaths: Sequence[str]
    stuck: Sequence[str]
    slow: Sequence[str]
    latency: Latency
    longest: float
    recoveries: Sequence[Recovery]
    faults: dict[str, int]

    @property
    def failures(self) -> dict[str, Sequence[str]]:
        """What must not be, by its name; empty when the promise was kept."""
        names = (
            *("lost", "unanswered", "unknown", "doubled", "altered", "misordered"),
            *("overtaken", "deaths", "stuck", "slow"),
        )
        return {name: found for name in names if (found := getattr(self, name))}


def judge(facts: Facts) -> Verdict:
    """Compare the ledgers."""
    delivered = latency.deliveries(facts)
    shadows = latency.shadows(facts, delivered)
    measured = latency.measured(delivered, shadows)
    recoveries = latency.recoveries(facts, delivered)
    missing = list(_missing(facts))
    lost = [key for key, excused in missing if not excused]
    overtaken, late = _overtaken(facts, shadows)
    known = {each.key for each in facts.told}
    return Verdict(
        acknowledged=sum(each.acknowledged_at is not None for each in facts.told),
        received=len({each.id for each in facts.received}),
        copies=len(facts.received) - len({each.id for each in facts.received}),
        late=late,
        excused=len(missing) - len(lost),
        lost=lost,
        unanswered=[each.key for each in facts.told if each.acknowledged_at is None],
        unknown=sorted({each.key for each in facts.received if each.key} - known),
        doubled=list(_doubled(facts)),
        altered=list(_altered(facts.received)),
        misordered=list(_misordered(facts)),
        overtaken=overtaken,
        deaths=facts.deaths,
        stuck=list(_stuck(recoveries)),
        slow=_slow(measured),
        latency=measured,
        longest=max((each.took for each in delivered), default=0.0),
        recoveries=recoveries,
        faults=dict(Counter(each.kind for each in facts.faults)),
    )


def wanted(told: Told) -> Iterator[tuple[str, str]]:
    """Yield what has to be at the platform of an event."""
    for part in PARTS[verb_of(told.key)]:
        yield told.key, part


def _missing(facts: Facts) -> Iterator[tuple[str, bool]]:
    """Yield what was acknowledged and is not there, and whether the journal was taken away."""
    there = {(each.key, each.part) for each in facts.received}
    sent = {each.key: each.sent_at for each in facts.told}
    for each in facts.told:
        if each.acknowledged_at is None:
            continue
        for part in wanted(each):
            if part not in there:
                begun = sent.get(begin_of(each.key), each.sent_at)
                yield "/".join(part), forgotten(begun, facts.faults)


def forgotten(begun: float, faults: Sequence[Fault]) -> bool:
    """Whether the journal was taken away soon after: a fire that it knew cannot be cleared.

    What was told long before has arrived by then, or is lost.
    """
    return any(each.forgets and each.began - UNDER_WAY_S <= begun <= each.ended for each in faults)


def _doubled(facts: Facts) -> Iterator[str]:
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for copy in facts.received:
        if copy.key:
            ids[copy.key, copy.part].add(copy.id)
    told = {each.key: each for each in facts.told}
    for (key, part), found in ids.items():
        if len(found) > 1 and not _renamed(told.get(key), facts.faults):
            yield f"{key}/{part}: {', '.join(sorted(found))}"


def _renamed(told: Told | None, faults: Sequence[Fault]) -> bool:
    """Whether that by which a copy is known, clock or journal, was lost while its device waited."""
    if told is None:
        return False
    until = told.acknowledged_at or float("inf")
    return any(
        (each.renames or each.forgets) and told.sent_at <= each.ended and until >= each.began
        for each in faults
    )


def _altered(received: Sequence[Received]) -> Iterator[str]:
    digests: dict[str, set[str]] = defaultdict(set)
    for copy in received:
        digests[copy.id].add(copy.digest)
    for name, found in digests.items():
        if len(found) > 1:
            yield f"{name}: {len(found)} contents"


def _misordered(facts: Facts) -> Iterator[str]:
    """Yield what has a lower number than what its device told before."""
    numbers: dict[str, int] = {}
    for copy in facts.received:
        if copy.part == "told":
            numbers[copy.key] = min(copy.number, numbers.get(copy.key, copy.number))
    highest: dict[tuple[str, int], tuple[int, str]] = {}
    for each in facts.told:
        number = numbers.get(each.key)
        if number is None:
            continue
        queue = source_of(each.key), _journal(each.acknowledged_at or each.sent_at, facts.faults)
        before, key = highest.get(queue, (0, ""))
        if number < before:
            yield f"{each.key} has {number}, {key} before it {before}"
        highest[queue] = max((before, key), (number, each.key))


def _journal(at: float, faults: Sequence[Fault]) -> int:
    """Return in which journal something was kept: a new one may begin anywhere."""
    return sum(each.forgets and each.ended <= at for each in faults)


def _overtaken(facts: Facts, shadows: Collection[tuple[float, float]]) -> tuple[list[str], int]:
    """Return what came behind a later one of its source and lane without a fault, and with one."""
    sent = {each.key: each.sent_at for each in facts.told}
    newest: dict[tuple[str, str, int], Received] = {}
    seen: set[str] = set()
    found, late = [], 0
    for copy in facts.received:
        if not copy.key or copy.id in seen:
            continue
        seen.add(copy.id)
        queue = source_of(copy.key), copy.lane, _journal(copy.at, facts.faults)
        last = newest.setdefault(queue, copy)
        if copy.number >= last.number:
            newest[queue] = copy
        elif any(sent.get(copy.key, 0) <= end and copy.at >= begin for begin, end in shadows):
            late += 1
        else:
            found.append(f"{copy.key} ({copy.number}) came after {last.key} ({last.number})")
    return found, late


def _stuck(recoveries: Sequence[Recovery]) -> Iterator[str]:
    for each in recoveries:
        if each.seconds is None or each.seconds > RECOVERS_S:
            yield f"{each.kind}: {each.seconds or 'never'}"


def _slow(measured: Latency) -> list[str]:
    if measured.count < ENOUGH or measured.p99 <= latency.PROMISED_S:
        return []
    return [f"p99 {measured.p99:.2f} s of {measured.count}"]
