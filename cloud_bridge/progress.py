"""How far the latest deliveries have come, and when; in memory, since the gateway began."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from edge.model import Delivery, EventLine

MOST_NUMBERS: Final = 5_000
"""Remembered of each uplink, about 1 MB: ten windows of all lanes that wait for receipts."""


@dataclass(slots=True)
class Steps:
    """When one event was last handed to an uplink, taken by its broker, stored by the platform."""

    sent_at: datetime
    broker_at: datetime | None = None
    receipt_at: datetime | None = None


class Progress:
    """Written by each uplink's bridge as it sends; looked at by the journal."""

    def __init__(self) -> None:
        self._uplinks: dict[str, dict[int, Steps]] = {}
        self._answers: Counter[str] = Counter()

    def sent(self, uplink: str, numbers: Iterable[int], at: datetime) -> None:
        """They are on their way; what was sent before begins anew."""
        known = self._uplinks.setdefault(uplink, {})
        for number in numbers:
            known.pop(number, None)
            known[number] = Steps(at)
            if len(known) > MOST_NUMBERS:
                del known[next(iter(known))]

    def also_sent(self, uplink: str, numbers: Iterable[int], at: datetime) -> None:
        """They go a second way: what is known of the first stays."""
        known = self._uplinks.get(uplink, {})
        self.sent(uplink, [number for number in numbers if number not in known], at)

    def taken(self, uplink: str, numbers: Iterable[int], at: datetime) -> None:
        """The broker has them."""
        known = self._uplinks.get(uplink, {})
        for number in numbers:
            if steps := known.get(number):
                steps.broker_at = at

    def stored(self, uplink: str, numbers: Iterable[int], at: datetime) -> None:
        """The platform has given a receipt for them; the first one counts."""
        known = self._uplinks.get(uplink, {})
        for number in numbers:
            steps = known.get(number)
            if steps and steps.receipt_at is None:
                steps.receipt_at = at

    def answered(self, uplink: str) -> None:
        """The platform has said something of what it was sent."""
        self._answers[uplink] += 1

    def answers(self, uplink: str) -> int:
        """How often it has; that this grows is how one knows that somebody listens."""
        return self._answers[uplink]

    def on(self, line: EventLine) -> EventLine:
        """Return the event as the disk tells it, with what is known besides."""
        told = tuple(self._on(line.number, delivery) for delivery in line.deliveries)
        return line if told == line.deliveries else replace(line, deliveries=told)

    def _on(self, number: int, delivery: Delivery) -> Delivery:
        steps = self._uplinks.get(delivery.uplink, {}).get(number)
        if steps is None:
            return delivery
        state = delivery.state
        if state == "kept":
            state = "receipt" if steps.receipt_at else "broker" if steps.broker_at else "sent"
        return replace(
            delivery,
            state=state,
            sent_at=steps.sent_at,
            broker_at=steps.broker_at,
            receipt_at=steps.receipt_at,
        )

    def forget_others(self, uplinks: Collection[str]) -> None:
        """Only these uplinks are there from now on."""
        for name in self._uplinks.keys() - set(uplinks):
            del self._uplinks[name]
