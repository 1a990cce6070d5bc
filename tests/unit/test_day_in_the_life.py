"""The whole spine in virtual time: a trapped person, a cut cable, a cut cloud, a killed gateway."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from cloud_bridge.bridge import Bridge
from cloud_bridge.journal import Journal
from cloud_bridge.wire import Status
from edge.alarms import Alarms
from edge.clock import Clock
from edge.driver import Now, Report, Way
from edge.keeper import Keeper, Opened, keep_open
from edge.model import AlarmRaised, Command, Kept, Lane, Reading, Text
from edge.pipeline import Pipeline
from edge.rules.alarm import PointAlarm, Words
from edge.rules.engine import Engine
from edge.trace import Frame, Part, Trace
from tests.fakes import time as virtual
from tests.fakes.platform import FakePlatform
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

HOUR = 3600.0
TRAPPED = (60.0, 300.0)
CABLE_CUT = (600.0, 900.0)
CLOUD_CUT = (50.0, 1500.0)
KILLED = (95.0, 1000.0, 2000.0)

ENTRAPMENT = PointAlarm(
    id="lift-1/entrapment",
    device="lift-1",
    name="entrapment",
    point="lift-1/trapped",
    words=Words(
        category="lift.entrapment",
        severity=900,
        lane=Lane.LIFE_SAFETY,
        text=Text("困人", "Person trapped"),
    ),
    holds=lambda value, _: value is True,
    on_delay=timedelta(seconds=30),
)


class Lift:
    """A lift whose story is told by the hour's clock."""

    id = "lifts"
    kind = "fake"

    def __init__(self, begun: float) -> None:
        self._begun = begun

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncIterator[Lift]:
        """Connect while the cable is whole."""
        del trace
        self._now = now
        self._check()
        yield self

    def describe(self, frame: Frame, before: Sequence[Frame]) -> tuple[Part, ...]:
        """Say nothing."""
        del frame, before
        return ()

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Poll once a second."""
        while True:
            second = self._check()
            trapped = TRAPPED[0] <= second < TRAPPED[1]
            yield Report((Reading(point="lift-1/trapped", value=trapped, at=self._now()),))
            await asyncio.sleep(1)

    async def execute(self, command: Command) -> None:
        """Take no command."""

    def _check(self) -> float:
        second = self._begun + asyncio.get_running_loop().time()
        if CABLE_CUT[0] <= second < CABLE_CUT[1]:
            raise ConnectionResetError("cable cut")
        return second


class Life:
    """What the platform saw over all lives of the gateway."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: dict[str, Kept] = {}
        self.platform = FakePlatform()
        self.sessions = 0

    def narrate(self, kept: Kept) -> bytes:
        """Tell an event by its id; remember what it stands for."""
        self.kept[f"gw/{kept.number}"] = kept
        return f"gw/{kept.number}".encode()

    async def live(self, journal: Journal, begun: float, until: float) -> None:
        """Run the gateway from one second of the hour to another, then kill it."""
        running = [
            asyncio.create_task(work, name=name)
            for name, work in (*self._gateway(journal, begun), ("cut", self._cut(begun)))
        ]
        await asyncio.sleep(until - begun)
        for task in running:
            task.cancel()
        ends = await asyncio.gather(*running, return_exceptions=True)
        assert [end for end in ends if not isinstance(end, asyncio.CancelledError)] == []
        await journal.close()

    def _gateway(
        self, journal: Journal, begun: float
    ) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        def loop_time() -> float:
            return begun + asyncio.get_running_loop().time()

        clock = Clock(lambda: EPOCH.timestamp() + loop_time(), loop_time)
        pipeline = Pipeline(
            lambda through: Engine([ENTRAPMENT], through=through),
            Alarms(bare_site()),
            journal,
            lambda _: None,
            clock,
            next_number=journal.next_number,
            trusted=lambda: True,
        )
        pipeline.restore(journal.states)
        keeper = Keeper(Lift(begun), pipeline.take, pipeline.tell, clock.now)
        bridge = Bridge(
            name="up",
            gateway="gw",
            journal=journal,
            take=pipeline.take,
            key=lambda _: "",
            obey=_unheard,
            status=_status,
            now=clock.now,
        )
        return [
            ("journal", journal.run()),
            ("pipeline", pipeline.run()),
            ("link", keeper.run()),
            ("uplink", keep_open("up", partial(self._serve, bridge), _unreported)),
        ]

    async def _serve(self, bridge: Bridge, opened: Opened) -> None:
        await bridge.serve(self.platform.session(), opened)

    async def _cut(self, begun: float) -> None:
        """Cut the way to the platform for its part of the hour."""
        while True:
            second = begun + asyncio.get_running_loop().time()
            up = not CLOUD_CUT[0] <= second < CLOUD_CUT[1]
            (self.platform.reachable.set if up else self.platform.reachable.clear)()
            await asyncio.sleep(1)


async def _status() -> Status:
    return Status(site="s", gateway="gw", online=True)


async def _unheard(body: bytes, retained: bool) -> None:  # noqa: FBT001 - as the bridge calls it
    del body, retained


async def _unreported(way: Way, reason: str) -> None:
    del way, reason


def test_a_day_in_the_life(tmp_path: Path) -> None:
    """One hour: everything that was kept arrives, under one id, and nothing is raised twice."""
    life = Life(tmp_path)
    instants = [0.0, *KILLED, HOUR]
    for begun, until in pairwise(instants):
        journal = Journal(tmp_path / "journal.db", ["up"], life.narrate, now=lambda: EPOCH)
        life.platform = _again(life.platform)
        virtual.run(life.live(journal, begun, until))

    arrived = Counter(life.platform.stored)
    assert set(arrived) == set(life.kept), "nothing is lost, nothing unknown arrives"
    kinds = [life.kept[event].event.kind for event in dict.fromkeys(life.platform.stored)]
    assert kinds.count("alarm.raised") == kinds.count("alarm.cleared") == 1
    [raised] = [k.event for k in life.kept.values() if isinstance(k.event, AlarmRaised)]
    assert timedelta(seconds=90) <= raised.at - EPOCH < timedelta(seconds=92)
    numbers = sorted(kept.number for kept in life.kept.values())
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "no number is missing"


def _again(platform: FakePlatform) -> FakePlatform:
    """The same platform for the next event loop."""
    fresh = FakePlatform()
    fresh.stored, fresh.received = platform.stored, platform.received
    return fresh
