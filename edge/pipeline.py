"""The way up: every record, in order, through the rules into the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, Protocol

import structlog

from edge.alarms import Alarms
from edge.clock import Clock
from edge.driver import Report
from edge.logs import frames
from edge.model import AlarmCleared, Command, Event, Kept, Reading, Record, RecordsDropped
from edge.rules.engine import Engine
from edge.state import State

INBOX = 64
"""Reports that may wait; when it is full, drivers wait, and with them the devices. Few, so that
a flood waits at its own link: 12 ms for a frame of twenty new components make this a second."""

ALARM_STATE = "alarm:"
RULE_STATE = "rule:"

log = structlog.get_logger()


class Journal(Protocol):
    """Where events are kept; see `cloud_bridge.journal`."""

    def knows(self, origin: str) -> bool:
        """Whether an event with this origin is kept, or on its way to the disk."""
        ...

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Hand over what has to be on disk before `then` is called; return when there is room."""
        ...


class Pipeline:
    """The only consumer of reports: steps rules, acts, keeps."""

    def __init__(  # noqa: PLR0913 - the one place where these six meet
        self,
        engine: Engine,
        journal: Journal,
        act: Callable[[Command], None],
        clock: Clock,
        *,
        next_number: int,
        trusted: Callable[[], bool],
    ) -> None:
        self.state = State()
        self.alarms = Alarms()
        self._engine = engine
        self._journal = journal
        self._act = act
        self._clock = clock
        self._number = next_number
        self._trusted = trusted
        self._orphans: list[str] = []
        self._inbox: asyncio.Queue[Report] = asyncio.Queue(INBOX)

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Resume where the last kept event left the rules and alarms."""
        rules = _with_prefix(states, RULE_STATE)
        self.alarms.restore(_with_prefix(states, ALARM_STATE))
        self._orphans = [*self._engine.restore(rules), *(self.alarms.open.keys() - rules.keys())]

    async def take(self, report: Report) -> None:
        """Put a report into the inbox; waits while the pipeline is behind."""
        await self._inbox.put(report)

    async def tell(self, event: Event) -> None:
        """Put an event of the gateway's own into the inbox."""
        await self._inbox.put(Report((event,)))

    async def run(self) -> NoReturn:
        """Process reports until cancelled; act first, then keep."""
        await self._begin()
        while True:
            report = await self._next()
            self._follow_clock()
            if report is None:
                await self._keep(self._sort(self._engine.feed(None, self._clock.now())), None)
            else:
                await self._take_in(report)
                await asyncio.sleep(0)  # nothing above need wait: others have their turn here

    async def _begin(self) -> None:
        """Clear what no rule watches any more, then let the rules catch up."""
        now = self._clock.now()
        cleared = [AlarmCleared(alarm=k, at=now) for k in self._orphans if k in self.alarms.open]
        states: dict[str, bytes | None] = {f"{RULE_STATE}{key}": None for key in self._orphans}
        await self._journal.keep((), states, ())
        await self._keep([*cleared, *self._sort(self._engine.begin(now))], None)

    async def drain(self) -> None:
        """Process what is in the inbox, once, when the gateway ends."""
        while not self._inbox.empty():
            await self._take_in(self._inbox.get_nowait())

    async def _take_in(self, report: Report) -> None:
        """Step and keep one report; one that cannot be is told and not confirmed, others go on."""
        number = self._number
        try:
            await self._keep(self._process(report), report.kept)
        except Exception as fault:  # noqa: BLE001 - no device may stop what watches all others
            self._number = number
            at = frames(fault)
            log.error("report.fault", fault=repr(fault), at=at)  # noqa: TRY400 - reads no files
            reason = f"internal fault: {type(fault).__name__}"
            given_up = len(report.records)
            now = self._clock.now()
            dropped = RecordsDropped(what="report", count=given_up, reason=reason, at=now)
            await self._keep([dropped], None)

    def _process(self, report: Report) -> list[Event]:
        """Step one report; a copy of what is known already is only confirmed."""
        origins = [origin for r in report.records if (origin := getattr(r, "origin", ""))]
        if any(self._journal.knows(origin) for origin in origins):
            return []
        events: list[Event] = []
        for record in report.records:
            events += self._follow(record)
        return events

    def _follow(self, record: Record) -> list[Event]:
        events: list[Event] = []
        online = self.state.follow(record)
        for each in (record, online) if online else (record,):
            if not isinstance(each, Reading):
                events.append(each)
            events += self._sort(self._engine.feed(each, self._clock.now()))
        return events

    def _sort(self, follows: Sequence[Event | Command]) -> list[Event]:
        """Start the commands at once; return the events."""
        events: list[Event] = []
        for follow in follows:
            if isinstance(follow, Command):
                self._act(follow)
            else:
                self.state.follow(follow)
                events.append(follow)
        return events

    async def _keep(self, events: Sequence[Event], confirm: Callable[[], None] | None) -> None:
        trusted = self._trusted()
        kept: list[Kept] = []
        for event in events:
            alarm = self.alarms.follow(self._number, event)
            if alarm is not None:
                log.info("alarm.changed", kind=event.kind, alarm=alarm.key, number=alarm.number)
            kept.append(Kept(number=self._number, event=event, trusted_clock=trusted, alarm=alarm))
            self._number += 1
        states: dict[str, bytes | None] = {
            f"{RULE_STATE}{key}": body for key, body in self._engine.take_changed().items()
        }
        states |= {f"{ALARM_STATE}{k}": body for k, body in self.alarms.take_changed().items()}
        if kept or states or confirm:
            await self._journal.keep(kept, states, (confirm,) if confirm else ())

    async def _next(self) -> Report | None:
        """Return the next report, or none when a rule is due before one comes."""
        if not self._inbox.empty():
            return self._inbox.get_nowait()
        wake = self._engine.wake_at()
        patience = (wake - self._clock.now()).total_seconds() if wake else None
        try:
            async with asyncio.timeout(patience):
                return await self._inbox.get()
        except TimeoutError:
            return None

    def _follow_clock(self) -> None:
        """Move everything that waits when the wall clock was set, so that delays stay true."""
        if step := self._clock.correct():
            self._engine.shift(step)
            log.warning("clock.stepped", seconds=step.total_seconds())


def _with_prefix(states: Mapping[str, bytes], prefix: str) -> dict[str, bytes]:
    return {key[len(prefix) :]: body for key, body in states.items() if key.startswith(prefix)}
