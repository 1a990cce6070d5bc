"""Commands from afar and a whole gateway: refused with a reason, audited, opened once at most."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

import edge.gateway.gateway
from cloud_bridge.order_keys import SigningKey
from cloud_bridge.ordering import Wish
from cloud_bridge.orders import TOLD_A_MINUTE
from cloud_bridge.wire.orders import MAX_ORDER_BYTES
from edge.clock import Clock
from edge.model import AlarmRaised, Cause, Lane, Location, Text
from tests.fakes.gateway_scene import GATEWAY, SITE, WISH, Scene, fresh, play

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]


def wish(**changes: str) -> Wish:
    """The usual wish, otherwise in some way."""
    return Wish(
        site=changes.get("site", SITE),
        gateway=changes.get("gateway", GATEWAY),
        device=changes.get("device", "gate-1"),
        action=changes.get("action", "open"),
        by="王工",
    )


def test_a_good_order_opens_the_gate(tmp_path: Path) -> None:
    """Down to the gate, seen at its contact, and back up as an event with who asked."""

    async def story(scene: Scene) -> None:
        order = fresh()
        await scene.send(scene.key.seal(order))
        result = await scene.answer(1)
        assert (result.id, result.outcome, result.observed) == (order.id, "done", "yes")
        assert result.issued_by == "platform:王工"
        assert scene.opened() == 1
        assert scene.dropped == []

    play(tmp_path, story)


def test_what_may_not_be_is_refused_with_its_reason(tmp_path: Path) -> None:
    """Each refusal comes up as an event; the gates hear of none."""

    async def story(scene: Scene) -> None:
        stranger = SigningKey.new("platform")
        at = datetime.now(UTC)
        late = msgspec.structs.replace(
            fresh(), issued_at=at - timedelta(seconds=60), expires_at=at - timedelta(seconds=40)
        )
        matrix = [
            (stranger.seal(fresh()), "order.bad_signature"),
            (SigningKey.new("other").seal(fresh()), "order.unknown_key"),
            (scene.key.seal(fresh(wish(gateway="gw-2"))), "order.misdirected"),
            (scene.key.seal(fresh(wish(device="gate-2"))), "key.not_granted"),
            (scene.key.seal(fresh(wish(device="gate-9"))), "key.not_granted"),
            (scene.key.seal(fresh(wish(action="fly"))), "key.not_granted"),
            (scene.key.seal(late), "expired.late"),
            (scene.key.seal(fresh(life=300)), "order.life"),
            (scene.key.seal(fresh()) + b" " * MAX_ORDER_BYTES, "order.unreadable"),
            (b"\xff\xfe{", "order.unreadable"),
        ]
        for number, (body, code) in enumerate(matrix, 1):
            await scene.send(body)
            result = await scene.answer(number)
            assert result.detail.startswith(f"{code}: "), result
            assert result.outcome in {"rejected", "expired"}
        assert scene.opened("gate-1") == scene.opened("gate-2") == 0

    play(tmp_path, story)


def test_no_copy_opens_the_gate_again(tmp_path: Path) -> None:
    """Delivered twice, replayed, left with the broker, replayed after a restart: once in all."""

    async def story(scene: Scene) -> None:
        body = scene.key.seal(fresh(life=30))
        await scene.send(body, body)
        result = await scene.answer(1)
        assert result.outcome == "done"
        await scene.send(body)
        await scene.leave(body)
        await scene.restart()
        await scene.send(body)
        marker = fresh(wish(action="fly"))
        await scene.send(scene.key.seal(marker))
        assert (await scene.answer(2)).id == marker.id
        assert scene.opened() == 1
        await scene.leave(b"")

    play(tmp_path, story)


def test_an_order_left_with_the_broker_is_refused(tmp_path: Path) -> None:
    """Fresh, signed and retained: whoever comes later does not know for whom it was."""

    async def story(scene: Scene) -> None:
        await scene.end()
        body = scene.key.seal(fresh(life=30))
        await scene.leave(body)
        await scene.start()
        result = await scene.answer(1)
        assert result.detail.startswith("order.retained: ")
        await scene.send(body)
        await asyncio.sleep(0.5)
        assert scene.opened() == 0
        await scene.leave(b"")

    play(tmp_path, story)


def test_a_clock_that_is_set_back_revives_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway starts an hour in the past: an order of then is refused, one of now too."""

    async def story(scene: Scene) -> None:
        await scene.send(scene.key.seal(fresh()))
        assert (await scene.answer(1)).outcome == "done"
        await scene.end()
        hour = timedelta(hours=1)
        monkeypatch.setattr(
            edge.gateway.gateway, "Clock", lambda: Clock(lambda: time.time() - hour.total_seconds())
        )
        await scene.start()
        then = msgspec.structs.replace(
            fresh(),
            issued_at=datetime.now(UTC) - hour,
            expires_at=datetime.now(UTC) - hour + timedelta(seconds=20),
        )
        await scene.send(scene.key.seal(then))
        assert (await scene.answer(2)).detail.startswith("clock.set_back: ")
        await scene.send(scene.key.seal(fresh()))
        assert (await scene.answer(3)).detail.startswith("clock.set_back: ")
        assert scene.opened() == 1

    play(tmp_path, story)


def test_in_a_fire_a_gate_is_opened_and_not_locked(tmp_path: Path) -> None:
    """A fire alarm in its building: lock refused, release done; the lock works before."""

    async def story(scene: Scene) -> None:
        lock, release = wish(action="lock"), wish(action="release")
        await scene.send(scene.key.seal(fresh(lock)))
        assert (await scene.answer(1)).outcome == "done"
        assert scene.gateway is not None
        await scene.gateway._pipeline.tell(
            AlarmRaised(
                alarm="fire-3/fire",
                device="fire-3",
                rule="fire",
                category="fire.alarm",
                severity=950,
                lane=Lane.LIFE_SAFETY,
                text=Text("火警", "Fire"),
                cause=Cause(point="fire-3/fire", value=True),
                at=datetime.now(UTC),
                location=Location(building="b3"),
            )
        )
        await asyncio.sleep(0.1)
        await scene.send(scene.key.seal(fresh(lock)))
        assert (await scene.answer(2)).detail.startswith("interlock.fire: ")
        await scene.send(scene.key.seal(fresh(release)))
        released = await scene.answer(3)
        assert (released.outcome, released.observed) == ("done", "yes")
        assert len(scene.gates.obeyed) == 2

    play(tmp_path, story)


def test_switched_off_on_site(tmp_path: Path) -> None:
    """At once, and after a restart; refused with the reason."""

    async def story(scene: Scene) -> None:
        assert scene.gateway is not None
        await scene.gateway._commands.switch_remote("off")
        await scene.send(scene.key.seal(fresh()))
        assert (await scene.answer(1)).detail.startswith("remote.off: ")
        await scene.restart()
        await scene.send(scene.key.seal(fresh()))
        assert (await scene.answer(2)).detail.startswith("remote.off: ")
        assert scene.opened() == 0

    play(tmp_path, story)


def test_a_flood_of_garbage_keeps_no_order_away(tmp_path: Path) -> None:
    """A few refusals are told, the others counted; the good order among them is carried out."""

    async def story(scene: Scene) -> None:
        order = fresh()
        await scene.send(*(b"%d" % number for number in range(300)), scene.key.seal(order))
        await scene.until(lambda: any(each.id == order.id for each in scene.results))
        assert scene.opened() == 1
        assert len(scene.results) <= 2 * TOLD_A_MINUTE + 1

    play(tmp_path, story)


@pytest.mark.parametrize(
    ("fault", "outcome", "observed"),
    [("stuck", "done", "no"), ("refuse", "rejected", ""), ("slow", "done", "yes")],
)
def test_what_the_gate_really_did(fault: str, outcome: str, observed: str, tmp_path: Path) -> None:
    """Says done and stays shut, refuses, takes its time: told apart in the result."""

    async def story(scene: Scene) -> None:
        await scene.gates.act("gate-1", fault, {})
        await scene.send(scene.key.seal(fresh(WISH)))
        result = await scene.answer(1)
        assert (result.outcome, result.observed) == (outcome, observed)
        assert scene.opened() == 1

    play(tmp_path, story)
