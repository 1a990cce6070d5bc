"""What finds the pipeline waiting is taken in without a turn, and means what it always did."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import pytest

from edge.driver import Report
from edge.model import Block, Group, Kept, LinkChanged, Readings, Value
from edge.rules.alarm import PointAlarm
from tests.fakes import time as virtual
from tests.fakes.history import at, read
from tests.fakes.pipeline import FakeJournal, House, Opener, alarm

GATE = Group.of(("d/smoke", "d/level"))


def block(seconds: float, smoke: Value, level: Value) -> Block:
    """What the device said at an instant."""
    return Block(group=GATE, values=(smoke, level), at=at(seconds))


class FullJournal(FakeJournal):
    """Lets whoever brings an event wait until there is `room`, or fails."""

    def __init__(self) -> None:
        super().__init__()
        self.room = asyncio.Event()
        self.fault: Exception | None = None

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Note everything, and wait."""
        if events and self.fault is not None:
            raise self.fault
        await super().keep(events, states, then)
        if events:
            await self.room.wait()


def lived(
    story: Callable[[House], Awaitable[None]],
    *more: PointAlarm,
    journal: FakeJournal | None = None,
) -> tuple[House, Sequence[Readings]]:
    """Tell a story to a pipeline that runs; return it, and what was noted by the end of it."""
    noted: list[Readings] = []

    async def main() -> House:
        rules = (alarm("d/a", "d/smoke", timedelta(seconds=5)), *more)
        house = House(*rules, journal=journal)
        house.pipeline._note = noted.append
        running = asyncio.create_task(house.pipeline.run(), name="pipeline")
        await asyncio.sleep(1)
        await story(house)
        running.cancel()
        return house

    return virtual.run(main()), noted


def test_what_changes_nothing_is_there_at_once() -> None:
    """It is read and noted when `take` returns, without anybody else having run."""

    async def story(house: House) -> None:
        await house.pipeline.take(Report((block(1, smoke=False, level=1),)))
        assert house.pipeline.state.readings["d/level"].value == 1

    house, noted = lived(story)
    assert noted == [block(1, smoke=False, level=1)]
    assert house.kinds() == []


def test_what_a_rule_wants_has_its_turn() -> None:
    """The alarm comes after its delay, though what follows passes without a turn."""

    async def story(house: House) -> None:
        await house.pipeline.take(Report((block(1, smoke=True, level=1),)))
        for second in range(2, 9):
            await asyncio.sleep(1)
            await house.pipeline.take(Report((block(second, smoke=True, level=second),)))

    house, noted = lived(story)
    assert len(noted) == 8
    assert house.kinds() == ["alarm.raised"]


def test_nothing_overtakes() -> None:
    """What comes while something waits, waits as well."""

    async def story(house: House) -> None:
        await house.pipeline.tell(LinkChanged(link="l", up=True, reason="", at=at(1)))
        await house.pipeline.take(Report((read(1, value=True, point="d/smoke"),)))
        await house.pipeline.take(Report((block(2, smoke=False, level=2),)))
        assert "d/level" not in house.pipeline.state.readings
        await asyncio.sleep(1)

    house, noted = lived(story)
    assert house.kinds() == ["link.changed"]
    assert noted[1:] == [read(1, value=True, point="d/smoke"), block(2, smoke=False, level=2)]


def test_an_alarm_is_kept_at_once() -> None:
    """It is on its way to the disk before anybody else runs; then others have their turn."""
    turns: list[str] = []

    async def story(house: House) -> None:
        asyncio.get_running_loop().call_soon(lambda: turns.append(f"{house.kinds()}"))
        await house.pipeline.take(Report((read(1, value=True, point="d/now"),)))

    lived(story, alarm("d/b", "d/now"))
    assert turns == ["['alarm.raised']"]


def test_what_a_rule_waits_for_comes_in_time() -> None:
    """The pipeline waits no longer than the rule that was stepped past it wants."""

    async def story(house: House) -> None:
        await asyncio.sleep(1)
        await house.pipeline.take(Report((read(1, value=True, point="d/smoke"),)))
        await asyncio.sleep(4)
        assert house.kinds() == []
        await asyncio.sleep(2)
        assert house.kinds() == ["alarm.raised"]

    lived(story)


def test_a_slow_disk_lets_everybody_wait() -> None:
    """One report is taken in; who comes after it waits in the inbox, and is stepped in order."""
    journal = FullJournal()

    async def story(house: House) -> None:
        loop = asyncio.get_running_loop()
        first = loop.create_task(
            house.pipeline.take(Report((read(1, value=True, point="d/now"),))), name="first"
        )
        await asyncio.sleep(1)
        await house.pipeline.take(Report((read(2, value=False, point="d/now"),)))
        assert house.kinds() == ["alarm.raised"]
        assert not first.done()
        journal.room.set()
        await asyncio.sleep(1)
        assert first.done()
        assert house.kinds() == ["alarm.raised", "alarm.cleared"]

    lived(story, alarm("d/b", "d/now"), journal=journal)


def test_a_report_lost_half_way_ends_the_pipeline() -> None:
    """As if its turn had come: what cannot be kept must not be passed over in silence."""

    async def main() -> None:
        house = House(alarm("d/b", "d/now"), journal=(journal := FullJournal()))
        running = asyncio.create_task(house.pipeline.run(), name="pipeline")
        await asyncio.sleep(1)
        journal.fault = ValueError("no such words")
        with pytest.raises(ValueError, match="no such words"):
            await house.pipeline.take(Report((read(1, value=True, point="d/now"),)))
        with pytest.raises(ValueError, match="no such words"):
            await running

    virtual.run(main())


def test_who_waits_for_the_disk_waits_for_it() -> None:
    """A report that is to be confirmed, or kept with a state, goes the whole way."""
    confirmed: list[int] = []

    async def story(house: House) -> None:
        quiet = (block(1, smoke=False, level=1),)
        await house.pipeline.take(Report(quiet, kept=lambda: confirmed.append(1)))
        await asyncio.sleep(1)
        await house.pipeline.take(Report(quiet, states={"k": b"v"}))
        await asyncio.sleep(1)

    house, noted = lived(story)
    assert len(house.journal.then) == 1
    assert house.journal.states["k"] == b"v"
    assert len(noted) == 2


def test_a_clock_that_was_set_is_followed_first() -> None:
    """Else what is read would be dated by the old one until something else happens."""

    async def story(house: House) -> None:
        house.steps = 3_600.0
        clock = house.pipeline._clock
        assert clock.was_set
        await house.pipeline.take(Report((block(1, smoke=False, level=1),)))
        await asyncio.sleep(1)
        assert not clock.was_set

    _, noted = lived(story)
    assert len(noted) == 1


def test_a_block_that_is_wrong_harms_nobody() -> None:
    """What cannot even be looked at is told in its turn, and others pass."""

    async def story(house: House) -> None:
        broken = Block(group=None, values=(1,), at=at(1))  # type: ignore[arg-type] # as a fault
        await house.pipeline.take(Report((broken,)))
        await asyncio.sleep(1)
        await house.pipeline.take(Report((block(2, smoke=False, level=2),)))

    house, noted = lived(story)
    assert house.kinds() == ["records.dropped"]
    assert noted == [block(2, smoke=False, level=2)]


def test_it_acts_before_anything_is_noted() -> None:
    """A rule that opens a gate at the first smoke hears of it from a block as well."""

    async def main() -> list[str]:
        house = House(Opener())
        await house.after(1, Report((block(1, smoke=True, level=1),)))
        return house.journal.log

    assert virtual.run(main()) == ["act open"]
