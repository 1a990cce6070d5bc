"""The bridge: until the receipt, most urgent first, nothing twice without need."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from cloud_bridge.bridge import MOST_BYTES
from cloud_bridge.handed import fitting
from cloud_bridge.journal_look import Stored
from cloud_bridge.sending import OVERTAKEN_S, PATIENCE_S
from edge.model import DeliveryRefused, DeviceReported, Kept, Lane
from tests.fakes import time as virtual
from tests.fakes.bridge import House
from tests.fakes.time import EPOCH


def test_everything_arrives_and_its_delivery_ends(tmp_path: Path) -> None:
    """A backlog and what comes while it drains arrive once each, in order."""
    house = House(tmp_path)

    async def main() -> None:
        ids = await house.add(700)

        async def story() -> None:
            nonlocal ids
            await asyncio.sleep(1)
            ids += await house.add(3)
            async with asyncio.timeout(10):
                await house.journal.delivered()

        await house.live(story)
        assert house.platform.stored == ids

    virtual.run(main())


def test_an_alarm_passes_the_backlog(tmp_path: Path) -> None:
    """While thousands of reports drain, a life-safety event leaves at once."""
    house = House(tmp_path)

    async def main() -> None:
        await house.add(5_000)

        async def story() -> None:
            await asyncio.sleep(0.2)
            [fire] = await house.add(1, Lane.LIFE_SAFETY)
            await asyncio.sleep(0.2)
            assert (Lane.LIFE_SAFETY, fire) in house.platform.received
            assert len(house.platform.received) < 2_000

        await house.live(story)

    virtual.run(main())


def test_of_what_was_kept_together_the_most_urgent_leaves_first(tmp_path: Path) -> None:
    """A panel's word comes first in a report, and the alarm that follows from it goes first."""
    house = House(tmp_path)
    lanes = [Lane.INFO, Lane.FAULT, Lane.LIFE_SAFETY, Lane.SECURITY]

    async def main() -> None:
        async def story() -> None:
            await asyncio.sleep(1)
            told = [
                DeviceReported(device="d", what="w", frame="", at=EPOCH, lane=lane)
                for lane in lanes
            ]
            numbers = range(house.next, house.next + len(lanes))
            kept = zip(numbers, told, strict=True)
            await house.journal.keep(
                [Kept(number=n, event=event, trusted_clock=True) for n, event in kept], {}, []
            )
            await asyncio.sleep(1)

        await house.live(story)
        assert [lane for lane, _ in house.platform.received] == [*Lane]

    virtual.run(main())


def test_a_cut_loses_nothing(tmp_path: Path) -> None:
    """What was under way when the session ended is sent again under the same id."""
    house = House(tmp_path)

    async def main() -> None:
        ids = await house.add(300)

        async def story() -> None:
            nonlocal ids
            await asyncio.sleep(0.05)
            house.platform.reachable.clear()
            ids += await house.add(100, Lane.SECURITY)
            await asyncio.sleep(120)
            house.platform.reachable.set()
            async with asyncio.timeout(60):
                await house.journal.delivered()

        await house.live(story)
        assert set(house.platform.stored) == set(ids)
        assert house.platform.sessions == 2

    virtual.run(main())


def test_without_a_receipt_it_is_sent_again_after_a_minute(tmp_path: Path) -> None:
    """The broker's word is not enough; and what is not answered blocks nothing else."""
    house = House(tmp_path)

    async def main() -> None:

        async def story() -> None:
            house.platform.answering = False
            [silent] = await house.add(1)
            await asyncio.sleep(1)
            house.platform.answering = True
            [other] = await house.add(1)
            await asyncio.sleep(1)
            assert house.platform.stored == [other]
            await asyncio.sleep(PATIENCE_S)
            assert house.platform.stored == [other, silent]
            counts = Counter(event for _, event in house.platform.received)
            assert counts == {silent: 2, other: 1}

        await house.live(story)

    virtual.run(main())


def test_what_was_overtaken_by_receipts_is_sent_again_soon(tmp_path: Path) -> None:
    """The platform has answered for later ones: it will not answer for these, and a minute is long.

    Only these, and once: what is slow, and not lost, costs one copy.
    """
    house = House(tmp_path)
    house.platform.answering = False

    async def main() -> None:
        lost = await house.add(10, Lane.LIFE_SAFETY)

        async def story() -> None:
            await asyncio.sleep(1)
            house.platform.answering = True
            later = await house.add(10, Lane.LIFE_SAFETY)
            other = await house.add(10)
            await asyncio.sleep(1)
            assert set(house.platform.stored) == {*later, *other}
            async with asyncio.timeout(OVERTAKEN_S):
                await house.journal.delivered()
            assert len(house.platform.received) == len([*lost, *lost, *later, *other])

        await house.live(story)
        assert set(lost) <= set(house.platform.stored)

    virtual.run(main())


def test_a_refusal_is_kept_aside_and_told(tmp_path: Path) -> None:
    """What the platform will not take ends its delivery, with the reason, as an event."""
    house = House(tmp_path)

    async def main() -> None:

        async def story() -> None:
            house.platform.refuses[f"gw/{house.next}"] = "unknown site"
            await house.add(2)
            async with asyncio.timeout(5):
                await house.journal.delivered()

        number = house.next
        await house.live(story)
        [event] = house.told
        assert isinstance(event, DeliveryRefused)
        assert (event.number, event.reason) == (number, "unknown site")
        assert house.journal.refused == 1

    virtual.run(main())


def test_receipts_for_others_are_ignored(tmp_path: Path) -> None:
    """A receipt that names another gateway, or nonsense, ends no delivery."""
    house = House(tmp_path)

    async def main() -> None:
        assert house.bridge._number(f"gw2/{house.next}") is None
        assert house.bridge._number("gw/-1") is None
        assert house.bridge._number("nonsense") is None
        assert house.bridge._number("gw/17") == 17
        await house.journal.close()

    virtual.run(main())


def test_a_refused_refusal_is_not_told(tmp_path: Path) -> None:
    """A platform that takes nothing makes one event of each refusal, and none of that one."""
    house = House(tmp_path)

    async def main() -> None:
        async def story() -> None:
            await house.add(1)
            number = house.next
            house.next += 1
            event = DeliveryRefused(uplink="up", number=number - 1, reason="no", at=EPOCH)
            await house.journal.keep([Kept(number=number, event=event, trusted_clock=True)], {}, [])
            house.platform.refuses |= {f"gw/{number - 1}": "no", f"gw/{number}": "no"}
            async with asyncio.timeout(5):
                await house.journal.delivered()

        first = house.next
        await house.live(story)
        assert [event.number for event in house.told if isinstance(event, DeliveryRefused)] == [
            first
        ]

    virtual.run(main())


def test_a_message_is_bounded_in_bytes() -> None:
    """A batch of large events is cut; one that is too large alone still goes."""
    large = [Stored(n, "k", b"x" * 100_000) for n in range(3)]
    assert [stored.number for stored in fitting(large, MOST_BYTES)] == [0]
    small = [Stored(n, "k", b"x" * 1_000) for n in range(50)]
    assert len(fitting(small, MOST_BYTES)) == 50
