"""One gate: which records follow from what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from edge.drivers.mqtt_gate import codec
from edge.drivers.mqtt_gate.codec import Contact, Sign
from edge.drivers.mqtt_gate.gate import Gate
from edge.drivers.mqtt_gate.routes import Routes
from edge.model import Access, DeviceChanged, DeviceReported, Quality, Reading, Record
from tests.fakes import mqtt

NOW = datetime(2026, 4, 10, 2, 0, 10, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def gate(**changes: Any) -> Gate:
    """A gate that was heard already."""
    one = Gate(mqtt.gate(**changes), SHANGHAI)
    one.hear(Sign("heartbeat"), NOW)
    return one


def record(one: Gate, now: datetime = NOW, **info: Any) -> Record:
    """The one record that follows from a message."""
    fields = {"RecordID": "7", "VerifyStatus": "1", "customId": "p1", "time": "2026-04-10 10:00:07"}
    body = json.dumps({"operator": "RecPush", "info": fields | info}).encode()
    (told,) = one.hear(codec.decode("record", body, one.placed.profile), now)
    return told


def test_a_grant_with_the_gates_own_time() -> None:
    """Local time becomes UTC; the origin carries number and time as the gate wrote them."""
    assert record(gate()) == Access(
        device="gate-1",
        decision="granted",
        at=datetime(2026, 4, 10, 2, 0, 7, tzinfo=UTC),
        person="p1",
        method="face",
        origin="gate-1/rec/7/2026-04-10 10:00:07",
    )


def test_a_refusal_offers_another_way_and_the_block_list_its_own() -> None:
    """Reasons come from the profile, in both languages."""
    refused = record(gate(), VerifyStatus="3")
    assert isinstance(refused, Access)
    assert (
        refused.reason
        == "人脸未登记，请刷卡或输入密码 / face not registered: offer card or password"
    )
    blocked = record(gate(), VerifyStatus="2", PersonType="1")
    assert isinstance(blocked, Access)
    assert blocked.reason.endswith("on the block list, call the property office")


def test_a_record_without_a_decision_is_kept_as_a_report() -> None:
    """Pending, unknown and nothing: no access event, but an origin to be confirmed."""
    for status in ("0", "22", "77"):
        told = record(gate(), VerifyStatus=status)
        assert isinstance(told, DeviceReported)
        assert (told.what, told.origin) == ("undecided", "gate-1/rec/7/2026-04-10 10:00:07")
        assert told.frame == ""


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        ("2026-04-10 10:05:10", NOW + timedelta(minutes=5)),
        ("2026-04-10 10:05:11", NOW),
        ("2020-01-01 00:00:00", datetime(2019, 12, 31, 16, tzinfo=UTC)),
        ("2019-12-31 23:59:59", NOW),
        ("9999-12-31 23:59:59", NOW),
        ("soon", NOW),
    ],
)
def test_a_time_is_believed_from_2020_until_five_minutes_ahead(stamp: str, at: datetime) -> None:
    """Outside of that the gateway's time is taken."""
    told = record(gate(), time=stamp)
    assert isinstance(told, Access)
    assert told.at == at


def test_a_record_without_a_number_has_no_origin() -> None:
    """Nothing identifies it, so nothing must be taken for its copy."""
    told = record(gate(), RecordID="")
    assert isinstance(told, Access)
    assert told.origin == ""


def test_only_a_live_grant_permits_the_door_to_open() -> None:
    """A stored record, sent late, says nothing about the door now."""
    for info, findings in (
        ({"Sendintime": 1}, []),
        ({"Sendintime": 0}, ["forced"]),
        ({}, []),
        ({"time": "2026-04-10 09:00:00"}, ["forced"]),
        ({"time": "2026-04-10 09:00:00", "Sendintime": 1}, []),
        ({"VerifyStatus": "3"}, ["forced"]),
        ({"VerifyStatus": "24"}, []),
    ):
        one = gate()
        one.hear(Contact("closed"), NOW)
        record(one, **info)
        one.hear(Contact("open"), NOW + timedelta(seconds=1))
        told = one.tick(NOW + timedelta(seconds=5))
        assert [each.decision for each in told if isinstance(each, Access)] == findings, info


def test_an_exit_request_permits_the_door_to_open() -> None:
    """The button inside is as good as a grant."""
    one = gate()
    one.hear(Contact("closed"), NOW)
    one.hear(Contact("exit_request"), NOW)
    one.hear(Contact("open"), NOW)
    assert one.tick(NOW + timedelta(seconds=5)) == ()


def test_a_lost_gate_makes_its_door_unknown() -> None:
    """Offline: the contact's last value is not true any more."""
    one = gate()
    one.hear(Contact("open"), NOW)
    lost = one.hear(Sign("offline"), NOW)
    assert [type(each) for each in lost] == [DeviceChanged, Reading]
    assert lost[1] == Reading(point="gate-1/door_open", value=None, at=NOW, quality=Quality.BAD)
    assert one.lost


def test_topics_lead_to_their_gate() -> None:
    """Own topics by the number in them, shared ones by the number in the message."""
    first, second = gate(), Gate(mqtt.gate("gate-2", "22"), SHANGHAI)
    routes = Routes((first, second))
    assert routes.find("mqtt/face/22/Rec") == (second, "record")
    assert routes.find("mqtt/face/666/Rec") == (None, None)
    assert routes.find("mqtt/face/heartbeat") == (None, "heartbeat")
    nested = codec.open_envelope(
        "basic", b'{"operator":"Online","info":{"facesluiceId":"1026700"}}'
    )
    flat = codec.open_envelope("basic", b'{"facesluiceId":22}')
    assert (routes.named(nested), routes.named(flat)) == (first, second)
    assert routes.subscriptions == (
        "mqtt/face/+/Ack",
        "mqtt/face/+/Alarm",
        "mqtt/face/+/Rec",
        "mqtt/face/+/Snap",
        "mqtt/face/basic",
        "mqtt/face/heartbeat",
    )


CASES = sorted((Path(__file__).parents[1] / "cases" / "mqtt_gate").glob("*/case.json"))


def test_there_are_cases() -> None:
    """An empty folder would pass the test below."""
    assert len(CASES) >= 5


@pytest.mark.parametrize("file", CASES, ids=lambda file: str(file.parent.name))
def test_a_published_record(file: Path) -> None:
    """Records in the shapes that real firmware was seen to send, and what is told of them."""
    case = json.loads(file.read_text("utf-8"))
    one = gate()
    said = codec.decode(case["channel"], json.dumps(case["message"]).encode(), one.placed.profile)
    (told,) = one.hear(said, NOW)
    assert isinstance(told, Access)
    got = [told.decision, told.person, told.reason, told.origin, told.at.isoformat()]
    assert got == case["record"]
