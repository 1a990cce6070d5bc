"""How long a reaction took and how often a gate was opened; what is missing is missed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from edge.mqtt import Broker
from simulators.demo.reactions import Reactions, not_opened_once
from simulators.demo.scenario import Step
from simulators.gate import FaceGates, Obeyed
from simulators.simulator import Told
from tests.fakes.time import EPOCH

GATES = ("gate-3", "gate-4")


def after(ms: float) -> datetime:
    """An instant, so many milliseconds after the frame went out."""
    return EPOCH + timedelta(milliseconds=ms)


def measured(sent: datetime | None, *obeyed: tuple[str, float]) -> tuple[list[float], list[str]]:
    """What comes of one frame that had to reach both gates."""
    gates = FaceGates("gates", Broker(host="127.0.0.1"), dict.fromkeys(GATES, "1"))
    gates.obeyed.extend(Obeyed(gate, "OpenDoor", b"", after(ms)) for gate, ms in obeyed)
    reactions = Reactions()
    told = Told(device="fire-3", origin="fire-3/7", what="fire", at=EPOCH, sent=sent)
    reactions.expect(told, GATES)
    return reactions.measured(dict.fromkeys(GATES, gates))


@pytest.mark.parametrize(
    ("obeyed", "ms", "missing"),
    [
        ([("gate-3", 20), ("gate-4", 30)], [20, 30], []),
        ([("gate-3", -5), ("gate-3", 20), ("gate-3", 25), ("gate-4", 30)], [20, 30], []),
        ([("gate-3", 20)], [20], ["gate-4"]),
        ([("gate-3", 20), ("gate-4", 5_000)], [20], ["gate-4"]),
    ],
)
def test_the_first_command_after_the_frame_counts(
    obeyed: list[tuple[str, float]], ms: list[float], missing: list[str]
) -> None:
    """Not one from before, not one that came again much later."""
    found = measured(EPOCH, *obeyed)
    assert found == (ms, [f"reaction of {gate} to fire-3/7" for gate in missing])


def test_a_frame_that_never_went_out_reached_nobody() -> None:
    """Its device was cut off: that is not a reaction of no time."""
    assert measured(None, ("gate-3", 1), ("gate-4", 1))[0] == []


def opened(*obeyed: tuple[str, str]) -> list[str]:
    """What comes of a story that opens gate-3 twice, after these gates got these operators."""
    gates = FaceGates("gates", Broker(host="127.0.0.1"), dict.fromkeys(GATES, "1"))
    gates.obeyed.extend(Obeyed(gate, operator, b"", EPOCH) for gate, operator in obeyed)
    step = Step(second=1, do="platform.command", opens="gate-3")
    return not_opened_once([step, Step(second=2, do="pass"), step], {"gate-3": gates})


def test_a_gate_is_opened_as_often_as_the_story_has_it() -> None:
    """Once too few or once too many is told; other gates and other commands do not count."""
    once = ("gate-3", "OpenDoor")
    assert opened(once, once, ("gate-4", "OpenDoor"), ("gate-3", "RebootDevice")) == []
    assert opened(once) == ["gate-3 was told to open 1 times, not 2"]
    assert opened(once, once, once) == ["gate-3 was told to open 3 times, not 2"]
