"""What stands around the pipeline of a house in tests: a disk, a history, ways, a clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from cloud_bridge.wire import Narrator
from cloud_bridge.wire.kinds import device_of, lane_of
from edge.history import Sample
from edge.history.look import Look
from edge.model import Command, Delivery, EventLine, EventQuery, Kept, Reading, Readings, one_by_one
from tests.fakes.pipeline import FakeJournal

T = TypeVar("T")

START: Final = datetime(2026, 3, 1, 2, tzinfo=UTC)


class LoopClock:
    """Goes with the time of the loop that runs, virtual or real; may be asked in any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._began = 0.0
        self.turned = timedelta(0)

    def begin(self) -> None:
        """From now on it goes."""
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    def seconds(self) -> float:
        """Return how long it has gone."""
        return self._loop.time() - self._began if self._loop else 0.0

    def __call__(self) -> datetime:
        """Return the instant."""
        return START + timedelta(seconds=self.seconds()) + self.turned


class Disk(FakeJournal):
    """Keeps at once, or, when full, not at all; what is kept can be looked up as in a journal."""

    def __init__(self, narrator: Narrator) -> None:
        super().__init__()
        self._narrator = narrator
        self.full = False
        self.deliveries: dict[int, tuple[Delivery, ...]] = {}

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Keep and confirm."""
        await super().keep(events, states, then)
        if not self.full:
            for confirm in then:
                confirm()

    async def find(self, query: EventQuery) -> Sequence[EventLine]:
        """Return what was kept, newest first."""
        lines = [self._line(kept) for kept in reversed(self.kept) if _about(kept, query)]
        return [line for line in lines if _fits(line, query)][: query.limit]

    async def of_alarm(self, key: str, number: int) -> Sequence[EventLine]:
        """Return everything of one occurrence of an alarm, oldest first."""
        del key
        mine = (kept for kept in self.kept if kept.alarm and kept.alarm.number == number)
        return [self._line(kept) for kept in mine]

    async def requeue(self, uplink: str, since: int | None) -> int:
        """Nothing was ever refused; from a number on, everything waits again."""
        del uplink
        if self.full:
            raise OSError("No space left on device")
        return 0 if since is None else sum(kept.number >= since for kept in self.kept)

    def _line(self, kept: Kept) -> EventLine:
        return EventLine(
            number=kept.number,
            at=kept.event.at,
            kind=kept.event.kind,
            lane=lane_of(kept.event, kept.alarm),
            subject=device_of(kept.event, kept.alarm),
            body=self._narrator.encode(kept),
            kept_at=kept.event.at,
            deliveries=self.deliveries.get(kept.number, ()),
        )


def _about(kept: Kept, query: EventQuery) -> bool:
    key = kept.alarm.key if kept.alarm else ""
    return query.subject in {"", device_of(kept.event, kept.alarm), key}


def _fits(line: EventLine, query: EventQuery) -> bool:
    kind = query.kind.removesuffix("*")
    return (
        (query.before is None or line.number < query.before)
        and line.number > query.after
        and (line.kind.startswith(kind) if query.kind.endswith("*") else kind in {"", line.kind})
        and query.lane in {None, line.lane}
        and (not query.waiting or any(each.state != "receipt" for each in line.deliveries))
    )


@dataclass
class FakeHistory:
    """What was read, in memory."""

    read: list[Reading] = field(default_factory=list)
    since: datetime | None = START - timedelta(days=8)

    def add(self, told: Readings) -> None:
        """Note what was read."""
        self.read += one_by_one((told,))

    async def trend(
        self, point: str, since: datetime, until: datetime, most: int = 600
    ) -> Sequence[Sample]:
        """Return the course of a point."""
        found = [r for r in self.read if r.point == point and since <= r.at <= until]
        return [
            Sample(at=r.at, value=r.value, low=r.value, high=r.value, quality=r.quality)
            for r in found[-most:]
        ]

    async def readings(
        self, points: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> Sequence[Reading]:
        """Return what these points read."""
        found = [r for r in self.read if r.point in points and since <= r.at <= until]
        return found[:limit]

    async def look(self, question: Callable[[Look], T]) -> T:
        """Ask anything of what is in memory."""
        return question(Look(None, self.read))

    async def recent(self, point: str, limit: int) -> Sequence[Reading]:
        """Return what a point read last, newest first."""
        return [r for r in reversed(self.read) if r.point == point][:limit]


@dataclass
class FakeWay:
    """A way to every device; `told` is what they were told, `answer` what they confirm."""

    told: list[Command] = field(default_factory=list)
    answer: str | None = None

    async def execute(self, command: Command) -> str | None:
        """Do it."""
        self.told.append(command)
        return self.answer
