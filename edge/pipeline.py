"""The way up: every record, in order, through the rules into the journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import MappingProxyType
from typing import NoReturn

import structlog

from edge.alarms import Alarms
from edge.clock import Clock
from edge.driver import Report
from edge.intake import Intake
from edge.journal import Journal
from edge.logs import frames
from edge.model import (
    AlarmCleared,
    Block,
    Command,
    Event,
    Kept,
    Reading,
    Readings,
    Record,
    RecordsDropped,
)
from edge.rules.engine import Engine, Through
from edge.salvage import told_of
from edge.site import Site
from edge.state import State
from edge.swap import Swap

RULE_STATE = "rule:"

log = structlog.get_logger()


class Pipeline(Intake):
    """The only consumer of reports: steps rules, acts, keeps.

    `engine` makes the rules' engine, given the way that what rules say has to go. `note` is told
    all that was read once the rules have had it, `heard` every event; neither waits or fails.
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
        note: Callable[[Readings], None] = lambda _: None,
        heard: Callable[[Event], None] = lambda _: None,
    ) -> None:
        super().__init__(clock)
        self.state = State()
        self.alarms = alarms
        self.engine = engine(self._tell)
        self._journal = journal
        self._act = act
        self._number = next_number
        self._trusted = trusted
        self._note = note
        self._heard = heard
        self._told: list[Kept] = []
        self._unfit: list[str] = []
        self._misread: list[str] = []
        self._watched: AbstractSet[str] = frozenset()

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Resume where the last kept event left the rules and alarms."""
        own = (key for key in states if key.startswith(RULE_STATE))
        rules = {key.removeprefix(RULE_STATE): states[key] for key in own}
        misread, anew = self.alarms.restore(states), self.alarms.begin_anew(rules)
        kept = {rule: body for rule, body in rules.items() if rule not in anew}
        self._unfit = [*anew, *self.engine.restore(kept)]
        self._misread = [*misread, *self.engine.misread]
        self._watched = rules.keys() - set(self._unfit)

    async def reconfigure(
        self,
        rules: Callable[[Through], Engine],
        site: Site,
        gone: Collection[str],
        then: Callable[[], None],
    ) -> None:
        """Go on with other rules between two reports, and return when that has been done.

        `gone` are the links and devices whose last readings say nothing any more; `then` is called
        when no report is half-way, for whatever else has to change in the same instant.
        """
        swap = Swap(rules(self._tell), site, gone, then)
        await self._inbox.put(swap)
        await swap.done.wait()

    async def run(self) -> NoReturn:
        """Process reports until cancelled; act first, then keep."""
        self.alarms.begin(now := self._clock.now())
        for each in told_of(self._misread, now):
            self._tell(each, now)
        await self._catch_up()
        await self._take_all()

    @property
    def _count(self) -> int:
        return self._number

    async def _swap(self, swap: Swap) -> None:
        """Let the new rules take up where the old ones stand; alarms keep their numbers."""
        self._unfit = swap.engine.adopt(self.engine)
        self._watched = self.engine.rules.keys() - set(self._unfit)
        self.engine = swap.engine
        self.state.forget(swap.gone)
        self.alarms.site = swap.site
        swap.then()
        await self._catch_up()
        swap.done.set()

    async def _catch_up(self) -> None:
        """Let every rule be stepped once, and clear the alarms that none watches any more."""
        now = self._clock.now()
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

    def _wake_at(self) -> datetime | None:
        """When the time alone will bring something about."""
        return min(filter(None, (self.engine.wake_at(), self.alarms.wake_at())), default=None)

    def _wake(self) -> None:
        """Follow what the time alone brings about."""
        wake = self._wake_at()
        if wake is None or wake > (now := self._clock.now()):
            return
        for event in self.alarms.due(now):
            self._follow(event)
        self._start(self.engine.feed(None, now))

    async def _take_in(self, report: Report | Swap | None) -> None:
        """Step and keep one report; a copy of what is known already is only confirmed.

        A record that cannot be stepped is told; the rest is kept, but the report not confirmed.
        """
        if report is None:
            await self._keep(None)
            return
        if isinstance(report, Swap):
            await self._swap(report)
            return
        origins = (getattr(record, "origin", "") for record in report.records)
        is_copy = any(origin and self._journal.knows(origin) for origin in origins)
        faults = () if is_copy else self._step(report.records)
        if not faults:
            await self._keep(report.kept, report.states)
            return
        reason = f"internal fault: {type(faults[0]).__name__}"
        now = self._clock.now()
        self._tell(RecordsDropped(what="report", count=len(faults), reason=reason, at=now), now)
        await self._keep(None)

    def _passes(self, report: Report) -> bool:
        """Take a report in at once, if it is one block that changes nothing but what is read."""
        block = report.records[0] if len(report.records) == 1 else None
        if not isinstance(block, Block) or report.kept or report.states:
            return False
        try:
            if any(self.engine.loud(block)):
                return False
            self.state.take(block)
        except Exception:  # noqa: BLE001 - its turn comes, and tells what is wrong with it
            return False
        self._note(block)
        return True

    def _step(self, records: Iterable[Record | Block]) -> Sequence[Exception]:
        """Step records and what they say of their device; return what went wrong."""
        faults: list[Exception] = []
        for record in records:
            try:
                if isinstance(record, Block):
                    self._take_block(record)
                elif type(record) is Reading and self.engine.is_quiet(record):
                    self.state.take(record)
                    self._note(record)
                else:
                    online = self.state.follow(record)
                    self._follow(record)
                    if online:
                        self._follow(online)
            except Exception as fault:  # noqa: BLE001 - no device may stop what watches all others
                at = frames(fault)
                log.error("report.fault", fault=repr(fault), at=at)  # noqa: TRY400 - reads no files
                faults.append(fault)
        return faults

    def _take_block(self, block: Block) -> None:
        """Step the rules with what of a block tells them anything."""
        self.state.take(block)
        for reading in self.engine.loud(block):
            self._start(self.engine.feed(reading, self._clock.now()))
        self._note(block)

    def _follow(self, record: Record) -> None:
        """Step the rules with one record, an event only as far as it changes anything."""
        now = self._clock.now()
        if isinstance(record, Reading):
            self._start(self.engine.feed(record, now))
            self._note(record)
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
                Kept(number=self._number, event=each.event, trusted_clock=trusted, alarm=each.alarm)
            )
            self._number += 1
            self._heard(each.event)
            if each.alarm is not None:
                alarm = each.alarm
                log.info("alarm.changed", kind=each.event.kind, alarm=alarm.key, id=alarm.number)
        return [each.event for each in told]

    async def _keep(
        self,
        confirm: Callable[[], None] | None,
        given: Mapping[str, bytes | None] = MappingProxyType({}),
    ) -> None:
        rules, states = self.engine.take_changed(), self.alarms.take_changed()
        if confirm or given or rules or states or self._told:
            states |= {**given, **{f"{RULE_STATE}{key}": body for key, body in rules.items()}}
            kept, self._told = self._told, []
            await self._journal.keep(kept, states, (confirm,) if confirm else ())

    def _follow_clock(self) -> None:
        """Move everything that waits when the wall clock was set, so that delays stay true."""
        if step := self._clock.correct():
            self.engine.shift(step)
            self.alarms.shift(step)
            self._inbox.clock_set()
            log.warning("clock.stepped", seconds=step.total_seconds())
