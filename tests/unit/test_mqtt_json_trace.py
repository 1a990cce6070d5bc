"""What the sensor driver notes: what sensors say, who is unknown, and nothing of persons."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.mqtt_json import KIND
from edge.drivers.mqtt_json.link import SensorLink, SensorSection
from edge.drivers.mqtt_json.redact import redacted
from edge.model import Text
from edge.mqtt import Broker
from edge.strangers import Heard
from edge.trace import Frame, Trace
from tests.fakes import mqtt
from tests.fakes.mqtt_line import Line, follow, sensors
from tests.fakes.time import EPOCH, now, run

TOPIC = "sensors/cb01/state"
PRESSED = (
    b'{"id": 7, "at": "2026-01-01T00:00:00Z", "pressed": true, "battery": 120, "tamper": "no"}'
)


def traced(*messages: tuple[str, bytes]) -> Trace:
    """What the driver of one call button notes of these."""

    async def main() -> Trace:
        line, trace = Line(), Trace(now)
        driver = sensors(line, trace, [mqtt.sensor("call_button", "call-1", "cb01")])
        for topic, body in messages:
            line.bring(topic, body)
        await follow(driver, 2)
        assert line.acked == len(messages)
        return trace

    return run(main())


def link(**changes: Any) -> SensorLink:
    """The link that describes frames."""
    section = SensorSection(id="s", driver="mqtt_json", broker=Broker(host="x"))
    return section.bind([mqtt.sensor("call_button", "call-1", "cb01", **changes)])


def test_what_a_sensor_says_is_there_as_it_was_said() -> None:
    """The whole message with its topic; good ones and unreadable ones counted."""
    trace = traced((TOPIC, PRESSED), (TOPIC, b"no json"))
    assert [(each.device, each.body, each.note) for each in trace.frames()] == [
        ("call-1", PRESSED, TOPIC),
        ("call-1", b"no json", TOPIC),
    ]
    tally = trace.devices["call-1"]
    assert (tally.heard, tally.good, tally.reasons) == (2, 1, {"unreadable": 1})


def test_strangers_are_remembered_with_what_to_write_for_them() -> None:
    """By what stands for `{id}` in the topic; with values in a line."""
    trace = traced(("sensors/cb99/state", PRESSED), ("sensors/cb99/state", PRESSED))
    [one] = trace.strangers.all()
    assert (one.name, one.address, one.count) == ("cb99", {"device_id": "cb99"}, 2)
    assert one.said.en == "id=7, at=2026-01-01T00:00:00Z, pressed=true, battery=120 …"
    assert [each.device for each in trace.frames()] == ["", ""]


@pytest.mark.parametrize(
    "body",
    [
        {"personName": "Canary", "pic": "canary", "idCard": 330106190001019999},
        {"who": "金丝雀 Canary", "a": ["Canary Bird", {"b": "data:image/png;base64,canary"}]},
        {"number": "330106190001019999", "call": "13800009999", "n": 13800009999},
        {"owner": {"x": "canary"}, "plateNo": "canary", "password": "canary"},
    ],
)
def test_of_nobody_known_only_what_looks_like_a_measurement_is_kept(body: Any) -> None:
    """Whoever hears all of a broker hears gates and cars too."""
    kept = redacted(json.dumps({**body, "level": 3.5, "state": "ON"}, ensure_ascii=False).encode())
    seen = json.loads(kept)
    assert (seen["level"], seen["state"]) == (3.5, "ON")
    for canary in ("anary", "金丝雀", "330106190001019999", "13800009999"):
        assert canary not in kept.decode()


def test_no_json_is_not_kept() -> None:
    """A picture that somebody publishes as it is: only its size is told."""
    trace = traced(("sensors/cam/state", b"\xff\xd8\xff\xe0" * 500))
    assert trace.frames()[0].body == b""
    assert trace.strangers.all()[0].said.en == "2000 bytes that are no JSON"


def test_which_profile_suits_a_stranger() -> None:
    """The topic has to fit; each value that makes sense speaks for the profile."""
    assert KIND.fits is not None
    profile = mqtt.sensor("call_button", "d", "1").profile

    def heard(topic: str, sample: bytes) -> Heard:
        return Heard(
            name="x",
            said=Text("", ""),
            topic=topic,
            sample=sample,
            first_seen=EPOCH,
            last_seen=EPOCH,
        )

    full = KIND.fits(profile, heard("sensors/cb99/state", PRESSED))
    some = KIND.fits(profile, heard("sensors/cb99/state", b'{"pressed": true}'))
    none = KIND.fits(profile, heard("sensors/cb99/state", b'{"level": 1}'))
    word = KIND.fits(profile, heard("sensors/cb99/availability", b"online"))
    scores = [each.score for each in (some, none, word) if each is not None]
    assert scores == [pytest.approx(0.5 + 0.5 / 3), 0.2, 0.2]
    assert full is not None
    assert full.address == {"device_id": "cb99"}
    assert KIND.fits(profile, heard("other/cb99/state", PRESSED)) is None


def test_a_message_told_value_by_value() -> None:
    """Each value by its point's name with what it means, a doubtful one as such, bytes where."""
    frame = Frame(1, EPOCH, "in", "call-1", PRESSED, TOPIC)
    parts = link().describe(frame, ())
    assert [(p.name.en, p.value, p.words.en if p.words else "") for p in parts] == [
        ("Topic", TOPIC, "values"),
        ("Number of the message", "7", ""),
        ("Time", "2026-01-01T00:00:00Z", ""),
        ("Pressed", "true", "yes"),
        ("Battery", "120", "not believed"),
        ("Tamper", "no", "not believed"),
    ]
    assert [PRESSED[p.start : p.end] for p in parts[1:4]] == [
        b"7",
        b'"2026-01-01T00:00:00Z"',
        b"true",
    ]
    low = Frame(1, EPOCH, "in", "call-1", b'{"battery": 7.5, "x": {"y": 1}}', TOPIC)
    told = [(p.name.en, p.value, p.words.en if p.words else "") for p in link().describe(low, ())]
    assert told[1:] == [("Battery", "7.5", "7.5 %"), ("x.y", "1", "")]


@given(body=st.binary(max_size=300), topic=st.text(max_size=40))
def test_anything_at_all(body: bytes, topic: str) -> None:
    """Whatever the bytes and the topic: nothing is raised, each part lies within them."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for device in ("", "call-1"):
        parts = LINK.describe(Frame(1, at, "in", device, body, topic), ())
        assert all(0 <= part.start <= part.end <= len(body) for part in parts)


LINK = link()
