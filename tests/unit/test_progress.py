"""How far a delivery has come: kept, sent, taken by the broker, stored by the platform."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cloud_bridge import progress as module
from cloud_bridge.progress import Progress
from cloud_bridge.sending import PATIENCE_S
from edge.model import Delivery, DeliveryState, EventLine, EventQuery, Lane
from tests.fakes import time as virtual
from tests.fakes.bridge import House
from tests.fakes.time import EPOCH


def at(seconds: float) -> datetime:
    """So many seconds after the epoch of tests."""
    return EPOCH + timedelta(seconds=seconds)


def line(number: int, state: DeliveryState = "kept", uplink: str = "up") -> EventLine:
    """An event as the disk tells it."""
    return EventLine(
        number=number,
        at=EPOCH,
        kind="k",
        lane=Lane.INFO,
        subject="s",
        body=b"",
        deliveries=(Delivery(uplink=uplink, state=state),),
    )


def seen(progress: Progress, number: int, state: DeliveryState = "kept") -> Delivery:
    """What is known of a delivery altogether."""
    [delivery] = progress.on(line(number, state)).deliveries
    return delivery


def test_step_by_step() -> None:
    """Each step has its instant; what is not known stays open."""
    progress = Progress()
    assert seen(progress, 1) == Delivery(uplink="up", state="kept")
    progress.sent("up", [1, 2], at(1))
    assert seen(progress, 1) == Delivery(uplink="up", state="sent", sent_at=at(1))
    progress.taken("up", [1], at(2))
    assert seen(progress, 1).state == "broker"
    progress.stored("up", [1], at(3))
    known = Delivery(uplink="up", state="receipt", sent_at=at(1), broker_at=at(2), receipt_at=at(3))
    assert seen(progress, 1) == known, "the receipt is there before the disk has noted it"
    assert seen(progress, 1, "receipt") == known
    progress.stored("up", [1], at(9))
    assert seen(progress, 1) == known, "a second receipt says nothing new"
    assert seen(progress, 2).state == "sent"


def test_the_last_try_counts() -> None:
    """What is sent again has not been taken again."""
    progress = Progress()
    progress.sent("up", [1], at(1))
    progress.taken("up", [1], at(2))
    progress.sent("up", [1], at(61))
    assert seen(progress, 1) == Delivery(uplink="up", state="sent", sent_at=at(61))


def test_a_refusal_stays_one() -> None:
    """With the instants at which it was tried."""
    progress = Progress()
    progress.sent("up", [1], at(1))
    progress.taken("up", [1], at(2))
    known = seen(progress, 1, "refused")
    assert (known.state, known.sent_at, known.broker_at) == ("refused", at(1), at(2))


def test_uplinks_are_told_apart_and_forgotten() -> None:
    """One that was taken out and comes back begins with nothing."""
    progress = Progress()
    progress.sent("up", [1], at(1))
    progress.sent("b", [2], at(1))
    assert seen(progress, 2).state == "kept"
    progress.forget_others(["b"])
    assert seen(progress, 1).state == "kept"
    [delivery] = progress.on(line(2, uplink="b")).deliveries
    assert delivery.state == "sent"


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes; a word about what was forgotten brings nothing back."""
    monkeypatch.setattr(module, "MOST_NUMBERS", 100)
    progress = Progress()
    for number in range(1000):
        progress.sent("up", [number], at(number))
    progress.taken("up", range(1000), at(5000))
    progress.stored("up", [5], at(5000))
    assert len(progress._uplinks["up"]) == 100
    assert seen(progress, 5).state == "kept"
    assert seen(progress, 899).state == "kept"
    assert seen(progress, 900).state == "broker"


def test_a_bridge_tells_each_step(tmp_path: Path) -> None:
    """From the disk to the platform's receipt, as a person sees it at each moment."""
    house = House(tmp_path)

    async def main() -> None:
        async def story() -> None:
            await asyncio.sleep(1)
            house.platform.answering = False
            await house.add(1)
            told: list[Delivery] = []
            for pause in (0.005, 0.1, PATIENCE_S - 1, 2.0):
                await asyncio.sleep(pause)
                house.platform.answering = pause > 1
                [event] = await house.journal.find(EventQuery())
                told += event.deliveries
            assert [each.state for each in told] == ["sent", "broker", "broker", "receipt"]
            assert told[0].sent_at == at(1)
            assert told[1].broker_at == at(1.02)
            last = told[-1]
            assert last.sent_at == at(1 + PATIENCE_S)
            assert last.broker_at == last.receipt_at == at(1.02 + PATIENCE_S)

        await house.live(story)

    virtual.run(main())


def test_a_refused_event_says_why(tmp_path: Path) -> None:
    """It is among what waits, with the platform's reason."""
    house = House(tmp_path)

    async def main() -> None:
        async def story() -> None:
            house.platform.refuses[f"gw/{house.next}"] = "unknown site"
            await house.add(2)
            async with asyncio.timeout(5):
                await house.journal.delivered()
            [event] = await house.journal.find(EventQuery(waiting=True))
            [delivery] = event.deliveries
            assert (delivery.state, delivery.reason) == ("refused", "unknown site")
            assert delivery.sent_at is not None

        await house.live(story)

    virtual.run(main())


def test_what_a_cut_session_had_sent_is_sent(tmp_path: Path) -> None:
    """Handed to the uplink, and no broker has it: that is what it says."""
    house = House(tmp_path)

    async def main() -> None:
        async def story() -> None:
            await asyncio.sleep(1)
            await house.add(1)
            await asyncio.sleep(0.01)
            house.platform.reachable.clear()
            await asyncio.sleep(3)
            [event] = await house.journal.find(EventQuery())
            [delivery] = event.deliveries
            assert (delivery.state, delivery.sent_at) == ("sent", at(1))

        await house.live(story)

    virtual.run(main())
