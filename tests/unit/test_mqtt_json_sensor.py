"""One sensor: which records follow from what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from edge.drivers.mqtt_json.routes import Routes
from edge.drivers.mqtt_json.sensor import MAX_FRAME, Sensor
from edge.model import DeviceChanged, DeviceReported, Quality, Reading
from tests.fakes import mqtt

NOW = datetime(2026, 4, 10, 2, 0, 10, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def button(**changes: Any) -> Sensor:
    """A call button."""
    return Sensor(mqtt.sensor("call_button", "call-1", "cb01", **changes), SHANGHAI)


def body(**values: Any) -> bytes:
    """A message as the sensors write it."""
    return json.dumps(
        {"id": 5, "at": "2026-04-10T02:00:00+00:00", "pressed": True} | values
    ).encode()


def origin(said: bytes) -> str:
    """The identity of a message."""
    (told,) = (e for e in button().hear(said, NOW, retained=False) if isinstance(e, DeviceReported))
    return told.origin


def test_a_press_is_the_message_and_its_readings() -> None:
    """First the change, then the numbered message that is kept, then each value."""
    said = body()
    at = datetime(2026, 4, 10, 2, tzinfo=UTC)
    assert button().hear(said, NOW, retained=False) == (
        DeviceChanged(device="call-1", state="online", reason="heard", at=NOW),
        DeviceReported(
            device="call-1",
            what="message",
            frame=said.hex(),
            at=at,
            origin="call-1/5/2026-04-10T02:00:00+00:00",
            device_time="2026-04-10T02:00:00+00:00",
        ),
        Reading(point="call-1/pressed", value=True, at=at),
    )


def test_a_sensor_that_numbers_nothing_tells_readings_alone() -> None:
    """Without a number no copy can be known, so nothing claims an origin."""
    records = button(message_id=None).hear(body(), NOW, retained=False)
    assert [type(each) for each in records] == [DeviceChanged, Reading]


def test_a_number_may_repeat_after_a_change_of_battery() -> None:
    """The time is part of the origin."""
    assert origin(body()) == "call-1/5/2026-04-10T02:00:00+00:00"
    later = "2026-04-09T02:00:00+00:00"
    assert origin(body(at=later)) == f"call-1/5/{later}"


@pytest.mark.parametrize("at", [None, "x", "1970-01-01T00:00:00+00:00"])
def test_without_a_time_a_number_hides_nothing_new(at: str | None) -> None:
    """A clock that is missing or dead tells no two messages apart; there their content does."""
    assert origin(body(at=at)) == origin(body(at=at))
    assert origin(body(at=at)) != origin(body(at=at, pressed=False))
    assert origin(body(at=at)).startswith("call-1/5/")


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00+00:00", "2026-04-10T02:06:00+00:00", "x"])
def test_a_clock_that_was_never_set_is_not_believed(at: str) -> None:
    """Before 2020, in the future, or no time at all: ours is taken."""
    records = button().hear(body(at=at), NOW, retained=False)
    assert {each.at for each in records} == {NOW}


def test_what_the_broker_had_in_store_is_no_sign_of_life() -> None:
    """Retained: no online event; uncertain where no time says how old it is."""
    one = button()
    assert not any(isinstance(e, DeviceChanged) for e in one.hear(body(), NOW, retained=True))
    (*_, reading) = one.hear(body(at=None), NOW, retained=True)
    assert isinstance(reading, Reading)
    assert reading.quality is Quality.UNCERTAIN


def test_a_long_message_is_not_kept_whole() -> None:
    """The frame is left out beyond `MAX_FRAME`; the values count all the same."""
    records = button().hear(body(filler="x" * MAX_FRAME), NOW, retained=False)
    assert [each.frame for each in records if isinstance(each, DeviceReported)] == [""]


def test_the_broker_may_say_that_it_is_gone() -> None:
    """Availability makes changes only."""
    one = button()
    told = [*one.available(b"online", NOW), *one.available(b"offline", NOW)]
    assert [each.state for each in told if isinstance(each, DeviceChanged)] == ["online", "offline"]


def test_topics_lead_to_their_sensor() -> None:
    """`{id}` is one level; `+` is any; availability is told apart from values."""
    wild = Sensor(mqtt.sensor("bin", "bin-1", "b.1", topic="app/+/dev/{id}/up"), SHANGHAI)
    one = button()
    routes = Routes((one, wild))
    assert routes.find("sensors/cb01/state") == (one, False)
    assert routes.find("sensors/cb01/availability") == (one, True)
    assert routes.find("app/7/dev/b.1/up") == (wild, False)
    assert routes.find("app/7/dev/bx1/up") == (None, False)
    assert routes.find("app/7/8/dev/b.1/up") == (None, False)
    assert routes.subscriptions == (
        "app/+/dev/+/up",
        "sensors/+/availability",
        "sensors/+/state",
    )


CASES = sorted((Path(__file__).parents[1] / "cases" / "mqtt_json").glob("*/case.json"))


def test_there_are_cases() -> None:
    """An empty folder would pass the test below."""
    assert len(CASES) >= 4


@pytest.mark.parametrize("file", CASES, ids=lambda file: str(file.parent.name))
def test_a_published_message_with_its_profile(file: Path) -> None:
    """A profile, a message of a kind of network server or sensor, and its readings."""
    case = json.loads(file.read_text("utf-8"))
    device = Sensor(mqtt.sensor(case["like"], "d", case["device_id"], **case["profile"]), SHANGHAI)
    (topic, message) = case["topic"], json.dumps(case["message"]).encode()
    assert Routes((device,)).find(topic) == (device, False)
    readings = {
        each.point: [each.value, each.quality.value, each.at.isoformat()]
        for each in device.hear(message, NOW, retained=False)
        if isinstance(each, Reading)
    }
    assert readings == case["readings"]
