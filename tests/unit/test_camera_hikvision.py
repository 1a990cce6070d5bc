"""Hikvision's alerts: built to its documented format, cut anywhere, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.camera.codec import MOST_BODY, Garbled, Said
from edge.drivers.camera.hikvision import decode, parts_of
from edge.vision.multipart import MOST_HEAD, Part

KIND = "multipart/mixed; boundary=boundary"
SPACE = "http://www.hikvision.com/ver20/XMLSchema"


def alert(inner: str) -> bytes:
    """An alert of one camera, in the form that is documented for firmware 5.x; not recorded."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<EventNotificationAlert version="2.0" xmlns="'
        f'{SPACE}">\n<ipAddress>192.168.1.64</ipAddress>\n<portNo>80</portNo>\n'
        "<protocol>HTTP</protocol>\n<macAddress>c0:56:e3:00:00:01</macAddress>\n"
        f"{inner}</EventNotificationAlert>"
    ).encode()


MOTION = alert(
    "<channelID>1</channelID>\n<dateTime>2019-08-01T10:15:04-07:00</dateTime>\n"
    "<activePostCount>3</activePostCount>\n<eventType>VMD</eventType>\n"
    "<eventState>active</eventState>\n<eventDescription>Motion alarm</eventDescription>\n"
)
HEARTBEAT = alert(
    "<channelID>1</channelID>\n<dateTime>2019-08-01T10:15:14-07:00</dateTime>\n"
    "<activePostCount>0</activePostCount>\n<eventType>videoloss</eventType>\n"
    "<eventState>inactive</eventState>\n<eventDescription>videoloss alarm</eventDescription>\n"
)
REGIONS = alert(
    "<dynChannelID>3</dynChannelID>\n<dateTime>2023-05-04T22:01:09+08:00</dateTime>\n"
    "<activePostCount>1</activePostCount>\n<eventType>fielddetection</eventType>\n"
    "<eventState>active</eventState>\n<eventDescription>fielddetection alarm</eventDescription>\n"
    "<DetectionRegionList>\n<DetectionRegionEntry>\n<regionID>1</regionID>\n"
    "<sensitivityLevel>50</sensitivityLevel>\n<detectionTarget>human</detectionTarget>\n"
    "</DetectionRegionEntry>\n<DetectionRegionEntry>\n<regionID>3</regionID>\n"
    "<detectionTarget>vehicle</detectionTarget>\n</DetectionRegionEntry>\n"
    "</DetectionRegionList>\n"
)
JSON = (
    b'{"ipAddress":"192.168.1.64","channelID":2,"dateTime":"2023-05-04T22:01:09+08:00",'
    b'"activePostCount":1,"eventType":"regionEntrance","eventState":"active",'
    b'"DetectionRegionList":[{"DetectionRegionEntry":{"regionID":5,"detectionTarget":"human"}}]}'
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (MOTION, (Said(code="VMD", way="again", channel=1),)),
        (HEARTBEAT, ()),
        (
            REGIONS,
            (
                Said(code="fielddetection", way="again", where="1", channel=3, label="human"),
                Said(code="fielddetection", way="again", where="3", channel=3, label="vehicle"),
            ),
        ),
        (JSON, (Said(code="regionEntrance", way="again", where="5", channel=2, label="human"),)),
        (
            MOTION.replace(b">active<", b">inactive<"),
            (Said(code="VMD", way="off", channel=1),),
        ),
        (
            HEARTBEAT.replace(b"inactive", b"active"),
            (Said(code="videoloss", way="again", channel=1),),
        ),
    ],
    ids=["motion", "heartbeat", "two regions", "json", "over", "signal lost"],
)
def test_golden_alerts(body: bytes, said: tuple[Said, ...]) -> None:
    """XML of cameras and recorders, newer JSON, the heartbeat that is no alarm; all built."""
    assert decode(body) == said


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>401</html>",
        MOTION[:-10],
        MOTION.replace(b"VMD", b""),
        MOTION.replace(b">active<", b">maybe<"),
        b'{"eventType": 7',
        b"[1]",
        b"\xff\xfe" * 100,
        b'<!DOCTYPE a [<!ENTITY b "c">]><EventNotificationAlert>&b;</EventNotificationAlert>',
        b"<a>" * 100_000,
        b"x" * (MOST_BODY + 1),
        b"{" * 100_000,
    ],
)
def test_what_is_no_alert(body: bytes) -> None:
    """It is `Garbled`: no entity is expanded, no depth and no size is followed."""
    with pytest.raises(Garbled):
        decode(body)


def part(body: bytes, kind: str = 'application/xml; charset="UTF-8"', length: bool = True) -> bytes:  # noqa: FBT001, FBT002 - with or without
    """One part of the endless answer."""
    head = f"--boundary\r\nContent-Type: {kind}\r\n"
    if length:
        head += f"Content-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body + b"\r\n"


PICTURE = b"\xff\xd8--boundary\r\n\r\n" + bytes(20_000) + b"\xff\xd9"
STREAM = (
    part(MOTION)
    + part(PICTURE, "image/jpeg")
    + part(HEARTBEAT, length=False)
    + part(JSON, "application/json")
)
WHOLE = [MOTION, HEARTBEAT, JSON]


@given(st.lists(st.integers(1, 700), min_size=1, max_size=80))
def test_parts_are_found_however_the_bytes_are_cut(cuts: list[int]) -> None:
    """Alerts with and without a length, a picture in between that looks like a boundary inside."""
    parts = parts_of(KIND)
    found: list[Part] = []
    at = 0
    for cut in [*cuts, len(STREAM)]:
        found += parts.feed(STREAM[at : at + cut])
        at += cut
    assert [each.body.strip() for each in found] == WHOLE
    assert parts.pending < 64


@given(st.binary(max_size=4_000), st.integers(1, 500))
def test_noise_loses_no_alert_that_follows(noise: bytes, cut: int) -> None:
    """Whatever came before, an alert after it is found, and no more is kept than is needed."""
    parts = parts_of(KIND)
    stream = noise + b"\r\n" + part(MOTION)
    found = [
        each.body for at in range(0, len(stream), cut) for each in parts.feed(stream[at : at + cut])
    ]
    assert MOTION in found


def test_what_never_ends_is_given_up() -> None:
    """Neither an endless head nor an endless body fills the memory; the next alert is heard."""
    for endless in (b"--boundary\r\nX: " + b"y" * (MOST_HEAD + 9), b"--boundary\r\n\r\n"):
        parts = parts_of(KIND)
        parts.feed(endless)
        for _ in range(40):
            parts.feed(b"z" * 10_000)
        assert parts.pending <= MOST_BODY + 10_000
        assert [each.body for each in parts.feed(part(MOTION))][-1] == MOTION


@pytest.mark.parametrize("kind", ["multipart/mixed", "", "application/xml"])
def test_a_header_without_a_boundary(kind: str) -> None:
    """Some firmware does not say it; what it writes is always the same."""
    assert [each.body for each in parts_of(kind).feed(STREAM)] == WHOLE


def test_a_message_longer_than_any_alert_is_passed_over() -> None:
    """As long as it says it is: what looks like an alert within it is none."""
    parts = parts_of(KIND)
    found = parts.feed(part(part(MOTION) + bytes(MOST_BODY)))
    assert found == []
    assert parts.pending < 64
    assert [each.body for each in parts.feed(part(JSON))] == [JSON]


def test_a_stream_of_nothing_but_pictures_is_passed_over() -> None:
    """Their bytes are counted, not kept: long ones, and those that do not say how long they are."""
    parts = parts_of(KIND)
    head = b"--boundary\r\nContent-Type: image/jpeg\r\nContent-Length: 4000000\r\n\r\n"
    parts.feed(head)
    for _ in range(400):
        assert parts.feed(bytes(10_000)) == []
        assert parts.pending == 0
    assert parts.feed(part(PICTURE[-9:], "image/jpeg", length=False)) == []
    assert [each.body for each in parts.feed(part(MOTION))] == [MOTION]
