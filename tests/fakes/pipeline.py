"""A pipeline in virtual time over a journal in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from edge.alarms import Alarms
from edge.clock import Clock
from edge.driver import Report
from edge.model import (
    Command,
    Kept,
    Lane,
    Record,
    Text,
)
from edge.pipeline import Pipeline
from edge.rules.alarm import PointAlarm, Words
from edge.rules.engine import Engine
from edge.rules.rule import Rule, Step
from edge.site import Policy
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

WORDS = Words(category="c", severity=500, lane=Lane.FAULT, text=Text("报警", "alarm"))


@dataclass
class FakeJournal:
    """Keeps in memory; confirms when told to."""

    kept: list[Kept] = field(default_factory=list)
    states: dict[str, bytes | None] = field(default_factory=dict)
    then: list[Callable[[], None]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def knows(self, origin: str) -> bool:
        """Whether an event with this origin was kept."""
        return any(getattr(kept.event, "origin", "") == origin for kept in self.kept)

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Note everything."""
        self.kept += events
        self.states |= states
        self.then += then
        self.log += [f"keep {kept.event.kind}" for kept in events]


@dataclass(frozen=True)
class Opener:
    """A rule that opens a gate when smoke is seen."""

    id: str = "opener"
    points: tuple[str, ...] = ("d/smoke",)
    kinds: tuple[str, ...] = ()

    def start(self) -> None:
        """No state."""

    def step(self, state: None, record: Record | None, now: datetime) -> Step[None]:
        """Open."""
        if record is None:
            return Step(state)
        return Step(state, (command(now),))


def command(now: datetime) -> Command:
    """An order to open."""
    return Command(
        id="c", device="g", action="open", issued_by="rule", expires_at=now + timedelta(seconds=9)
    )


def alarm(key: str, point: str, on_delay: timedelta = timedelta(0)) -> PointAlarm:
    """An alarm on a point that is true."""
    device, _, name = key.partition("/")
    return PointAlarm(
        id=key,
        device=device,
        name=name,
        point=point,
        words=WORDS,
        holds=lambda value, _: value is True,
        on_delay=on_delay,
    )


class House:
    """A pipeline in virtual time over a fake journal."""

    def __init__(
        self,
        *rules: Rule[Any],
        journal: FakeJournal | None = None,
        policies: Sequence[Policy] = (),
    ) -> None:
        self.journal = journal or FakeJournal()
        self.steps = 0.0

        def loop_time() -> float:
            return asyncio.get_running_loop().time()

        self.pipeline = Pipeline(
            lambda through: Engine(rules, through=through),
            Alarms(bare_site(*policies)),
            self.journal,
            lambda c: self.journal.log.append(f"act {c.action}"),
            Clock(lambda: EPOCH.timestamp() + self.steps + loop_time(), loop_time),
            next_number=1,
            trusted=lambda: True,
        )

    async def after(self, seconds: float, *reports: Report) -> None:
        """Run for a while over some reports."""
        for report in reports:
            await self.pipeline.take(report)
        try:
            async with asyncio.timeout(seconds):
                await self.pipeline.run()
        except TimeoutError:
            pass

    def kinds(self) -> list[str]:
        """What was kept."""
        return [kept.event.kind for kept in self.journal.kept]
