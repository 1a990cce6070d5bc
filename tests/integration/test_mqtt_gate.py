"""The face gate driver with simulated gates over a real broker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pytest

from edge.errors import CommandRejected, LinkDown
from edge.model import Access, Command, DeviceChanged, DeviceReported, Reading, Value
from edge.mqtt import connect
from edge.rules.door import DoorRule
from edge.rules.engine import Engine
from tests.fakes.gate_scene import Scene, at, now, play, serving

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]


def command(action: str, device: str = "gate-1") -> Command:
    """A command that lives for ten seconds."""
    return Command(
        id="c-1",
        device=device,
        action=action,
        issued_by="test",
        expires_at=now() + timedelta(seconds=10),
    )


def values(scene: Scene, point: str) -> list[Value | None]:
    """What was read at a point, oldest first."""
    return [e.value for e in scene.records if isinstance(e, Reading) and e.point == point]


def door_events(scene: Scene, device: str) -> Callable[[], list[str]]:
    """Put the rule behind the driver, as the pipeline does; what it says, whenever asked."""
    rule = DoorRule(
        device=device,
        grant_window=timedelta(seconds=1),
        settle=timedelta(seconds=0.3),
        held_open_after=timedelta(seconds=1.5),
    )
    engine = Engine([rule])
    engine.begin(now())
    told: list[str] = []
    read = 0

    def ask() -> list[str]:
        nonlocal read
        fresh = scene.records[read:]
        read += len(fresh)
        for record in (*fresh, None):
            follows = engine.feed(record, now())
            told.extend(each.decision for each in follows if isinstance(each, Access))
        return told

    return ask


def test_a_record_is_confirmed_only_after_it_is_kept() -> None:
    """The gate repeats its record under one origin until `kept` is called, then never again."""

    async def story(scene: Scene) -> None:
        await scene.gates.act("gate-1", "pass", {"person": "2001"})
        await scene.until(lambda: len(scene.access()) >= 3)
        (told,) = scene.gates.told
        assert {each.origin for each in scene.access()} == {told.origin}
        assert not told.confirmed
        scene.confirming = True
        await scene.until(lambda: told.confirmed)
        count = len(scene.access())
        await asyncio.sleep(1.0)
        assert len(scene.access()) <= count + 1

    play(story, confirming=False)


def test_who_passes_is_told_without_face_score_or_name() -> None:
    """Grant, refusal and duress become access events; nothing personal but the number leaves."""

    async def story(scene: Scene) -> None:
        for verb, args in (("pass", {"person": "2001"}), ("deny", {}), ("duress", {})):
            await scene.gates.act("gate-1", verb, dict(args))
            await scene.gates.act("gate-1", "misspell", {})
        await scene.gates.act("gate-1", "stranger", {})
        await scene.until(lambda: all(told.confirmed for told in scene.gates.told))
        decisions = {each.decision: each for each in scene.access()}
        assert set(decisions) == {"granted", "denied", "duress"}
        assert decisions["granted"].person == "2001"
        assert "刷卡" in decisions["denied"].reason
        assert [each.what for each in scene.records if isinstance(each, DeviceReported)] == [
            "stranger"
        ]
        for secret in ("base64", "87.0", "居民"):
            assert secret not in repr(scene.records)

    play(story)


def test_a_forced_and_a_held_door_are_told_and_their_end_too() -> None:
    """No grant: forced; too long: held open; closing ends it; a granted opening is silent."""

    async def story(scene: Scene) -> None:
        first, second = door_events(scene, "gate-1"), door_events(scene, "gate-2")
        await scene.gates.act("gate-2", "pass", {})
        await scene.gates.act("gate-1", "force_door", {})
        await scene.until(lambda: not second() and first() == ["forced"])
        await scene.until(lambda: first() == ["forced", "held_open"])
        await scene.gates.act("gate-1", "close_door", {})
        await scene.until(lambda: first() == ["forced", "held_open", "closed"])
        assert values(scene, "gate-2/door_open") == [False, True, False]
        assert second() == []
        assert values(scene, "gate-1/door_open") == [False, True, False]
        assert values(scene, "gate-1/may_open") == []
        grants = [r.records for r in scene.reports if any(isinstance(e, Access) for e in r.records)]
        assert [[each.kind for each in grant] for grant in grants] == [
            ["access.granted", "reading"]
        ]

    play(story)


def test_silence_makes_a_gate_offline_and_its_voice_online() -> None:
    """Heartbeats missed for `offline_after` are told once, the return once; the other stays."""

    async def story(scene: Scene) -> None:
        await scene.gates.act("gate-1", "silent", {})
        changes = scene.records

        def states(device: str) -> list[str]:
            changes[:] = scene.records
            return [
                each.state
                for each in changes
                if isinstance(each, DeviceChanged) and each.device == device
            ]

        await scene.until(lambda: states("gate-1") == ["online", "offline"])
        with pytest.raises(LinkDown, match="offline"):
            await scene.driver.execute(command("open"))
        await scene.gates.act("gate-1", "speak", {})
        await scene.until(lambda: states("gate-1") == ["online", "offline", "online"])
        assert states("gate-2") == ["online"]

    play(story, offline_after="1s")


def test_garbage_of_one_gate_is_dropped_and_told_once() -> None:
    """Three unreadable messages make one degraded event; both gates go on."""

    async def story(scene: Scene) -> None:
        await scene.gates.act("gate-1", "garbage", {})
        await scene.gates.act("gate-1", "pass", {})
        await scene.gates.act("gate-2", "pass", {})
        await scene.until(lambda: bool(scene.access() and scene.access("gate-2")))
        degraded = [
            each
            for each in scene.records
            if isinstance(each, DeviceChanged) and each.state == "degraded"
        ]
        assert [each.device for each in degraded] == ["gate-1"]

    play(story)


def test_a_gate_without_a_calendar_is_not_believed() -> None:
    """Twenty years off: the origin has the gate's time, the event has ours."""

    async def story(scene: Scene) -> None:
        await scene.gates.act("gate-1", "clock_off", {"years": -20})
        await scene.gates.act("gate-1", "pass", {})
        await scene.until(lambda: bool(scene.access()))
        assert abs(scene.access()[0].at - now()) < timedelta(seconds=5)
        assert scene.access()[0].origin == scene.gates.told[0].origin

    play(story)


def test_the_door_opens_by_command_and_that_is_not_forced() -> None:
    """`open` returns after the gate's own answer; the opening that follows is permitted."""

    async def story(scene: Scene) -> None:
        found = door_events(scene, "gate-1")
        await scene.driver.execute(command("open"))

        def moved() -> list[Value | None]:  # once more in between it says the same
            return [value for value, _ in groupby(values(scene, "gate-1/door_open"))]

        # how a door stands a gate says when it comes, which may be before anybody listens
        await scene.until(lambda: not found() and moved()[-2:] == [True, False])
        moves = [each.point for each in scene.records if isinstance(each, Reading) and each.value]
        assert list(dict.fromkeys(moves)) == ["gate-1/may_open", "gate-1/door_open"]
        assert found() == []
        with pytest.raises(CommandRejected, match="no action"):
            await scene.driver.execute(command("fly"))

    play(story)


def test_an_answer_that_says_no_or_never_comes() -> None:
    """A refusal is `CommandRejected` with the gate's words, silence is `LinkDown`."""
    actions = {
        "open": {"operator": "OpenDoor", "text": {"zh": "开", "en": "Open"}},
        "dance": {"operator": "Dance", "text": {"zh": "跳舞", "en": "Dance"}},
    }

    async def story(scene: Scene) -> None:
        with pytest.raises(CommandRejected, match="414 参数错误 / wrong parameters"):
            await scene.driver.execute(command("dance"))
        await scene.gates.act("gate-1", "silent", {})
        with pytest.raises(LinkDown, match="did not answer OpenDoor in 5 s"):
            await scene.driver.execute(command("open"))

    play(story, actions=actions)


def test_a_command_that_was_not_heard_is_not_kept_for_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A gate that is back after a minute opens for nobody; what has no end waits for it still."""
    monkeypatch.setattr("edge.drivers.mqtt_gate.link.ANSWER_SECONDS", 1.0)

    async def story(scene: Scene) -> None:
        broker, topic = at(scene.broker.port), "mqtt/face/1026700"
        async with connect(broker, client_id="asleep", subscriptions=[topic], clean=False):
            pass
        await scene.gates.act("gate-1", "silent", {})
        with pytest.raises(LinkDown, match="did not answer OpenDoor in 1 s"):
            await scene.driver.execute(command("open"))
        async with connect(broker, client_id="else", subscriptions=[]) as other:
            await other.publish(topic, b"later")
        await asyncio.sleep(1.5)
        async with connect(broker, client_id="asleep", subscriptions=[], clean=False) as back:
            waited = [await back.receive(1.0) for _ in range(2)]
        assert [each and each.body for each in waited] == [b"later", None]

    play(story)


def test_a_record_made_while_nobody_listened_is_not_lost() -> None:
    """The gate keeps it; after broker and driver are back it is told and confirmed."""

    async def story(scene: Scene) -> None:
        await scene.broker.kill()
        await scene.gates.act("gate-1", "pass", {"person": "3001"})
        await scene.broker.start()
        async with serving(scene.broker, scene.gates, scene.link, confirming=True) as second:
            await second.until(lambda: scene.gates.told[0].confirmed)
            assert [each.person for each in second.access()][:1] == ["3001"]

    play(story)


def test_an_unknown_gate_is_ignored() -> None:
    """A gate that the site file does not name makes no record and stops nobody."""

    async def story(scene: Scene) -> None:
        async with connect(at(scene.broker.port), client_id="stranger", subscriptions=[]) as other:
            before = len(scene.records)
            await other.publish("mqtt/face/666/Rec", b'{"operator":"RecPush"}')
            await other.publish("mqtt/face/basic", b'{"info":{"facesluiceId":"666"}}')
            await other.publish("mqtt/face/heartbeat", b"not json")
        await scene.gates.act("gate-1", "pass", {})
        await scene.until(lambda: bool(scene.access()))
        assert all(not isinstance(each, DeviceChanged) for each in scene.records[before:])

    play(story)


def test_a_gate_that_may_not_be_answered_is_told_and_harms_no_other(tmp_path: Path) -> None:
    """The broker's access list refuses one gate's confirmations: degraded, with the reason."""
    rules = tmp_path / "acl"
    rules.write_text("topic readwrite #\ntopic deny mqtt/face/1026700\n")

    async def story(scene: Scene) -> None:
        await scene.gates.act("gate-1", "pass", {})
        await scene.gates.act("gate-2", "pass", {})
        await scene.until(lambda: scene.gates.told[1].confirmed)
        await scene.until(lambda: len(scene.access()) >= 2)
        assert not scene.gates.told[0].confirmed
        changes = [each for each in scene.records if isinstance(each, DeviceChanged)]
        degraded = [each for each in changes if each.state == "degraded"]
        assert [each.device for each in degraded] == ["gate-1"]
        assert "Not authorized" in degraded[0].reason

    play(story, settings=(f"acl_file {rules}",))
