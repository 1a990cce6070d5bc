"""Two ways to one platform: which event goes which way, when, and what a bad answer costs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from cloud_bridge.beside import ALONE, LONGEST_LATER_S, LOOK_EVERY_S, NoReceipt
from cloud_bridge.wire import Receipt, Refusal
from edge.model import DeliveryRefused, Lane
from tests.fakes import time as virtual
from tests.fakes.beside import TwoWays

BUSY = NoReceipt(reason="the platform is busy (503)")
BROKEN = NoReceipt(reason="the platform answers 500", blame="batch")

Story = Callable[[TwoWays], Awaitable[None]]


def play(folder: Path, story: Story, *, reachable: bool = True) -> TwoWays:
    """Tell a story of a house with two ways, the first of them up or not; return the house."""
    house = TwoWays(folder)

    async def main() -> None:
        if not reachable:
            house.platform.reachable.clear()
        await house.live(lambda: story(house))

    virtual.run(main())
    return house


def time() -> float:
    """The virtual second."""
    return asyncio.get_running_loop().time()


def test_nothing_goes_the_second_way_while_the_first_answers(tmp_path: Path) -> None:
    """A way that is not needed costs no event; now and then it is looked at."""

    async def story(house: TwoWays) -> None:
        for lane in Lane:
            await house.add(120, lane)
        await asyncio.sleep(LOOK_EVERY_S + 1)
        await house.add(3, Lane.LIFE_SAFETY)
        await house.settled()
        assert not house.beside.used

    house = play(tmp_path, story)
    assert house.sent == []
    assert len(house.looks) == 2
    assert house.told_ways == [("up", "connected")]


def test_life_safety_goes_both_ways_when_the_first_is_silent(tmp_path: Path) -> None:
    """A broker that takes it and a platform that says nothing: three seconds, then the second."""

    async def story(house: TwoWays) -> None:
        await asyncio.sleep(5)
        house.platform.answering = False
        began = time()
        fire, theft = await house.one(Lane.LIFE_SAFETY), await house.one(Lane.SECURITY)
        await asyncio.sleep(4)
        [(at, ids)] = house.sent
        assert ids == (fire,)
        assert 3.0 <= at - began < 3.2
        assert house.beside.used
        await house.settled(8)
        assert house.over_second() == [fire, theft]

    house = play(tmp_path, story)
    assert len(house.platform.received) == 2, "the first way had both, too"


def test_when_the_first_way_is_gone_all_lanes_go_the_second(tmp_path: Path) -> None:
    """Life safety at once, the others after a moment; when it is back they go there again."""

    async def story(house: TwoWays) -> None:
        await asyncio.sleep(5)
        house.platform.reachable.clear()
        await asyncio.sleep(3)  # noticed within 2 s by what the gateway says of itself
        began = time()
        fire = await house.one(Lane.LIFE_SAFETY)
        await asyncio.sleep(0.2)
        [(at, ids)] = house.sent
        assert (ids, at - began < 0.1) == ((fire,), True)
        await asyncio.sleep(3)
        others = [await house.one(lane) for lane in Lane if lane is not Lane.LIFE_SAFETY]
        await house.settled(1)
        assert sorted(house.over_second()) == sorted([fire, *others])
        house.platform.reachable.set()
        await asyncio.sleep(60)
        sent, later = len(house.sent), await house.add(5, Lane.INFO)
        await house.settled()
        assert len(house.sent) == sent
        assert [event for _, event in house.platform.received] == later, "nothing came twice"

    play(tmp_path, story)


def test_a_first_way_that_was_never_there(tmp_path: Path) -> None:
    """A backlog from before goes the second way after three seconds, in order, lane by lane."""

    async def story(house: TwoWays) -> None:
        ids = await house.add(300, Lane.INFO)
        fires = await house.add(3, Lane.LIFE_SAFETY)
        await house.settled()
        assert [event for event in house.over_second() if event in fires] == fires
        assert [event for event in house.over_second() if event in ids] == ids

    house = play(tmp_path, story, reachable=False)
    assert house.platform.received == []


@pytest.mark.parametrize("answer", [BUSY, BROKEN, Receipt()])
def test_what_no_receipt_names_waits(tmp_path: Path, answer: NoReceipt | Receipt) -> None:
    """Whatever the answer was: the events stay, and come again under the same ids."""

    async def story(house: TwoWays) -> None:
        house.script = lambda _: answer
        fires = await house.add(2, Lane.LIFE_SAFETY)
        await asyncio.sleep(60)
        assert house.journal.depths["up", Lane.LIFE_SAFETY] == 2
        house.script = lambda _: None
        await house.settled(10)
        assert set(house.over_second()) == set(fires)

    house = play(tmp_path, story, reachable=False)
    assert house.told_ways[-1] == ("up", "connected")
    assert any(way == "down" for way, _ in house.told_ways)


def test_a_receipt_that_names_some_leaves_the_others(tmp_path: Path) -> None:
    """What it names is done; the rest comes again, alone."""

    async def story(house: TwoWays) -> None:
        ids = await house.add(4, Lane.SECURITY)
        house.script = lambda batch: Receipt(stored=tuple(batch[:2])) if len(batch) == 4 else None
        await house.settled()
        assert [batch for _, batch in house.sent] == [tuple(ids), tuple(ids[2:])]

    play(tmp_path, story, reachable=False)


def test_one_lane_in_trouble_delays_no_other(tmp_path: Path) -> None:
    """The platform chokes on information: a fire gets through at once, and again."""

    async def story(house: TwoWays) -> None:
        info = set(await house.add(10, Lane.INFO))
        house.script = lambda batch: BROKEN if info & set(batch) else None
        await asyncio.sleep(40)
        for _ in range(3):
            began, fire = time(), await house.one(Lane.LIFE_SAFETY)
            await asyncio.sleep(0.2)
            assert house.sent[-1][1] == (fire,) or (fire,) in [ids for _, ids in house.sent[-3:]]
            assert min(at for at, ids in house.sent if ids == (fire,)) - began < 0.1
            await asyncio.sleep(7)
        assert house.told_ways[-1] == ("down", "info: the platform answers 500")

    play(tmp_path, story, reachable=False)


def test_an_event_that_is_never_taken_lets_others_pass(tmp_path: Path) -> None:
    """Tried alone some times, then the rest goes on; it comes again, and goes nowhere."""

    async def story(house: TwoWays) -> None:
        ids = await house.add(200, Lane.FAULT)
        poison = ids[1]
        house.script = lambda batch: BROKEN if poison in batch else None
        await asyncio.sleep(300)
        assert house.journal.depths["up", Lane.FAULT] == 1
        alone = [batch for _, batch in house.sent].count((poison,))
        assert alone > ALONE
        house.script = lambda _: None
        await house.settled()
        firsts = dict.fromkeys(event for event in house.over_second() if event != poison)
        assert list(firsts) == [event for event in ids if event != poison]

    play(tmp_path, story, reachable=False)


def test_nothing_is_overtaken_while_the_platform_is_down_for_a_while(tmp_path: Path) -> None:
    """A raise and its end, answered 500 for some seconds: the raise still comes first."""

    async def story(house: TwoWays) -> None:
        stored: list[str] = []
        broken = True

        def script(batch: Sequence[str]) -> NoReceipt | None:
            if broken:
                return BROKEN
            stored.extend(batch)
            return None

        house.script = script
        ids = await house.add(2, Lane.LIFE_SAFETY)
        await asyncio.sleep(6)
        broken = False
        await house.settled()
        assert stored == ids

    play(tmp_path, story, reachable=False)


@pytest.mark.parametrize(("asked", "lane"), [(4.0, Lane.LIFE_SAFETY), (40.0, Lane.INFO)])
def test_it_is_left_alone_for_as_long_as_it_asks(tmp_path: Path, asked: float, lane: Lane) -> None:
    """`Retry-After` is kept to."""

    async def story(house: TwoWays) -> None:
        house.script = lambda _: NoReceipt(reason="busy", later_s=asked)
        await house.one(lane)
        await asyncio.sleep(3.5 if lane is Lane.INFO else 0)
        while not house.sent:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)
        house.script = lambda _: None
        await house.settled(2 * asked)
        first, again = (at for at, _ in house.sent)
        assert asked <= again - first < asked + 0.1

    play(tmp_path, story, reachable=False)


def test_a_platform_may_not_ask_for_ever(tmp_path: Path) -> None:
    """A fire is tried again after seconds, whatever `Retry-After` says."""

    async def story(house: TwoWays) -> None:
        house.script = lambda _: NoReceipt(reason="busy", later_s=1e9)
        await house.one(Lane.LIFE_SAFETY)
        await asyncio.sleep(31)

    house = play(tmp_path, story, reachable=False)
    gaps = [later - at for (at, _), (later, _) in zip(house.sent, house.sent[1:], strict=False)]
    assert gaps
    assert max(gaps) <= LONGEST_LATER_S[Lane.LIFE_SAFETY] + 0.1


def test_a_refusal_is_told_once(tmp_path: Path) -> None:
    """Both ways refuse the same event: one event of it, one refusal counted."""

    async def story(house: TwoWays) -> None:
        house.platform.answering = False
        fire = await house.one(Lane.LIFE_SAFETY)
        refused = Receipt(refused=(Refusal(id=fire, reason="unknown site"),))
        house.script = lambda batch: refused if batch else None
        await house.settled()
        await house.platform.say(refused)
        await asyncio.sleep(1)
        assert house.journal.refused == 1
        [told] = house.told
        assert isinstance(told, DeliveryRefused)

    play(tmp_path, story)


def test_how_the_way_is_told_once_each_time(tmp_path: Path) -> None:
    """Down with the reason when nobody is there, up when somebody is; no more."""

    async def story(house: TwoWays) -> None:
        house.script = lambda _: NoReceipt(reason="platform.example cannot be reached")
        await house.one(Lane.LIFE_SAFETY)
        await asyncio.sleep(100)
        house.script = lambda _: None
        await asyncio.sleep(60)

    house = play(tmp_path, story, reachable=False)
    assert house.told_ways == [
        ("down", "platform.example cannot be reached"),
        ("up", "connected"),
    ]


def test_a_line_that_is_not_needed_is_hung_up(tmp_path: Path) -> None:
    """After what was due has gone nobody holds a connection."""

    async def story(house: TwoWays) -> None:
        await house.one(Lane.LIFE_SAFETY)
        await house.settled()
        before = house.hung_up
        await asyncio.sleep(0.1)
        assert house.hung_up >= before

    assert play(tmp_path, story, reachable=False).hung_up
