"""Messages of the face gates, field by field."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from edge.drivers.mqtt_gate import codec
from edge.drivers.mqtt_gate.codec import Answer, Contact, Other, Passage, Sign, Stranger, Unreadable
from edge.drivers.mqtt_gate.profile import GateProfile
from tests.fakes import mqtt

PROFILE: GateProfile = mqtt.gate().profile


def message(operator: str, **info: Any) -> bytes:
    """A message as the gates write it."""
    return json.dumps({"operator": operator, "info": info}).encode()


def record(**changes: Any) -> bytes:
    """A record as real firmware writes it, with texts where numbers are meant."""
    info = {
        "customId": "",
        "personId": "3",
        "RecordID": "2",
        "VerifyStatus": "1",
        "PersonType": "0",
        "similarity1": "83.000000",
        "Sendintime": 1,
        "personName": "Somebody",
        "facesluiceId": "1026700",
        "idCard": "12345",
        "time": "2026-04-10 10:00:07",
        "PushType": 0,
        "pic": "data:image/jpeg;base64,/9j/4AAQ",
    }
    return message("RecPush", **(info | changes))


def passage(body: bytes, profile: GateProfile = PROFILE) -> Passage:
    """The passage in a record."""
    said = codec.decode("record", body, profile)
    assert isinstance(said, Passage)
    return said


def test_a_record_is_read_without_face_score_or_name() -> None:
    """The whole record: what is not a field of `Passage` has not left the codec."""
    assert passage(record()) == Passage(
        record="2",
        stamp="2026-04-10 10:00:07",
        local=datetime(2026, 4, 10, 10, 0, 7),  # noqa: DTZ001 - local by nature
        status="1",
        verdict=PROFILE.verify_status[1],
        person_type=0,
        person="3",
        name="",
        live=True,
    )


@pytest.mark.parametrize("spelling", ["personName", "persionName", "Persistname"])
def test_a_name_is_read_in_each_spelling_where_the_site_wants_names(spelling: str) -> None:
    """`forward_names` opens the border for the name alone."""
    willing = mqtt.gate(forward_names=True).profile
    body = record(**({"personName": ""} | {spelling: "Somebody"}))
    assert passage(body, willing).name == "Somebody"
    assert passage(body).name == ""


def test_the_platforms_number_goes_before_the_gates_own() -> None:
    """`customId` identifies a person when it is filled, `personId` otherwise."""
    assert passage(record(customId="hds-1")).person == "hds-1"
    assert passage(record(customId=" ")).person == "3"


def test_numbers_may_be_numbers_or_texts() -> None:
    """Firmware writes `RecordID` and `VerifyStatus` either way."""
    said = passage(record(RecordID=389, VerifyStatus=3, Sendintime="0"))
    assert (said.record, said.verdict, said.live) == ("389", PROFILE.verify_status[3], False)


@pytest.mark.parametrize("status", ["7", "-1", "1.0", "999999999999", "x"])
def test_an_unknown_verify_status_has_no_verdict(status: str) -> None:
    """What the profile does not know opens nothing and is not guessed."""
    assert passage(record(VerifyStatus=status)).verdict is None


@pytest.mark.parametrize("stamp", ["", "yesterday", "2026-13-01 00:00:00", 0])
def test_a_time_that_is_none_is_none(stamp: object) -> None:
    """The stamp is kept as written; there is no local time then."""
    said = passage(record(time=stamp))
    assert (said.stamp, said.local) == (str(stamp), None)


def test_a_picture_of_megabytes_is_skipped_and_a_larger_message_refused() -> None:
    """Four megabytes of base64 pass unread; beyond `MAX_BODY` nothing is looked at."""
    assert passage(record(pic="A" * 4 * 1024 * 1024)).record == "2"
    with pytest.raises(Unreadable, match="bytes, more than"):
        codec.decode("record", record(pic="A" * codec.MAX_BODY), PROFILE)
    with pytest.raises(Unreadable, match="bytes, more than"):
        codec.decode("heartbeat", message("HeartBeat", pic="A" * codec.MAX_PLAIN_BODY), PROFILE)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not a JSON object"),
        (b"\xff\xfe", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"[" * 100_000, "not a JSON object"),
        (b'{"operator": "RecPush", "info": {', "not a JSON object"),
        (b'{"info": {}}', "no operator"),
        (b'{"operator": ["RecPush"]}', "no plain value"),
        (message("RecPush", RecordID="1"), "without VerifyStatus"),
        (record(RecordID="9" * 300), "RecordID has 302 bytes"),
        (record(customId={"a": 1}), "customId is no plain value"),
    ],
)
def test_what_makes_no_sense_is_unreadable_and_says_why(body: bytes, why: str) -> None:
    """Each broken message raises `Unreadable`, nothing else."""
    with pytest.raises(Unreadable, match=why):
        codec.decode("record", body, PROFILE)


def test_a_stranger_is_a_record_of_its_own_kind() -> None:
    """`StrSnapPush` counts by `SnapID`."""
    said = codec.decode("stranger", message("StrSnapPush", SnapID="946", time=""), PROFILE)
    assert said == Stranger(record="946", stamp="", local=None)


@pytest.mark.parametrize(
    ("operator", "what"), [("Online", "online"), ("Offline", "offline"), ("HeartBeat", "heartbeat")]
)
def test_signs_of_life(operator: str, what: Any) -> None:
    """The three operators on the shared topics."""
    assert codec.decode("basic", message(operator, facesluiceId="1"), PROFILE) == Sign(what)


def test_a_heartbeat_needs_no_operator() -> None:
    """Old firmware sends only its number and the time."""
    assert codec.decode("heartbeat", b'{"facesluiceId": "1"}', PROFILE) == Sign("heartbeat")


@pytest.mark.parametrize(
    ("status", "what"), [("1", "open"), (0, "closed"), ("close", "closed"), ("2", "exit_request")]
)
def test_the_door_contact_by_the_profiles_words(status: object, what: Any) -> None:
    """Numbers and texts as the profile lists them; other words are unreadable."""
    assert codec.decode("contact", message("DoorPush", DoorStatus=status), PROFILE) == Contact(what)
    with pytest.raises(Unreadable, match="ajar"):
        codec.decode("contact", message("DoorPush", DoorStatus="ajar"), PROFILE)


def test_an_operator_that_nobody_knows_asks_for_nothing() -> None:
    """New firmware may say more than the profile knows."""
    body = message("ParabolicSnapPush", deviceId="1")
    assert codec.decode("stranger", body, PROFILE) == Other("ParabolicSnapPush")


@pytest.mark.parametrize(
    ("said", "done", "detail"),
    [
        ({"code": "200", "info": {"result": "ok"}}, True, "200"),
        ({"code": 410}, False, "410 设备忙 / busy"),
        ({"info": {"result": "ok"}}, True, "ok"),
        ({"info": {"result": "fail", "detail": "no relay"}}, False, "no relay"),
        ({}, False, ""),
    ],
)
def test_an_answer_by_code_or_by_result(said: dict[str, Any], done: bool, detail: str) -> None:  # noqa: FBT001 - a column of the table
    """The code decides where there is one, the result otherwise; silence is no success."""
    body = json.dumps({"operator": "OpenDoor-Ack", "messageId": "m1"} | said).encode()
    assert codec.decode("answer", body, PROFILE) == Answer(
        operator="OpenDoor", message_id="m1", done=done, detail=detail
    )


def test_what_goes_down_is_pinned_to_the_letter() -> None:
    """Confirmations and commands, byte for byte as the gates expect them."""
    assert codec.push_ack("1026700", "389", "record") == (
        b'{"operator": "PushAck", "messageId": "push-record-389", "info": '
        b'{"facesluiceId": "1026700", "PushAckType": 2, "SnapOrRecordID": 389}}'
    )
    assert codec.push_ack("1", "a-1", "stranger") == (
        b'{"operator": "PushAck", "messageId": "push-stranger-a-1", "info": '
        b'{"facesluiceId": "1", "PushAckType": 1, "SnapOrRecordID": "a-1"}}'
    )
    assert codec.online_ack("1") == (
        b'{"operator": "Online-Ack", "messageId": "online", "info": '
        b'{"facesluiceId": "1", "result": "ok"}}'
    )
    assert codec.command("1", "c1", PROFILE.actions["reboot"]) == (
        b'{"operator": "RebootDevice", "messageId": "c1", "info": '
        b'{"facesluiceId": "1", "IsRebootDevice": 1}}'
    )


@given(st.binary(max_size=400))
def test_no_bytes_break_the_codec(body: bytes) -> None:
    """Any bytes are read or refused."""
    _try(body)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
_KEYS = st.sampled_from(
    ["RecordID", "VerifyStatus", "time", "customId", "Sendintime", "DoorStatus"]
)


@given(
    st.sampled_from(["RecPush", "StrSnapPush", "DoorPush", "Online", "OpenDoor-Ack", ""]),
    st.dictionaries(_KEYS, _JSON),
)
def test_no_shape_of_fields_breaks_the_codec(operator: str, info: dict[str, Any]) -> None:
    """Known fields with values of any shape are read or refused."""
    _try(json.dumps({"operator": operator, "info": info}).encode())


def _try(body: bytes) -> None:
    channels: tuple[codec.Channel, ...] = ("record", "stranger", "answer", "contact", "basic")
    for channel in channels:
        try:
            codec.decode(channel, body, PROFILE)
        except Unreadable as error:
            assert len(str(error)) < 400  # noqa: PT017 - any text will do, but a bounded one


def test_a_profile_must_hang_together() -> None:
    """A door needs its points and times in order, and a gate's own topics its number."""
    contact = {"type": "bool", "text": {"zh": "门磁", "en": "Contact"}}
    for points, missing in (
        ({}, "add the point door_open of type bool"),
        ({"door_open": contact | {"type": "int"}}, "add the point door_open of type bool"),
        ({"door_open": contact}, "add the point may_open of type bool"),
    ):
        with pytest.raises(ValidationError, match=missing):
            mqtt.gate(points=points)
    door = {"operators": ["D"], "status": ["s"], "open": ["1"], "closed": ["0"]}
    for times in ({"settle": "30s"}, {"settle": "0s"}, {"grant_window": "0s"}):
        with pytest.raises(ValidationError, match="positive and in order"):
            mqtt.gate(door=door | times)
    with pytest.raises(ValidationError, match=r"topics without \{id\}: record"):
        mqtt.gate(topics={"record": "mqtt/face/Rec"})
