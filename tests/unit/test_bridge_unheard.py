"""A broker that says nobody is subscribed: what it took goes again, in order, at little cost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from cloud_bridge.sending import PATIENCE_S, UNHEARD_ANEW_S, UNHEARD_S
from tests.fakes import time as virtual
from tests.fakes.bridge import House


def play(folder: Path, story: Callable[[House], Coroutine[Any, Any, None]]) -> None:
    """Play a story beside a bridge whose platform is not subscribed at first."""
    house = House(folder)
    house.platform.answering = False
    house.platform.heard = "unheard"

    async def main() -> None:
        await house.live(lambda: story(house))

    virtual.run(main())


def test_what_nobody_heard_is_sent_again_soon(tmp_path: Path) -> None:
    """A broker that says nobody is subscribed costs seconds, not the minute."""

    async def story(house: House) -> None:
        ids = await house.add(2)
        await asyncio.sleep(5)
        house.platform.answering = True
        await asyncio.sleep(UNHEARD_S + 0.5)
        assert house.platform.stored == ids

    play(tmp_path, story)


def test_nothing_overtakes_what_nobody_heard(tmp_path: Path) -> None:
    """A platform that comes back hears of a fire's end after its begin, and soon."""

    async def story(house: House) -> None:
        ids = await house.add(60)
        await asyncio.sleep(UNHEARD_ANEW_S * 2)
        house.platform.answering = True
        ids += await house.add(1)
        await asyncio.sleep(UNHEARD_ANEW_S * 2)
        assert house.platform.stored == ids

    play(tmp_path, story)


def test_what_is_sent_again_after_a_minute_keeps_its_order_too(tmp_path: Path) -> None:
    """A hundred that were heard and not answered, and nobody is there when they are sent again."""

    async def story(house: House) -> None:
        house.platform.heard = "unknown"
        ids = await house.add(100)
        await asyncio.sleep(PATIENCE_S / 2)
        house.platform.heard, sent = "unheard", len(house.platform.received)
        await asyncio.sleep(PATIENCE_S / 2 + UNHEARD_ANEW_S / 2)
        assert len(house.platform.received) > sent
        house.platform.answering = True
        await asyncio.sleep(UNHEARD_S + 1)
        assert house.platform.stored == ids

    play(tmp_path, story)


def test_a_platform_that_is_away_costs_one_event_now_and_then(tmp_path: Path) -> None:
    """Into the void goes the oldest alone, however much waits, and whatever comes."""

    async def story(house: House) -> None:
        ids = await house.add(600)
        await asyncio.sleep(5)
        first = len(house.platform.received)
        await asyncio.sleep(60)
        assert len(house.platform.received) - first <= 60 / UNHEARD_S
        for _ in range(100):
            ids += await house.add(1)
            await asyncio.sleep(0.1)
        assert len(house.platform.received) - first <= 60 / UNHEARD_S + 10 / UNHEARD_ANEW_S
        assert {event for _, event in house.platform.received[first:]} == {ids[0]}
        house.platform.answering = True
        await asyncio.sleep(UNHEARD_S + 1)
        assert house.platform.stored == ids

    play(tmp_path, story)
