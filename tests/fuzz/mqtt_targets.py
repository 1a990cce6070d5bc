"""What face gates and sensors publish, and what of it a technician is shown."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Final, get_args
from zoneinfo import ZoneInfo

from edge.drivers.mqtt_gate import codec as gate
from edge.drivers.mqtt_gate import describe as gate_words
from edge.drivers.mqtt_gate.codec import Channel
from edge.drivers.mqtt_gate.profile import GateProfile
from edge.drivers.mqtt_gate.redact import redacted as gate_redacted
from edge.drivers.mqtt_gate.redact import shown
from edge.drivers.mqtt_json import codec as sensor
from edge.drivers.mqtt_json import describe as sensor_words
from edge.drivers.mqtt_json.profile import JsonProfile
from edge.drivers.mqtt_json.redact import redacted as sensor_redacted
from edge.json_leaves import leaves
from edge.profiles import Profiles
from edge.trace import Frame
from tests.fuzz.target import Target
from tests.source_tree import ROOT

AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
ZONE: Final = ZoneInfo("Asia/Shanghai")
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)


def _messages(driver: str) -> tuple[bytes, ...]:
    paths = sorted(ROOT.glob(f"tests/cases/{driver}/*/case.json"))
    cases = [json.loads(path.read_text("utf-8")) for path in paths]
    return tuple(json.dumps(case["message"], ensure_ascii=False).encode() for case in cases)


GATES: Final = _messages("mqtt_gate")
SENSORS: Final = (
    *_messages("mqtt_json"),
    b'{"pressure": 310.5, "battery": 80, "smoke": true, "temperature": 21.5, "ts": 1772353815}',
    b'{"action": "single", "occupied": 1, "level": "full", "linkquality": 12}',
)


@cache
def _profiles() -> tuple[tuple[GateProfile, ...], tuple[JsonProfile, ...]]:
    held = Profiles()
    every = [held.get(name) for name in held.ids()]
    return (
        tuple(each for each in every if isinstance(each, GateProfile)),
        tuple(each for each in every if isinstance(each, JsonProfile)),
    )


def _gate(body: bytes) -> None:
    """The first byte is the topic."""
    if not body:
        return
    channel = CHANNELS[body[0] % len(CHANNELS)]
    for profile in _profiles()[0]:
        envelope = gate.open_envelope(channel, body[1:])
        kept = gate_redacted(envelope, shown(profile, channel))
        gate_words.describe(Frame(number=1, at=AT, way="in", device="g", body=kept), profile)
        gate.read(channel, envelope, profile)


def _sensor(body: bytes) -> None:
    sensor_redacted(body)
    for profile in _profiles()[1]:
        sensor_words.describe(Frame(number=1, at=AT, way="in", device="s", body=body), profile)
        with suppress(sensor.Unreadable):
            sensor.decode(body, profile, ZONE)


def _availability(body: bytes) -> None:
    for profile in _profiles()[1]:
        sensor.available(body, profile)


def _leaves(body: bytes) -> None:
    found = list(leaves(body))
    assert all(0 <= leaf.start <= leaf.end <= len(body) for leaf in found)


TARGETS: Final = (
    Target(
        name="mqtt_gate.codec",
        parse=_gate,
        errors=(gate.Unreadable,),
        seeds=tuple(bytes((n % len(CHANNELS),)) + each for n, each in enumerate(GATES)),
    ),
    Target(name="mqtt_json.codec", parse=_sensor, seeds=SENSORS),
    Target(
        name="mqtt_json.availability",
        parse=_availability,
        errors=(sensor.Unreadable,),
        seeds=(b"online", b"offline"),
        most=512,
    ),
    Target(name="json_leaves", parse=_leaves, seeds=(*GATES, *SENSORS)),
)
