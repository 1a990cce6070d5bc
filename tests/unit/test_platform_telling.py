"""The platform tells each step of an issue until its gateway tells it back, one after the other."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from cloud_bridge.contract.examples import AT, FIRST, example_events, narrator
from cloud_bridge.wire import (
    IssueUpdate,
    Status,
    decode_issue_update,
    encode_status,
    events_topic,
    status_topic,
)
from edge.model import Lane
from simulators.platform.consumer import RESEND_SECONDS, Consumer
from simulators.platform.desk import Desk
from tests.fakes.platform_events import body, told_back
from tests.fakes.platform_session import FakeBroker, play, until

EVENTS = events_topic("riverside", "gw-1", Lane.LIFE_SAFETY)
BODY = narrator().encode(example_events()[0])
ID = f"gw-1/{FIRST}"
LATER = AT + timedelta(minutes=1)


def updates(broker: FakeBroker) -> list[IssueUpdate]:
    """The steps that were told, as often as they were."""
    return [decode_issue_update(said) for topic, said in broker.log if topic.endswith("/issues")]


async def accepted(broker: FakeBroker, consumer: Consumer, desk: Desk) -> None:
    """Somebody accepts the issue of the first alarm."""
    broker.deliver(EVENTS, BODY)
    await until(lambda: len(broker.receipts()) == 1)
    await desk.write(
        lambda store: store.step_issue("riverside", f"{ID}/issue", "accepted", "Li", "property")
    )
    consumer.tell_issues()
    await until(lambda: len(updates(broker)) == 1)


def test_issue_step_is_told_even_if_the_session_was_down(tmp_path: Path) -> None:
    """A step taken meanwhile is told by the next session."""

    async def story(broker: FakeBroker, consumer: Consumer, desk: Desk) -> None:
        broker.deliver(EVENTS, BODY)
        await until(lambda: len(broker.receipts()) == 1)
        broker.refusing = True
        await desk.write(
            lambda store: store.step_issue("riverside", f"{ID}/issue", "accepted", "Li", "property")
        )
        consumer.tell_issues()
        await until(lambda: broker.sessions == 2)
        broker.refusing = False
        await until(lambda: any(topic.endswith("/issues") for topic, _ in broker.log))

    assert [update.state for update in updates(play(tmp_path, story))] == ["accepted"]


def test_a_step_is_sent_again_until_it_is_told_back(tmp_path: Path) -> None:
    """Every ten seconds, whatever the broker said; then never again."""

    async def story(broker: FakeBroker, consumer: Consumer, desk: Desk) -> None:
        await accepted(broker, consumer, desk)
        await asyncio.sleep(RESEND_SECONDS * 3 + 1)
        assert len(updates(broker)) == 4
        broker.deliver(EVENTS, body(told_back("1"), FIRST + 1))
        await asyncio.sleep(RESEND_SECONDS * 3)
        assert len(updates(broker)) == 4

    told = updates(play(tmp_path, story))
    assert {(update.step, update.state) for update in told} == {("1", "accepted")}


def test_the_next_step_waits_for_the_one_before(tmp_path: Path) -> None:
    """Steps reach the gateway in order, however often they are sent; at once when their turn."""

    async def story(broker: FakeBroker, consumer: Consumer, desk: Desk) -> None:
        await accepted(broker, consumer, desk)
        await desk.write(
            lambda store: store.step_issue("riverside", f"{ID}/issue", "resolved", "Li", "property")
        )
        consumer.tell_issues()
        await asyncio.sleep(RESEND_SECONDS + 1)
        assert [update.state for update in updates(broker)] == ["accepted"] * 2
        broker.deliver(EVENTS, body(told_back("1"), FIRST + 1))
        await asyncio.sleep(1)

    assert [update.step for update in updates(play(tmp_path, story))] == ["1", "1", "2"]


def test_a_gateway_that_comes_back_is_told_at_once(tmp_path: Path) -> None:
    """What was said while it was away, or started anew, is said again without waiting."""
    topic = status_topic("riverside", "gw-1")
    here = Status(site="riverside", gateway="gw-1", online=True, started_at=AT)

    async def story(broker: FakeBroker, consumer: Consumer, desk: Desk) -> None:
        broker.deliver(topic, encode_status(here))
        await accepted(broker, consumer, desk)
        for status, times in (
            (here, 1),
            (Status(site="riverside", gateway="gw-1", online=False), 1),
            (here, 2),
            (Status(site="riverside", gateway="gw-1", online=True, started_at=LATER), 3),
        ):
            broker.deliver(topic, encode_status(status))
            await asyncio.sleep(1)
            assert len(updates(broker)) == times

    play(tmp_path, story)
