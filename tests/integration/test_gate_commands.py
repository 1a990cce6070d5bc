"""Gates that stay open, lock, get stuck, refuse or take their time, over a real broker."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from edge.drivers.mqtt_gate.profile import GateProfile
from edge.errors import CommandRejected
from edge.model import Command, Reading, Value
from edge.profiles import Profiles
from tests.fakes.gate_scene import Scene, now, play

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]

STAY_OPEN = Profiles().of("gates/mqtt_face_stay_open", GateProfile)
ACTIONS: dict[str, Any] = {
    name: action.model_dump(mode="json", exclude={"observe"}, exclude_unset=True)
    for name, action in STAY_OPEN.actions.items()
}


def command(action: str, number: str = "c-1") -> Command:
    """A command that lives for ten seconds."""
    expires = now() + timedelta(seconds=10)
    return Command(id=number, device="gate-1", action=action, issued_by="t", expires_at=expires)


def door(scene: Scene) -> list[Value | None]:
    """What the contact has shown, oldest first."""
    point = "gate-1/door_open"
    return [e.value for e in scene.records if isinstance(e, Reading) and e.point == point]


def test_a_released_door_stays_open_until_it_is_told_otherwise() -> None:
    """Released it stays, also after somebody passed; locked it refuses to open; then as before."""

    async def story(scene: Scene) -> None:
        await scene.driver.execute(command("release"))
        await scene.until(lambda: door(scene)[-1] is True)
        await scene.gates.act("gate-1", "pass", {})
        await asyncio.sleep(0.3)
        assert door(scene)[-1] is True
        await scene.driver.execute(command("lock"))
        await scene.until(lambda: door(scene)[-1] is False)
        with pytest.raises(CommandRejected, match="414"):
            await scene.driver.execute(command("open"))
        await scene.driver.execute(command("close"))
        await scene.driver.execute(command("open"))
        await scene.until(lambda: door(scene)[-1] is True)
        operators = [each.operator for each in scene.gates.obeyed]
        assert operators == ["SetDoorState"] * 2 + ["OpenDoor", "SetDoorState", "OpenDoor"]

    play(story, actions=ACTIONS)


def test_a_stuck_gate_says_done_and_stays_shut() -> None:
    """Only the contact tells; mended it opens."""

    async def story(scene: Scene) -> None:
        await scene.gates.act("gate-1", "stuck", {})
        await scene.driver.execute(command("release"))
        await asyncio.sleep(0.2)
        assert True not in door(scene)
        await scene.gates.act("gate-1", "mend", {})
        await scene.driver.execute(command("release"))
        await scene.until(lambda: door(scene)[-1] is True)

    play(story, actions=ACTIONS)


def test_a_gate_that_refuses_is_told() -> None:
    """The refusal has the gate's code; records are still confirmed meanwhile."""

    async def story(scene: Scene) -> None:
        await scene.gates.act("gate-1", "refuse", {})
        with pytest.raises(CommandRejected, match="414"):
            await scene.driver.execute(command("open"))
        await scene.gates.act("gate-1", "deny", {})
        await scene.until(lambda: all(told.confirmed for told in scene.gates.told))
        assert scene.access()

    play(story, actions=ACTIONS)


def test_a_release_does_not_wait_for_the_lock_before_it() -> None:
    """Two commands of one operator under way: each gets its own answer, by its number."""

    async def story(scene: Scene) -> None:
        await scene.gates.act("gate-1", "slow", {})
        lock = asyncio.create_task(scene.driver.execute(command("lock", "a")), name="lock")
        await scene.until(lambda: len(scene.gates.obeyed) == 1)
        await scene.gates.act("gate-1", "mend", {})
        await scene.driver.execute(command("release", "b"))
        assert not lock.done()
        await lock
        await scene.gates.act("gate-1", "slow", {})
        both = (scene.driver.execute(command("close", "c")) for _ in "12")
        answers = await asyncio.gather(*both, return_exceptions=True)
        refused = [answer for answer in answers if answer is not None]
        assert refused
        assert all(isinstance(each, CommandRejected) for each in refused)
        assert all("has not answered c" in str(each) for each in refused)

    play(story, actions=ACTIONS)


def test_an_id_that_was_guessed_holds_up_no_rule() -> None:
    """Somebody's command under the id that a release will have, while the gate is slow."""

    async def story(scene: Scene) -> None:
        await scene.gates.act("gate-1", "slow", {})
        guessed = replace(command("lock", ".fire_release/gate-1/1/1"), issuer="platform")
        lock = asyncio.create_task(scene.driver.execute(guessed), name="lock")
        await scene.until(lambda: len(scene.gates.obeyed) == 1)
        await scene.gates.act("gate-1", "mend", {})
        await scene.driver.execute(command("release", guessed.id))
        assert not lock.done()
        await lock

    play(story, actions=ACTIONS)
