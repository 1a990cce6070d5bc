"""How other gateways are known to send twice, out of order, or no more: shown not to be so here."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from cloud_bridge.sending import WINDOW
from edge.errors import LinkDown
from edge.model import Lane
from tests.fakes import time as virtual
from tests.fakes.bridge import House
from tests.fakes.kept_link import FakeLink, kept_for
from tests.unit.test_modbus_driver import rate


def test_a_restart_sends_only_what_waits(tmp_path: Path) -> None:
    """Others send the whole log once more (telegraf#16500)."""
    first = House(tmp_path)

    async def life(house: House, count: int) -> list[str]:
        ids: list[str] = []

        async def story() -> None:
            ids.extend(await house.add(count))
            await house.journal.delivered()

        await house.live(story)
        return ids

    virtual.run(life(first, 200))
    second = House(tmp_path)
    ids = virtual.run(life(second, 3))
    assert [each for _, each in second.platform.received] == ids


def test_a_copy_after_a_reconnect_carries_the_same_id(tmp_path: Path) -> None:
    """What was under way comes twice, and can be told: others give it a new identity."""
    house = House(tmp_path)

    async def main() -> None:
        ids = await house.add(2_000)

        async def story() -> None:
            await asyncio.sleep(0.3)
            house.platform.answering = False
            await asyncio.sleep(0.3)
            house.platform.reachable.clear()
            await asyncio.sleep(20)
            house.platform.answering = True
            house.platform.reachable.set()
            await house.journal.delivered()

        await house.live(story)
        copies = Counter(each for _, each in house.platform.received)
        assert set(copies) == set(ids)
        twice = [each for each, count in copies.items() if count > 1]
        assert 0 < len(twice) <= WINDOW, "and no more than the window"
        assert sorted(house.platform.stored) == sorted(ids), "each is stored once"

    virtual.run(main())


def test_what_is_sent_one_after_the_other_arrives_so(tmp_path: Path) -> None:
    """Over two topics an end may overtake its beginning (jetlinks#195, jetlinks#242).

    Events of a lane go one way, in the order of their numbers, before a cut and after it.
    """
    house = House(tmp_path)

    async def main() -> None:
        ids = await house.add(1_000, Lane.SECURITY)

        async def story() -> None:
            await asyncio.sleep(0.1)
            house.platform.reachable.clear()
            await asyncio.sleep(20)
            house.platform.reachable.set()
            await house.journal.delivered()

        await house.live(story)
        first_time = list(dict.fromkeys(each for _, each in house.platform.received))
        assert first_time == ids

    virtual.run(main())


def test_polling_goes_on_after_every_drop() -> None:
    """Others stop for good after a lost connection (thingsboard-gateway#2132)."""

    async def main() -> None:
        link = FakeLink()
        drops = [
            cut
            for at in range(100, 2_000, 200)
            for cut in ((float(at), LinkDown("dropped")), (at + 20.0, None))
        ]
        story = await kept_for(2_200, link, *drops)
        assert [up for up, _ in story.changes] == [True, False] * 10 + [True]
        assert len(link.opened) > len(drops) // 2
        assert len(story.reports) > 2_200 - 10 * 60

    virtual.run(main())


def test_one_dead_slave_stalls_no_bus() -> None:
    """Each other one keeps nine polls of ten (home-assistant#72495)."""
    whole, beside = rate(set(), 60), rate({7}, 60)
    assert beside.pop(7) == 0
    for unit, count in beside.items():
        assert count >= 0.9 * whole[unit]
