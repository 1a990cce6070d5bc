"""Devices of the MQTT drivers, placed as the site file would place them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel
from ruamel.yaml import YAML

from edge.driver import Placed
from edge.drivers.mqtt_gate.profile import GateAddress, GateProfile
from edge.drivers.mqtt_json.profile import JsonAddress, JsonProfile
from edge.model import Device, Location
from edge.schema import Profile

CONFIGS = Path(__file__).parents[2] / "firmware_configs"

M = TypeVar("M", bound=BaseModel)
P = TypeVar("P", bound=Profile)


def read(model: type[M], file: Path, **changes: Any) -> M:
    """A model from a YAML file, with some of its keys changed."""
    tree = YAML(typ="safe").load(file.read_text("utf-8")) | changes
    return model.model_validate_json(json.dumps(tree))


def _device(name: str, profile: Profile) -> Device:
    return Device(
        id=name,
        kind=profile.kind,
        name=profile.text.plain(),
        link="mqtt",
        profile="under-test",
        make=profile.make,
        model=profile.model,
        location=Location(),
        points={point: spec.plain(point) for point, spec in profile.points.items()},
    )


def gate(name: str = "gate-1", number: str = "1026700", **changes: Any) -> Placed[Any, Any]:
    """A face gate with a door contact; `changes` replace keys of its profile."""
    profile = read(GateProfile, CONFIGS / "gates/mqtt_face.yaml", **changes)
    return Placed(
        device=_device(name, profile), profile=profile, address=GateAddress(device_id=number)
    )


def sensor(kind: str, name: str, number: str, **changes: Any) -> Placed[Any, Any]:
    """A sensor with the profile of that name; `changes` replace keys of its profile."""
    profile = read(JsonProfile, CONFIGS / f"sensors/{kind}.yaml", **changes)
    return Placed(
        device=_device(name, profile), profile=profile, address=JsonAddress(device_id=number)
    )
