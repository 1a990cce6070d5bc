"""What the gate driver notes: everything that is said, and nothing of anybody's person."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.mqtt_gate import KIND, codec
from edge.drivers.mqtt_gate.link import GateLink, GateSection
from edge.drivers.mqtt_gate.redact import redacted, shown
from edge.errors import CommandRejected, LinkDown
from edge.model import Access, Command
from edge.mqtt import Broker
from edge.strangers import Heard
from edge.trace import Frame, Part, Trace
from tests.fakes import mqtt
from tests.fakes.mqtt_line import Line, follow, gates
from tests.fakes.time import EPOCH, now, run

PICTURE = "data:image/jpeg;base64,CANARYPICTURE" + "A" * 8_000
NAME = "张三丰CANARYNAME"
IDENTITY = "330106190001019999"
TELEPHONE = "13800009999"
CANARIES = ("CANARYPICTURE", "张三丰", "CANARYNAME", IDENTITY, TELEPHONE, "98.76")

PERSON = {
    "personName": NAME,
    "persionName": NAME,
    "idCard": IDENTITY,
    "telnum": TELEPHONE,
    "similarity1": "98.760000",
    "pic": PICTURE,
    "scene": PICTURE,
    "newFieldOfNewFirmware": NAME,
    "nested": {"personName": NAME},
    "list": [NAME, PICTURE],
    NAME[:3]: 1,
}


def passage(**info: Any) -> bytes:
    """A record of somebody, with everything that must not be kept; names of fields are none."""
    fields = {"RecordID": "7", "VerifyStatus": "1", "customId": "p1", "time": "2026-01-01 08:00:00"}
    person = {name: value for name, value in PERSON.items() if name.isascii()}
    return json.dumps(
        {"operator": "RecPush", "pic": PICTURE, "info": {**fields, **person, **info}},
        ensure_ascii=False,
    ).encode()


def traced(
    story: Callable[[Line], None], **changes: Any
) -> tuple[Trace, list[Any], Callable[[Frame], tuple[Part, ...]]]:
    """What a gate's driver notes of a story, and reports; and how its link describes a frame."""
    placed = mqtt.gate(**changes)
    link = GateLink(GateSection(id="g", driver="mqtt_gate", broker=Broker(host="x")), [placed])

    async def main() -> tuple[Trace, list[Any]]:
        line, trace = Line(), Trace(now)
        driver = gates(line, trace, [placed])
        sending = asyncio.create_task(driver.send(), name="sending")
        story(line)
        reports = await follow(driver, 3)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        return trace, [record for report in reports for record in report.records]

    trace, records = run(main())
    return trace, records, lambda frame: link.describe(frame, ())


def all_that_is_kept(trace: Trace) -> bytes:
    """Every byte that can be looked at."""
    frames = b"".join(each.body + each.note.encode() for each in trace.frames())
    strangers = "".join(repr(each) for each in trace.strangers.all())
    return frames + strangers.encode() + repr(trace.devices).encode()


@pytest.mark.parametrize("topic", ["mqtt/face/1026700/Rec", "mqtt/face/666/Rec", "mqtt/face/basic"])
def test_no_picture_name_or_number_of_a_person_is_kept(topic: str) -> None:
    """Of a gate of the site, of an unknown one, and on the topic where all of them speak."""
    trace, _, describe = traced(lambda line: line.bring(topic, passage()))
    kept = all_that_is_kept(trace)
    assert b"VerifyStatus" in kept
    assert b"pic" in kept
    shown_ = repr([describe(frame) for frame in trace.frames()])
    for canary in CANARIES:
        assert canary.encode() not in kept
        assert canary not in shown_


def test_a_message_that_cannot_be_read_is_not_kept_at_all() -> None:
    """A cut record holds half a picture: its topic and its failure are all that stays."""
    trace, _, _ = traced(lambda line: line.bring("mqtt/face/1026700/Rec", passage()[:-200]))
    assert [(each.body, each.note) for each in trace.frames()] == [(b"", "mqtt/face/1026700/Rec")]
    assert trace.devices["gate-1"].reasons == {"unreadable": 1}
    for canary in CANARIES:
        assert canary.encode() not in all_that_is_kept(trace)


def test_a_name_is_kept_where_the_profile_forwards_it() -> None:
    """With a recorded consent the name goes upward, and then a technician may see it as well."""

    def story(line: Line) -> None:
        line.bring("mqtt/face/1026700/Rec", passage())

    trace, records, _ = traced(story, forward_names=True)
    kept = all_that_is_kept(trace).decode()
    assert NAME in kept
    assert IDENTITY not in kept
    assert "CANARYPICTURE" not in kept
    assert any(isinstance(each, Access) and NAME in each.person for each in records)


def test_what_is_said_in_both_directions_is_there() -> None:
    """A record and its confirmation: in with what may be seen, out as it was sent."""
    trace, records, _ = traced(lambda line: line.bring("mqtt/face/1026700/Rec", passage()))
    assert any(isinstance(each, Access) for each in records)
    came, went = trace.frames()
    assert (came.way, came.device, came.note) == ("in", "gate-1", "mqtt/face/1026700/Rec")
    assert json.loads(came.body)["info"]["customId"] == "p1"
    assert (went.way, went.device, went.note) == ("out", "gate-1", "mqtt/face/1026700")
    assert json.loads(went.body)["operator"] == "PushAck"
    assert (trace.devices["gate-1"].good, trace.devices["gate-1"].failed) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "error", "reasons", "timed"),
    [
        ({"code": "200"}, None, {}, True),
        ({"code": "416"}, CommandRejected, {"refused": 1}, False),
        (None, LinkDown, {"no answer": 1}, False),
        ("nobody", LinkDown, {"not connected to the broker": 1}, False),
    ],
)
def test_commands_are_timed_and_their_failures_counted(
    answer: Any,
    error: type[Exception] | None,
    reasons: dict[str, int],
    timed: bool,  # noqa: FBT001 - a case
) -> None:
    """How long the gate took, or why nothing came of it."""

    async def main() -> Trace:
        line, trace = Line(), Trace(now)
        line.nobody = answer == "nobody"
        driver = gates(line, trace, [mqtt.gate()])
        following = asyncio.create_task(follow(driver, 8), name="following")
        command = Command(id="1", device="gate-1", action="open", issued_by="t", expires_at=EPOCH)
        line.bring("mqtt/face/heartbeat", b'{"operator":"HeartBeat","facesluiceId":"1026700"}')
        doing = asyncio.create_task(driver.execute(command), name="doing")
        await asyncio.sleep(0.5)
        if isinstance(answer, dict):
            said = {"operator": "OpenDoor-Ack", "messageId": "t/1", **answer}
            body = {**said, "messageId": json.loads(line.said[-1][1])["messageId"]}
            line.bring("mqtt/face/1026700/Ack", json.dumps(body).encode())
        if error is None:
            await doing
        else:
            with pytest.raises(error):
                await doing
        await following
        return trace

    tally = run(main()).devices["gate-1"]
    assert tally.reasons == reasons
    assert (tally.round_trip is not None) is timed
    if timed:
        assert tally.round_trip == pytest.approx(0.5, abs=0.05)
        assert tally.good == 2


def test_strangers_are_remembered_with_what_to_write_for_them() -> None:
    """By the number in the topic, or in the message; what cannot be an address is none."""

    def story(line: Line) -> None:
        line.bring("mqtt/face/666/Rec", passage())
        line.bring("mqtt/face/basic", b'{"operator":"Online","info":{"facesluiceId":777}}')
        line.bring("mqtt/face/a b/Alarm", b'{"operator":"DoorAlarm","info":{}}')
        line.bring("mqtt/face/666/Rec", passage())
        line.bring("mqtt/face/1026700/Rec", passage())
        line.bring("mqtt/face/888/Rec", b"no json")

    trace, _, _ = traced(story)
    found = {each.name: each for each in trace.strangers.all()}
    assert {name: each.address for name, each in found.items()} == {
        "666": {"device_id": "666"},
        "777": {"device_id": "777"},
        "a b": {},
    }
    assert found["666"].count == 2
    assert found["666"].said.en == "record of a passage RecPush"


def test_a_link_without_gates_meets_its_first_one() -> None:
    """Before any gate is configured the family's own topics are listened to."""

    async def main() -> Trace:
        line, trace = Line(), Trace(now)
        driver = gates(line, trace, [])
        assert "mqtt/face/+/Rec" in driver._routes.subscriptions
        line.bring("mqtt/face/666/Rec", passage())
        line.bring("mqtt/face/heartbeat", b'{"operator":"HeartBeat","facesluiceId":"777"}')
        await follow(driver, 1)
        return trace

    assert {each.name for each in run(main()).strangers.all()} == {"666", "777"}


def test_which_profile_suits_a_stranger() -> None:
    """The topics have to be the profile's; what its door contact says makes it sure."""
    assert KIND.fits is not None
    profile, bare = mqtt.gate().profile, mqtt.gate(door=None, points={}).profile
    door = profile.door
    said = {"operator": door.operators[0], "info": {door.status[0]: door.open[0]}}
    contact = heard("mqtt/face/666/Alarm", json.dumps(said).encode())
    both = KIND.fits(profile, contact), KIND.fits(bare, contact)
    assert both[0] is not None
    assert both[1] is not None
    assert both[0].score > both[1].score
    assert both[0].address == {"device_id": "666"}
    assert KIND.fits(profile, heard("other/666/Rec", b"{}")) is None
    unreadable = KIND.fits(profile, heard("mqtt/face/666/Rec", b"{}"))
    assert unreadable is not None
    assert unreadable.score < both[1].score + 0.1


def heard(topic: str, sample: bytes) -> Heard:
    """A stranger that said this."""
    return Heard(
        name="666",
        said=mqtt.gate().device.name,
        topic=topic,
        sample=sample,
        first_seen=EPOCH,
        last_seen=EPOCH,
    )


def test_a_record_told_field_by_field() -> None:
    """The topic in words, each field by its name, codes by the profile's words, bytes where."""
    trace, _, describe = traced(
        lambda line: line.bring("mqtt/face/1026700/Rec", passage(VerifyStatus="2", PersonType="1"))
    )
    parts = describe(trace.frames()[0])
    told = {part.name.en: (part.value, part.words.en if part.words else "") for part in parts}
    assert told["Topic"] == ("mqtt/face/1026700/Rec", "record of a passage")
    assert told["Kind of message"] == ("RecPush", "")
    assert told["Verdict"][0] == "2"
    assert told["Verdict"][1].startswith("denied")
    assert told["Type of person"] == ("1", "on the block list, call the property office")
    assert told["Name"] == ("…", "not kept")
    assert told["Picture"] == ("…", "not kept")
    body = trace.frames()[0].body
    number = next(part for part in parts if part.name.en == "Number of the record")
    assert body[number.start : number.end] == b'"7"'


@given(body=st.binary(max_size=300), topic=st.text(max_size=40), out=st.booleans())
def test_anything_at_all(body: bytes, topic: str, out: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever the bytes and the topic: nothing is raised, each part lies within them."""
    frame = Frame(1, datetime(2026, 1, 1, tzinfo=UTC), "out" if out else "in", "", body, topic)
    link = GateLink(GateSection(id="g", driver="mqtt_gate", broker=Broker(host="x")), [])
    assert all(0 <= part.start <= part.end <= len(body) for part in link.describe(frame, ()))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.just(NAME)
        | st.just(PICTURE[:60]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["info", "pic", "personName", "x"]), inner, max_size=3
            )
        ),
    )
)
def test_whatever_the_shape_of_a_message_no_person_is_in_what_is_kept(tree: Any) -> None:
    """Names and pictures at any depth, in place of objects, of lists, of `info` itself."""
    body = json.dumps({"operator": "RecPush", "info": tree, "x": tree}, ensure_ascii=False)
    kept = redacted(codec.open_envelope("record", body.encode()), shown(None, "record")).decode()
    assert "CANARY" not in kept
    assert json.loads(kept)["operator"] == "RecPush"
