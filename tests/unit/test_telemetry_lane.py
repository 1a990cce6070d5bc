"""Readings on their way up: none is lost, none goes before an event, silence costs little."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from cloud_bridge.telemetry import MOST_READINGS, STARVED_S, UNHEARD_S, Telemetry
from cloud_bridge.telemetry_window import LONGEST_PATIENCE_S, PATIENCE_S, WINDOW
from cloud_bridge.wire import (
    Refusal,
    TelemetryReceipt,
    readings_of,
)
from cloud_bridge.wire import Telemetry as Document
from edge.model import Lane, Reading, RecordsDropped, Reporting, Value
from tests.fakes import time as virtual
from tests.fakes.bridge import House
from tests.fakes.tail import FakeTail
from tests.fakes.time import run

LINGER = timedelta(seconds=5)


def telemetry(tail: FakeTail, reporting: Reporting | None = None, life: str = "life") -> Telemetry:
    """What is sent besides events."""
    return Telemetry(
        tail=tail,
        dropped=lambda: tail.dropped,
        reported=lambda _: reporting,
        linger=LINGER,
        site="s",
        life=life,
    )


def play(
    folder: Path,
    story: Callable[[House, FakeTail], Awaitable[None]],
    reporting: Reporting | None = None,
) -> tuple[House, FakeTail]:
    """Run the story with a bridge that follows a tail."""
    tail = FakeTail()
    house = House(folder, telemetry=telemetry(tail, reporting))
    run(house.live(lambda: story(house, tail)))
    return house, tail


async def until(condition: Callable[[], bool], seconds: float = 3600) -> None:
    """Wait until something is so, in virtual time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.05)


@asynccontextmanager
async def cut(house: House) -> AsyncIterator[None]:
    """Nobody can be reached until all that the block has kept is on disk."""
    house.platform.reachable.clear()
    await asyncio.sleep(30)
    yield
    await asyncio.sleep(30)
    house.platform.reachable.set()


def some(count: int, value: Value = 1, point: str = "p/x") -> list[Reading]:
    """Readings that the history keeps now."""
    now = virtual.now()
    return [
        Reading(point=point, value=value, at=now + timedelta(microseconds=n)) for n in range(count)
    ]


def came(documents: Sequence[Document]) -> list[Reading]:
    """What the platform was sent, copies of a batch once."""
    return [each for d in {d.id: d for d in documents}.values() for each in readings_of(d)]


def kept(tail: FakeTail) -> list[Reading]:
    """All that the history has kept."""
    return [reading for batch in tail.batches for reading in batch.readings]


def test_readings_wait_for_others_and_arrive_in_order(tmp_path: Path) -> None:
    """What comes within the linger goes in one batch; then the history need not keep it."""

    async def story(_: House, tail: FakeTail) -> None:
        await asyncio.sleep(100)
        for _second in range(8):
            tail.keep(some(3))
            await asyncio.sleep(1)
        await until(lambda: tail.up_to == 8)

    house, tail = play(tmp_path, story)
    assert came(house.platform.telemetry) == kept(tail)
    assert [len(each.at) for each in house.platform.telemetry] == [15, 9]
    assert [each.id for each in house.platform.telemetry] == ["life-0", "life-1"]


def test_a_second_of_a_large_site_goes_at_once_in_several_batches(tmp_path: Path) -> None:
    """What is full does not linger; it is not done before its last part is stored."""

    async def story(house: House, tail: FakeTail) -> None:
        began = asyncio.get_running_loop().time()
        house.platform.receipt = lambda each: (
            None if each.id == "life-2" else TelemetryReceipt(stored=(each.id,))
        )
        tail.keep(some(2 * MOST_READINGS + 10))
        tail.keep(some(5))
        await until(lambda: len(house.platform.telemetry) == 3)
        assert asyncio.get_running_loop().time() - began < LINGER.total_seconds()
        await asyncio.sleep(1)
        assert tail.up_to == 0
        house.platform.receipt = lambda each: TelemetryReceipt(stored=(each.id,))
        await until(lambda: tail.up_to == 2)

    house, tail = play(tmp_path, story)
    assert came(house.platform.telemetry) == kept(tail)


def test_long_texts_make_more_batches(tmp_path: Path) -> None:
    """No batch is larger than a platform unpacks, whatever devices say."""

    async def story(_: House, tail: FakeTail) -> None:
        tail.keep(some(1000, "压力表读数异常" * 140))
        await until(lambda: tail.up_to == 1)

    house, tail = play(tmp_path, story)
    assert came(house.platform.telemetry) == kept(tail)
    assert len(house.platform.telemetry) > 20


def test_an_event_that_waits_goes_first(tmp_path: Path) -> None:
    """Readings are not sent while any event is not: neither those there are nor those that come."""

    async def story(house: House, tail: FakeTail) -> None:
        order = house.platform.order
        house.platform.receipt = lambda _: None
        async with cut(house):
            await house.add(400)
            await house.add(3, Lane.LIFE_SAFETY)
            tail.keep(some(3 * MOST_READINGS))
        await until(lambda: order.count(None) == 3)
        assert len(house.platform.received) == 403
        assert order[-3:] == [None] * 3
        async with cut(house):
            house.platform.receipt = lambda each: TelemetryReceipt(stored=(each.id,))
            await house.add(1, Lane.LIFE_SAFETY)
        await until(lambda: tail.up_to == 1)
        assert order[-4:] == [Lane.LIFE_SAFETY, None, None, None]

    play(tmp_path, story)


def test_events_without_end_do_not_starve_readings(tmp_path: Path) -> None:
    """A platform that stores no event gets a batch now and then."""

    async def story(house: House, tail: FakeTail) -> None:
        house.platform.answering = False
        async with cut(house):
            await house.add(600)
            tail.keep(some(3 * MOST_READINGS))
        began = asyncio.get_running_loop().time()
        await until(lambda: tail.up_to == 1)
        assert asyncio.get_running_loop().time() - began >= 3 * STARVED_S

    play(tmp_path, story)


def test_a_silent_platform_is_asked_with_one_batch(tmp_path: Path) -> None:
    """The window fills, then the oldest is sent again, ever more seldom, until it answers."""

    async def story(house: House, tail: FakeTail) -> None:
        house.platform.receipt = lambda _: None
        tail.keep(some(20 * MOST_READINGS))
        await asyncio.sleep(3600)
        ids = [each.id for each in house.platform.telemetry]
        assert ids[:WINDOW] == [f"life-{n}" for n in range(WINDOW)]
        assert set(ids[WINDOW:]) == {"life-0"}
        assert 3600 / LONGEST_PATIENCE_S < len(ids) - WINDOW < 3600 / PATIENCE_S / 3
        house.platform.receipt = lambda each: TelemetryReceipt(stored=(each.id,))
        await until(lambda: tail.up_to == 1, LONGEST_PATIENCE_S + 30)

    house, tail = play(tmp_path, story)
    assert came(house.platform.telemetry) == kept(tail)


def test_nobody_who_hears_costs_one_batch_now_and_then(tmp_path: Path) -> None:
    """Where the broker says that no platform is there, nothing else is sent into the void."""

    async def story(house: House, tail: FakeTail) -> None:
        house.platform.heard = "unheard"
        tail.keep(some(3 * MOST_READINGS))
        await asyncio.sleep(100)
        assert {each.id for each in house.platform.telemetry} == {"life-0"}
        assert len(house.platform.telemetry) <= 100 / UNHEARD_S
        house.platform.heard = "heard"
        await until(lambda: tail.up_to == 1, UNHEARD_S + 5)

    play(tmp_path, story)


def test_a_lost_session_repeats_what_was_not_answered(tmp_path: Path) -> None:
    """Under the same names, so that a copy is known; nothing is read from the history again."""

    async def story(house: House, tail: FakeTail) -> None:
        house.platform.receipt = lambda _: None
        tail.keep(some(2 * MOST_READINGS))
        await until(lambda: len(house.platform.telemetry) == 2)
        house.platform.reachable.clear()
        await asyncio.sleep(120)
        house.platform.receipt = lambda each: TelemetryReceipt(stored=(each.id,))
        house.platform.reachable.set()
        await until(lambda: tail.up_to == 1)

    house, _ = play(tmp_path, story)
    assert [each.id for each in house.platform.telemetry] == ["life-0", "life-1"] * 2


def test_what_is_refused_and_what_was_given_up_is_told(tmp_path: Path) -> None:
    """It does not come again and blocks nothing; people learn how many readings, not too often."""

    async def story(house: House, tail: FakeTail) -> None:
        def refuse(each: Document) -> TelemetryReceipt:
            return TelemetryReceipt(refused=(Refusal(id=each.id, reason="no such site"),))

        house.platform.receipt = refuse
        for _ in range(100):
            tail.keep(some(2))
            await asyncio.sleep(10)
        tail.dropped = 70
        await asyncio.sleep(1000)
        tail.keep(some(1))
        await until(lambda: tail.up_to == 101)

    house, _ = play(tmp_path, story)
    told = [each for each in house.told if isinstance(each, RecordsDropped)]
    assert {each.what for each in told} == {"readings"}
    assert len(told) <= 4
    assert sum(each.count for each in told if "no such site" in each.reason) >= 200
    assert [each.count for each in told if "disk" in each.reason] == [70]


def test_what_is_sieved_away_needs_no_answer(tmp_path: Path) -> None:
    """The history is done with it as soon as all before it is."""

    async def story(_: House, tail: FakeTail) -> None:
        for _turn in range(30):
            tail.keep(some(10))
            await asyncio.sleep(10)
        await until(lambda: tail.up_to == 30)

    reporting = Reporting(on_change=False, every=timedelta(minutes=1))
    house, _ = play(tmp_path, story, reporting)
    readings = came(house.platform.telemetry)
    assert 5 <= len(readings) <= 6
    assert all(b.at - a.at >= timedelta(seconds=59) for a, b in pairwise(readings))


@pytest.mark.parametrize("seed", range(4))
def test_through_any_trouble_every_reading_arrives(tmp_path: Path, seed: int) -> None:
    """Cuts, silences, lost receipts and restarts at random: nothing is missing in the end."""
    chance = random.Random(seed)  # noqa: S311 - the same trouble each time
    tail = FakeTail()

    def answer(each: Document) -> TelemetryReceipt | None:
        return TelemetryReceipt(stored=(each.id,)) if chance.random() < 0.6 else None

    async def trouble(house: House) -> None:
        house.platform.receipt = answer
        tail.keep(some(MOST_READINGS + 1, point="q/y"))
        for _ in range(40):
            tail.keep(some(chance.choice([1, 7, 100])))
            await house.add(chance.randrange(5))
            if chance.random() < 0.2:
                house.platform.reachable.clear()
                await asyncio.sleep(chance.expovariate(0.1))
                house.platform.reachable.set()
            await asyncio.sleep(chance.expovariate(0.5))

    lives = [House(tmp_path / f"{n}", telemetry=telemetry(tail, life=f"life{n}")) for n in range(4)]

    async def main() -> None:
        for house in lives[:-1]:
            await house.live(partial(trouble, house))
        await lives[-1].live(lambda: until(lambda: tail.waiting == 0))

    run(main())
    documents = [each for house in lives for each in house.platform.telemetry]
    assert {(r.point, r.at) for r in came(documents)} == {(r.point, r.at) for r in kept(tail)}
    names = [each.id for each in documents]
    assert all(len({str(d) for d in documents if d.id == name}) == 1 for name in set(names))
