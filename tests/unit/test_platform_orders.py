"""Orders at the platform: sent until somebody listens, sent again until answered, shown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from cloud_bridge.contract.examples import RAISED, SITE
from cloud_bridge.ordering import LIFE
from cloud_bridge.wire.orders import Order, open_envelope, read_order
from edge.errors import LinkDown
from edge.model import Access, AlarmRaised, CommandResult
from edge.mqtt import Published
from simulators.platform import ordered, views
from simulators.platform.desk import Desk
from simulators.platform.dispatch import AGAIN_SECONDS, STORY_SECONDS, Dispatch
from simulators.platform.instants import micros
from simulators.platform.intake import judge
from simulators.platform.orders import OrderDesk
from simulators.platform.shown import View
from tests.fakes import time
from tests.fakes.platform_events import Voice

PASSED = Access(device="gate-1", decision="granted", method="face", at=time.EPOCH)
FORCED = replace(
    RAISED, alarm="gate-1/forced", device="gate-1", category="access.forced", at=time.EPOCH
)
ANY_ALARM = replace(SITE, policies=(replace(SITE.policies[0], alarms="*"),))
DONE = CommandResult(
    command="", device="gate-1", action="open", outcome="done", observed="yes", at=time.EPOCH
)
REFUSED = replace(
    DONE, outcome="rejected", observed="", detail="remote.off: remote commands are switched off"
)


@dataclass
class Counter:
    """The platform with a broker that only notes, and a gateway that says what it is told to."""

    desk: Desk
    voice: Voice = field(default_factory=lambda: Voice(ANY_ALARM))
    sent: list[tuple[float, bytes]] = field(default_factory=list)
    listens: bool = True
    up: bool = True

    def __post_init__(self) -> None:
        self.dispatch = Dispatch(self.desk, OrderDesk(self._publish, time.now), time.now)

    async def say(self, event: Access | AlarmRaised | CommandResult) -> None:
        """The gateway tells something."""
        await self.desk.keep([judge(body, None) for body in self.voice.say(event)])

    async def answer(self, result: CommandResult) -> None:
        """It tells what became of the last order."""
        await self.say(replace(result, command=self.orders[-1].id))

    def ask(self) -> asyncio.Task[None]:
        """Somebody orders the gate to open."""
        story = {"device": "gate-1", "action": "open", "by": "Li"}
        return asyncio.create_task(self.dispatch.act(story), name="order")

    async def view(self) -> View:
        """What the page shows."""
        return await self.desk.ask(lambda db: views.view(db, micros(time.EPOCH)))

    async def not_done(self) -> list[str]:
        """What a story that opens the gate has to answer for."""
        assert await self.desk.ask(lambda db: ordered.not_done(db, {"gate-2"})) == []
        return await self.desk.ask(lambda db: ordered.not_done(db, {"gate-1"}))

    @property
    def orders(self) -> list[Order]:
        """What was published."""
        return [read_order(open_envelope(body).signed) for _, body in self.sent]

    async def _publish(self, topic: str, body: bytes) -> Published:
        assert topic == "community/v1/riverside/gw-1/commands"
        if not self.up:
            raise LinkDown("cut")
        self.sent.append((asyncio.get_running_loop().time(), body))
        return Published(no_subscriber=not self.listens)


def play(tmp_path: Path, story: Callable[[Counter], Awaitable[None]]) -> None:
    """Tell a story in virtual time."""

    async def main() -> None:
        desk = Desk(tmp_path / "platform.db", lambda: time.EPOCH)
        await desk.open()
        try:
            await story(Counter(desk))
        finally:
            await desk.close()

    time.run(main())


def test_an_order_is_signed_anew_until_a_gateway_listens(tmp_path: Path) -> None:
    """The broker is away, then the gateway is: the order begins to live when it is heard."""

    async def story(counter: Counter) -> None:
        await counter.say(PASSED)
        counter.up = counter.listens = False
        asking = counter.ask()
        await asyncio.sleep(15)
        counter.up = True
        await asyncio.sleep(14)
        counter.listens = True
        await asyncio.sleep(AGAIN_SECONDS)
        await counter.answer(DONE)
        await asking
        assert len({order.id for order in counter.orders}) == 1
        assert len({order.nonce for order in counter.orders}) == len(counter.orders) > 1
        assert counter.orders[-1].issued_at > time.EPOCH + LIFE
        assert await counter.not_done() == []

    play(tmp_path, story)


def test_the_same_letter_is_sent_again_while_it_lives(tmp_path: Path) -> None:
    """A gateway that died with it gets it again; after its end nobody does, and none is made up."""

    async def story(counter: Counter) -> None:
        await counter.say(PASSED)
        asking = counter.ask()
        await asking
        assert asyncio.get_running_loop().time() == pytest.approx(STORY_SECONDS)
        assert len({body for _, body in counter.sent}) == 1
        instants = [at for at, _ in counter.sent]
        assert instants == pytest.approx([AGAIN_SECONDS * n for n in range(len(instants))])
        assert len(instants) == LIFE.total_seconds() / AGAIN_SECONDS + 1
        assert await counter.not_done() == ["order to gate-1: no answer"]

    play(tmp_path, story)


def test_the_first_word_on_an_order_counts(tmp_path: Path) -> None:
    """That the same id came twice is no news for whoever waits for the gate."""

    async def story(counter: Counter) -> None:
        await counter.say(PASSED)
        asking = counter.ask()
        await asyncio.sleep(1)
        await counter.answer(DONE)
        await counter.answer(replace(REFUSED, detail="id.reused: another command had this id"))
        await asking
        [line] = await counter.desk.ask(ordered.lines)
        assert (line.outcome, line.observed, line.by) == ("done", "yes", "Li")
        assert (line.ended, line.detail.en) == (time.EPOCH.timestamp(), "")

    play(tmp_path, story)


def test_why_it_was_refused_is_said_in_both_languages(tmp_path: Path) -> None:
    """On the line of the order and in the stream; a gate that only said yes is not done either."""

    async def story(counter: Counter) -> None:
        await counter.say(PASSED)
        for result in (REFUSED, replace(DONE, observed="no")):
            asking = counter.ask()
            await asyncio.sleep(1)
            await counter.answer(result)
            await asking
        lines = await counter.desk.ask(ordered.lines)
        assert [line.detail.zh for line in lines] == ["", "现场已关闭远程命令"]
        assert await counter.not_done() == [
            "order to gate-1: done",
            "order to gate-1: rejected remote commands are switched off",
        ]
        texts = [event.text for event in (await counter.view()).events]
        assert texts[1].zh == "开门 · 被拒绝 · 现场已关闭远程命令"
        assert texts[0].en == "open · done · not seen to have happened"

    play(tmp_path, story)


def test_a_gate_may_be_opened_from_its_issue_and_its_event(tmp_path: Path) -> None:
    """Nothing else may; what the gate was told since stands on the issue."""

    async def story(counter: Counter) -> None:
        await counter.say(PASSED)
        await counter.say(replace(RAISED, at=time.EPOCH))
        await counter.say(FORCED)
        asking = counter.ask()
        await asyncio.sleep(1)
        await counter.answer(DONE)
        await asking
        view = await counter.view()
        assert [event.gate for event in view.events] == ["", "gate-1", "", "gate-1"]
        assert {issue.gate: len(issue.orders) for issue in view.issues} == {"": 0, "gate-1": 1}

    play(tmp_path, story)


def test_a_device_that_nobody_has_heard_of_is_waited_for(tmp_path: Path) -> None:
    """In a story; a button for it is a mistake that is told."""

    async def story(counter: Counter) -> None:
        with pytest.raises(KeyError):
            await counter.dispatch.give("riverside", "gate-1", "open", "Li")
        asking = counter.ask()
        await asyncio.sleep(20)
        assert counter.sent == []
        await counter.say(PASSED)
        await asyncio.sleep(1)
        await counter.answer(DONE)
        await asking
        assert await counter.not_done() == []

    play(tmp_path, story)
