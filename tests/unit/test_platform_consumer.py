"""The platform's ear: receipts after the commit, acknowledgements after the receipts."""

from __future__ import annotations

from pathlib import Path

from cloud_bridge.contract.examples import AT, FIRST, example_events, narrator
from cloud_bridge.wire import (
    Receipt,
    Status,
    encode_status,
    encode_telemetry,
    events_topic,
    status_topic,
    telemetry_topic,
)
from edge.model import Lane, Reading
from simulators.platform import report
from simulators.platform.consumer import Consumer
from simulators.platform.desk import Desk
from tests.fakes.platform_session import FakeBroker, play, until

EVENTS = events_topic("riverside", "gw-1", Lane.LIFE_SAFETY)
BODY = narrator().encode(example_events()[0])
ID = f"gw-1/{FIRST}"


def test_receipt_then_acknowledgement_after_the_commit(tmp_path: Path) -> None:
    """When the receipt is seen the event is on disk; the broker is answered last."""
    order: list[str] = []

    async def story(broker: FakeBroker, _: Consumer, desk: Desk) -> None:
        kept = desk.keep

        async def noted(messages: list[object]) -> list[Receipt]:
            receipts = await kept(messages)  # type: ignore[arg-type] # passed on as it came
            order.extend(["stored", *(topic for topic, _ in broker.log)])
            return receipts

        desk.keep = noted  # type: ignore[method-assign, assignment] # a spy
        broker.deliver(EVENTS, BODY)
        await until(lambda: len(broker.log) == 2)

    broker = play(tmp_path, story)
    assert order == ["stored"]
    assert [topic for topic, _ in broker.log] == ["community/v1/riverside/gw-1/receipts", "ack"]
    assert broker.receipts() == [Receipt(stored=(ID,))]


def test_copy_is_receipted_again(tmp_path: Path) -> None:
    """The gateway that missed the first receipt gets a second one."""

    async def story(broker: FakeBroker, _: Consumer, desk: Desk) -> None:
        broker.deliver(EVENTS, BODY)
        await until(lambda: len(broker.receipts()) == 1)
        broker.deliver(EVENTS, BODY)
        await until(lambda: len(broker.receipts()) == 2)
        counts = await desk.ask(report.counts)
        assert (counts.events, counts.redelivered) == (1, 1)

    play(tmp_path, story)


def test_bad_message_is_refused_and_acknowledged(tmp_path: Path) -> None:
    """What can never be stored does not come for ever."""

    async def story(broker: FakeBroker, _: Consumer, __: Desk) -> None:
        broker.deliver(EVENTS, b"{nonsense")
        broker.deliver("community/v1/riverside/gw-1/status", b"{}")
        broker.deliver("elsewhere", b"{}")
        await until(lambda: [topic for topic, _ in broker.log].count("ack") == 3)

    [receipt] = play(tmp_path, story).receipts()
    assert receipt.stored == ()
    assert receipt.refused[0].id == ""
    assert "no event" in receipt.refused[0].reason


def test_receipt_that_was_not_sent_leaves_the_message_unacknowledged(tmp_path: Path) -> None:
    """Without an answer to the gateway the broker keeps the message; nothing is lost."""

    async def story(broker: FakeBroker, consumer: Consumer, desk: Desk) -> None:
        await consumer.connected.wait()
        broker.refusing = True
        broker.deliver(EVENTS, BODY)
        await until(lambda: broker.sessions == 2)
        assert broker.log == []
        assert (await desk.ask(report.counts)).events == 1

    play(tmp_path, story)


def test_lost_session_is_opened_again(tmp_path: Path) -> None:
    """After a cut the platform is back by itself and hears again."""

    async def story(broker: FakeBroker, _: Consumer, __: Desk) -> None:
        broker.cut()
        await until(lambda: broker.sessions == 2)
        broker.deliver(EVENTS, BODY)
        await until(lambda: len(broker.receipts()) == 1)

    play(tmp_path, story)


def test_status_and_readings_are_noted(tmp_path: Path) -> None:
    """The page knows how the gateway is and how much it reads."""
    status = Status(site="riverside", gateway="gw-1", online=True, readings=7)
    reading = Reading(point="lift-1/trapped", value=False, at=AT)

    async def story(broker: FakeBroker, _: Consumer, desk: Desk) -> None:
        broker.deliver(status_topic("riverside", "gw-1"), encode_status(status))
        broker.deliver(status_topic("riverside", "gw-2"), encode_status(status))
        broker.deliver(
            telemetry_topic("riverside", "gw-1"),
            encode_telemetry("life-1", "riverside", "gw-1", [reading] * 3),
        )
        await until(lambda: len(broker.log) == 4)
        assert await desk.ask(report.statuses) == [status]
        assert (await desk.ask(report.counts)).readings == 1

    play(tmp_path, story)


def test_backlog_is_stored_in_groups(tmp_path: Path) -> None:
    """A hundred waiting messages make few transactions and few receipts, in order."""
    bodies = [narrator().encode(kept) for kept in example_events()]

    async def story(broker: FakeBroker, _: Consumer, __: Desk) -> None:
        for one in bodies:
            broker.deliver(EVENTS, one)
        await until(lambda: sum(len(one.stored) for one in broker.receipts()) == len(bodies))

    receipts = play(tmp_path, story).receipts()
    assert len(receipts) < len(bodies) / 2
    stored = [one for receipt in receipts for one in receipt.stored]
    assert stored == [f"gw-1/{FIRST + n}" for n in range(len(bodies))]
