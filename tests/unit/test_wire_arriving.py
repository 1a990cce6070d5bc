"""What the readers of both sides refuse, and what they take."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge.contract.examples import AT, example_events, narrator
from cloud_bridge.wire import (
    MAX_BATCH_BYTES,
    MAX_BATCH_EVENTS,
    MAX_EVENT_BYTES,
    Depth,
    IssueUpdate,
    LinkStatus,
    Receipt,
    Refusal,
    Status,
    WireError,
    decode_issue_update,
    decode_receipt,
    decode_status,
    decode_telemetry,
    decode_telemetry_receipt,
    encode_issue_update,
    encode_receipt,
    encode_status,
    event_id,
    events_topic,
    number_of,
    parse_topic,
    read_event,
    split,
)
from edge.model import Lane

BODY = narrator().encode(example_events()[0])


def changed(**fields: Any) -> bytes:
    """The example with some attributes changed; none drops the attribute."""
    document = json.loads(BODY) | fields
    return json.dumps({key: value for key, value in document.items() if value is not None}).encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no event"),
        (b"\xff\xfe", "no event"),
        (b'{"id": "\xff"}', "no event"),
        (b"7", "no event"),
        (changed(specversion="0.3"), "specversion"),
        (changed(time="2026-03-01T08:30:15"), "time"),
        (changed(time=None), "time"),
        (changed(severity=0), "severity"),
        (changed(lane="urgent"), "lane"),
        (changed(sequence="12"), "sequence"),
        (changed(source="/elsewhere"), "no /sites/"),
        (changed(id="gw-2/1"), "id is not"),
        (changed(type="com.example.thing"), "no type of this contract"),
        (changed(data={}), "data"),
        (changed(subject="x" * 2000), "subject"),
        (changed(extra="x" * MAX_EVENT_BYTES), "at most"),
    ],
)
def test_bad_event_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    """Each way to be wrong has words that name it."""
    with pytest.raises(WireError, match=reason):
        read_event(body)


def test_refusal_names_the_event_where_it_can() -> None:
    """The gateway must know which event was refused."""
    with pytest.raises(WireError) as caught:
        read_event(changed(severity=5000))
    assert caught.value.id == json.loads(BODY)["id"]


def test_later_type_is_taken_without_data() -> None:
    """A newer gateway is not stopped by an older platform."""
    event = read_event(changed(type="community.alarm.shelved.v2", data={"new": 1}))
    assert event.data is None
    assert event.type == "community.alarm.shelved.v2"


def test_later_field_is_ignored() -> None:
    """A version only adds; what is added does not hurt."""
    document = json.loads(BODY)
    document["data"]["evidence"] = [{"kind": "picture"}]
    document["traceparent"] = "00-1"
    assert read_event(json.dumps(document).encode()) == read_event(BODY)


def test_too_many_and_too_large_are_refused_as_a_whole() -> None:
    """A batch beyond the bounds is not even taken apart."""
    with pytest.raises(WireError, match="events; at most"):
        split(b"[" + b",".join([b"{}"] * (MAX_BATCH_EVENTS + 1)) + b"]")
    with pytest.raises(WireError, match="bytes; at most"):
        split(b"[" + b" " * MAX_BATCH_BYTES + b"]")
    with pytest.raises(WireError, match="no JSON"):
        split(b"[{}")


@given(body=st.binary(max_size=300))
def test_noise_is_refused_and_nothing_else(body: bytes) -> None:
    """No bytes make a reader fail in another way than by saying what is wrong."""
    readers: list[Callable[[bytes], object]] = [
        read_event,
        split,
        decode_receipt,
        decode_status,
        decode_issue_update,
        decode_telemetry,
        decode_telemetry_receipt,
    ]
    for reader in readers:
        with suppress(WireError):
            reader(body)


def test_receipt_round_trip() -> None:
    """What the platform writes the gateway reads."""
    receipt = Receipt(stored=("gw-1/1",), refused=(Refusal(id="", reason="no JSON"),))
    assert decode_receipt(encode_receipt(receipt)) == receipt
    assert json.loads(encode_receipt(receipt)) == {
        "stored": ["gw-1/1"],
        "refused": [{"id": "", "reason": "no JSON"}],
    }
    with pytest.raises(WireError, match="length"):
        decode_receipt(json.dumps({"stored": ["x"] * (MAX_BATCH_EVENTS + 1)}).encode())


def test_issue_update_round_trip() -> None:
    """Who did what and when; an unknown state is refused."""
    update = IssueUpdate(
        issue="gw-1/1/issue", alarm="gw-1/1", state="accepted", by="A", party="property", at=AT
    )
    assert decode_issue_update(encode_issue_update(update)) == update
    with pytest.raises(WireError, match="lost"):
        decode_issue_update(encode_issue_update(update).replace(b"accepted", b"lost"))


def test_status_round_trip_and_last_will() -> None:
    """The will needs no more than who is offline."""
    status = Status(
        site="s",
        gateway="g",
        online=True,
        at=AT,
        started_at=AT - timedelta(hours=1),
        journal=Depth(life_safety=1, info=2),
        links=(LinkStatus(id="l", up=False, reason="refused"),),
    )
    assert decode_status(encode_status(status)) == status
    assert status.journal.total == 3
    will = encode_status(Status(site="s", gateway="g", online=False))
    assert json.loads(will) == {"site": "s", "gateway": "g", "online": False}
    assert decode_status(will).online is False


def test_topics_say_whose_they_are() -> None:
    """A topic made is a topic read; others are refused."""
    address = parse_topic(events_topic("s", "g", Lane.SECURITY))
    assert (address.site, address.gateway, address.rest) == ("s", "g", "events/security")
    for topic in ("", "community/v1", "community/v2/s/g/events/info", "community/v1//g/status"):
        with pytest.raises(WireError):
            parse_topic(topic)


def test_number_of_an_id() -> None:
    """An id leads back to the journal, and another gateway's never does."""
    assert number_of(event_id("gw-1", 42), "gw-1") == 42
    for wrong in ("gw-2/42", "gw-1", "gw-1/", "gw-1/4x", "gw-1/-1", "gw-1/42/issue"):
        with pytest.raises(WireError):
            number_of(wrong, "gw-1")
