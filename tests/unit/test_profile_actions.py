"""The actions of the shipped profiles: what each does to whoever wants to pass is written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from edge.drivers.mqtt_gate.profile import GateProfile
from edge.profiles import Profiles
from edge.rules.interlock import LETS_PASS, PASSAGES

SHIPPED = Path(__file__).parents[2] / "firmware_configs"
FILES = sorted(SHIPPED.glob("*/*.yaml"))
PROFILES = Profiles()


def profile_id(path: Path) -> str:
    """The name that site files use."""
    return path.relative_to(SHIPPED).with_suffix("").as_posix()


@pytest.mark.parametrize("path", FILES, ids=profile_id)
def test_every_action_declares_its_effect(path: Path) -> None:
    """In the file itself: an action that is only `other` because nobody thought is none."""
    written: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    actions = written.get("actions") or {}
    assert [name for name, action in actions.items() if "effect" not in action] == []


@pytest.mark.parametrize("path", FILES, ids=profile_id)
def test_an_action_fits_what_it_is_observed_by(path: Path) -> None:
    """The point exists and has the type; a lift can only be read."""
    profile = PROFILES.get(profile_id(path))
    for name, action in profile.all_actions.items():
        if profile.kind == "lift":
            assert action.effect == "reads", name
        if action.observe is not None:
            point = profile.points[action.observe.point]
            assert isinstance(action.observe.equals, bool) is (point.type == "bool"), name


@pytest.mark.parametrize("path", [p for p in FILES if p.parent.name == "gates"], ids=profile_id)
def test_every_gate_can_be_opened_in_a_fire(path: Path) -> None:
    """It opens or is released; its opening is a permitted one and seen where there is a contact."""
    profile = PROFILES.of(profile_id(path), GateProfile)
    assert profile.kind in PASSAGES
    frees = [each for each in profile.actions.values() if each.effect in LETS_PASS - {"reads"}]
    assert frees
    assert all(each.opens for each in frees)
    assert all((each.observe is not None) is (profile.door is not None) for each in frees)


def test_staying_open_is_chosen_and_not_assumed() -> None:
    """A gate that does not know how would not be released: the plain profile only opens."""
    plain, stay = (PROFILES.get(f"gates/{name}") for name in ("mqtt_face", "mqtt_face_stay_open"))
    assert {each.effect for each in plain.actions.values()} == {"opens", "other"}
    assert stay.actions["release"].effect == "releases"
    assert stay.actions["lock"].effect == "locks"
    assert "checked on the gate" in stay.source
    assert set(plain.actions) < set(stay.actions)
