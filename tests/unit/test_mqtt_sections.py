"""What the site file and the profiles may say about links over MQTT."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from edge.broker import Broker
from edge.driver import DriverKind
from edge.drivers import mqtt_gate, mqtt_json
from edge.drivers.mqtt_gate.profile import GateProfile
from edge.drivers.mqtt_json.profile import JsonProfile
from edge.files.yaml_file import parse
from edge.schema import AlarmSpec, Profile
from tests.fakes import mqtt

DRIVERS = mqtt.CONFIGS.parent / "edge" / "drivers"
KINDS = (mqtt_gate.KIND, mqtt_json.KIND)
FOLDERS: dict[str, type[Profile]] = {"mqtt_gate": GateProfile, "mqtt_json": JsonProfile}
FILES = [
    file
    for file in sorted(mqtt.CONFIGS.glob("*/*.yaml"))
    if any(f"driver: {name}\n" in file.read_text("utf-8") for name in FOLDERS)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_the_sample_is_sound(kind: DriverKind) -> None:
    """Link and address of the sample are read, and the link can be bound to its device."""
    document = parse((DRIVERS / kind.name / "sample.yaml").read_text("utf-8"), "sample.yaml")
    assert document.problems == ()
    section = kind.section.model_validate_json(json.dumps(document.at(("links", 0))))
    address = kind.address.model_validate_json(json.dumps(document.at(("devices", 0, "address"))))
    assert section.driver == kind.name
    placed = mqtt.gate() if kind is mqtt_gate.KIND else mqtt.sensor("bin", "bin-1", "b1")
    assert type(placed.address) is type(address)
    assert section.bind([placed]).id == section.id


def test_the_profiles_are_found() -> None:
    """An empty list would pass the test below."""
    assert len(FILES) >= 8


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_a_shipped_profile_is_sound(file: Any) -> None:
    """It is read, and every alarm is about a point of the device or an event."""
    driver = "mqtt_gate" if file.parent.name == "gates" else "mqtt_json"
    profile = mqtt.read(FOLDERS[driver], file)
    for name, alarm in profile.alarms.items():
        assert alarm.when.event or profile.point(alarm.when.point) is not None, name
    assert "offline" in profile.alarms


@pytest.mark.parametrize(
    ("kind", "alarm", "expected"),
    [
        ("call_button", "call", ("elder.call", 850, "life_safety")),
        ("smoke_detector", "fire", ("fire.alarm", 950, "life_safety")),
        ("bin", "full", ("waste.full", 200, "info")),
        ("fire_lane", "blocked", ("parking.fire_lane", 600, "security")),
        ("hydrant_pressure", "pressure_low", ("fire.water_pressure", 550, "fault")),
    ],
)
def test_how_urgent_a_sensors_alarm_is(
    kind: str, alarm: str, expected: tuple[str, int, str]
) -> None:
    """Category, severity and lane, as policies and platforms rely on them."""
    spec: AlarmSpec = mqtt.sensor(kind, "d", "1").profile.alarms[alarm]
    assert (spec.category, spec.severity, spec.lane) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Mars/Olympus"},
        {"timezone": "../../etc/passwd"},
        {"broker": {"host": "b", "port": 0}},
        {"broker": {"host": "b", "version": "4"}},
        {"broker": {"host": "b", "password": "in the file"}},
        {"client_id": "x" * 65},
    ],
)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_what_a_link_may_not_say(kind: DriverKind, wrong: dict[str, Any]) -> None:
    """Slips are errors, and a password is only ever named by its file."""
    written = {"driver": kind.name, "id": "x", "broker": {"host": "b"}} | wrong
    with pytest.raises(ValidationError):
        kind.section.model_validate_json(json.dumps(written))


def test_a_broker_needs_its_host_alone() -> None:
    """Everything else has the usual value."""
    broker = Broker.model_validate_json('{"host": "b", "keep_alive": "45s"}')
    assert (broker.port, broker.version, broker.tls) == (1883, "5", None)
    assert broker.keep_alive.total_seconds() == 45
