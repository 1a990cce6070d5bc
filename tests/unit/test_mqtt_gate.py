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


def records(one: Gate, now: datetime = NOW, **info: Any) -> tuple[Record, ...]:
    """What follows from a record of somebody at the gate."""
    fields = {"RecordID": "7", "VerifyStatus": "1", "customId": "p1", "time": "2026-04-10 10:00:07"}
    body = json.dumps({"operator": "RecPush", "info": fields | info}).encode()
    return one.hear(codec.decode("record", body, one.placed.profile), now)


def record(one: Gate, now: datetime = NOW, **info: Any) -> Record:
    """The first of them: what is told of the person."""
    return records(one, now, **info)[0]


def may_open(at: datetime = NOW) -> Reading:
    """Somebody may pass now."""
    return Reading(point="gate-1/may_open", value=True, at=at)


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
    for info, permitted in (
        ({"Sendintime": 1}, True),
        ({"Sendintime": 0}, False),
        ({}, True),
        ({"time": "2026-04-10 09:00:00"}, False),
        ({"time": "2026-04-10 09:00:00", "Sendintime": 1}, True),
        ({"VerifyStatus": "3"}, False),
        ({"VerifyStatus": "0"}, False),
        ({"VerifyStatus": "24"}, True),
    ):
        first, *rest = records(gate(), **info)
        assert isinstance(first, Access | DeviceReported)
        assert rest == ([may_open()] if permitted else []), info


def test_an_exit_request_permits_the_door_to_open() -> None:
    """The button inside is as good as a grant, and no word about the contact."""
    one = gate()
    assert one.hear(Contact("exit_request"), NOW) == (may_open(),)
    assert [type(each) for each in one.hear(Sign("offline"), NOW)] == [DeviceChanged]


def test_the_contact_is_told_as_it_is() -> None:
    """Open and closed, each time it is said; nothing is judged here."""
    one = gate()
    for what, value in (("open", True), ("open", True), ("closed", False)):
        said = Contact("open" if what == "open" else "closed")
        assert one.hear(said, NOW) == (Reading(point="gate-1/door_open", value=value, at=NOW),)
    assert one.tick(NOW + timedelta(seconds=60)) == ()


def test_a_command_that_opens_is_told_before_the_door_is() -> None:
    """With the next tick or ahead of the contact, whichever comes first, and once."""
    one = gate()
    one.will_open(NOW)
    assert one.hear(Contact("open"), NOW)[0] == may_open()
    assert one.tick(NOW) == ()
    one.will_open(NOW)
    assert one.tick(NOW) == (may_open(),)
    assert len(one.hear(Contact("open"), NOW)) == 1


def test_a_command_is_not_told_with_a_record_that_may_be_a_copy() -> None:
    """A report whose origin is known is dropped as a whole; the command must not be in it."""
    one = gate()
    one.will_open(NOW)
    assert all(isinstance(each, Access) for each in records(one, VerifyStatus="3"))
    assert one.tick(NOW) == (may_open(),)


def test_a_command_from_before_an_outage_permits_nothing() -> None:
    """Ten seconds later it is not known what the gate did with it."""
    one = gate()
    one.will_open(NOW)
    assert one.tick(NOW + timedelta(seconds=11)) == ()
    assert len(one.hear(Contact("open"), NOW + timedelta(seconds=11))) == 1


def test_without_a_contact_nobody_is_told_who_may_pass() -> None:
    """A grant opens a door of which nothing is known: the point does not exist."""
    one = gate(door=None, points={})
    assert [type(each) for each in records(one)] == [Access]
    one.will_open(NOW)
    assert one.tick(NOW) == ()


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
    told = one.hear(said, NOW)[0]
    assert isinstance(told, Access)
    got = [told.decision, told.person, told.reason, told.origin, told.at.isoformat()]
    assert got == case["record"]
