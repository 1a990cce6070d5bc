"""The way up: every record, in order, through the rules into the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import MappingProxyType
from typing import NoReturn, Protocol

import structlog

from edge.alarms import Alarms
from edge.clock import Clock
from edge.driver import Report
from edge.logs import frames
from edge.model import AlarmCleared, Command, Event, Kept, Reading, Record, RecordsDropped
from edge.rules.engine import Engine, Through
from edge.state import State

INBOX = 64
"""Reports that may wait; when it is full, drivers wait, and with them the devices. Few, so that
a flood waits at its own link: 12 ms for a frame of twenty new components make this a second."""

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
    """The only consumer of reports: steps rules, acts, keeps.

    `engine` makes the rules' engine, given the way that what rules say has to go.
    """

    def __init__(  # noqa: PLR0913 - the one place where these meet
        self,
        engine: Callable[[Through], Engine],
        alarms: Alarms,
        journal: Journal,
        act: Callable[[Command], None],
        clock: Clock,
        *,
        next_number: int,
        trusted: Callable[[], bool],
    ) -> None:
        self.state = State()
        self.alarms = alarms
        self.engine = engine(self._tell)
        self._journal = journal
        self._act = act
        self._clock = clock
        self._number = next_number
        self._trusted = trusted
        self._told: list[Kept] = []
        self._unfit: list[str] = []
        self._watched: AbstractSet[str] = frozenset()
        self._inbox: asyncio.Queue[Report] = asyncio.Queue(INBOX)

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Resume where the last kept event left the rules and alarms."""
        rules = {
            key[len(RULE_STATE) :]: body
            for key, body in states.items()
            if key.startswith(RULE_STATE)
        }
        self.alarms.restore(states)
        self._unfit = self.engine.restore(rules)
        self._watched = rules.keys() - set(self._unfit)

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
            self._wake()
            if report is None:
                await self._keep(None)
            else:
                await self._take_in(report)
                await asyncio.sleep(0)  # nothing above need wait: others have their turn here

    async def _begin(self) -> None:
        """Clear what no rule watches any more, then let the rules catch up."""
        now = self._clock.now()
        self.alarms.begin(now)
        unwatched = [
            alarm.key
            for alarm in self.alarms.active.values()
            if (rule := alarm.raised.watched_by) and rule not in self._watched
        ]
        states: dict[str, bytes | None] = {f"{RULE_STATE}{rule}": None for rule in self._unfit}
        await self._journal.keep((), states, ())
        self._start(self.engine.begin(now))
        for key in unwatched:
            self._follow(AlarmCleared(alarm=key, at=now))
        self._wake()
        await self._keep(None)

    def _wake(self) -> None:
        """Follow what the time alone brings about."""
        now = self._clock.now()
        for event in self.alarms.due(now):
            self._follow(event)
        self._start(self.engine.feed(None, now))

    async def drain(self) -> None:
        """Process what is in the inbox, once, when the gateway ends."""
        while not self._inbox.empty():
            await self._take_in(self._inbox.get_nowait())

    async def _take_in(self, report: Report) -> None:
        """Step and keep one report; a copy of what is known already is only confirmed.

        A record that cannot be stepped is told; the rest is kept, but the report not confirmed.
        """
        origins = [origin for r in report.records if (origin := getattr(r, "origin", ""))]
        if any(self._journal.knows(origin) for origin in origins):
            await self._keep(report.kept, report.states)
            return
        faults = [fault for record in report.records if (fault := self._step(record))]
        if not faults:
            await self._keep(report.kept, report.states)
            return
        reason = f"internal fault: {type(faults[0]).__name__}"
        now = self._clock.now()
        self._tell(RecordsDropped(what="report", count=len(faults), reason=reason, at=now), now)
        await self._keep(None)

    def _step(self, record: Record) -> Exception | None:
        """Step one record and what it says of its device; return what went wrong."""
        try:
            online = self.state.follow(record)
            self._follow(record)
            if online:
                self._follow(online)
        except Exception as fault:  # noqa: BLE001 - no device may stop what watches all others
            at = frames(fault)
            log.error("report.fault", fault=repr(fault), at=at)  # noqa: TRY400 - reads no files
            return fault
        return None

    def _follow(self, record: Record) -> None:
        """Step the rules with one record, an event only as far as it changes anything."""
        now = self._clock.now()
        if isinstance(record, Reading):
            self._start(self.engine.feed(record, now))
            return
        for event in self._tell(record, now):
            self._start(self.engine.feed(event, now))

    def _start(self, follows: Sequence[Event | Command]) -> None:
        """Start the commands at once."""
        for follow in follows:
            if isinstance(follow, Command):
                self._act(follow)

    def _tell(self, event: Event, now: datetime) -> Sequence[Event]:
        """Number what the life of alarms makes of an event; return it, for the rules to hear."""
        told = self.alarms.follow(self._number, event, now)
        trusted = self._trusted()
        for each in told:
            self._told.append(
                Kept(
                    number=self._number,
                    event=each.event,
                    trusted_clock=trusted,
                    alarm=each.alarm,
                )
            )
            self._number += 1
            if each.alarm is not None:
                alarm = each.alarm
                log.info("alarm.changed", kind=each.event.kind, alarm=alarm.key, id=alarm.number)
        return [each.event for each in told]

    async def _keep(
        self,
        confirm: Callable[[], None] | None,
        given: Mapping[str, bytes | None] = MappingProxyType({}),
    ) -> None:
        states = dict(given)
        states |= {f"{RULE_STATE}{key}": body for key, body in self.engine.take_changed().items()}
        states |= self.alarms.take_changed()
        kept, self._told = self._told, []
        if kept or states or confirm:
            await self._journal.keep(kept, states, (confirm,) if confirm else ())

    async def _next(self) -> Report | None:
        """Return the next report, or none when a rule is due before one comes."""
        if not self._inbox.empty():
            return self._inbox.get_nowait()
        wake = min(filter(None, (self.engine.wake_at(), self.alarms.wake_at())), default=None)
        patience = (wake - self._clock.now()).total_seconds() if wake else None
        try:
            async with asyncio.timeout(patience):
                return await self._inbox.get()
        except TimeoutError:
            return None

    def _follow_clock(self) -> None:
        """Move everything that waits when the wall clock was set, so that delays stay true."""
        if step := self._clock.correct():
            self.engine.shift(step)
            self.alarms.shift(step)
            log.warning("clock.stepped", seconds=step.total_seconds())
