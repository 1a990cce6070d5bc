"""Dahua's events: built to its documented format, cut anywhere, miscounted; what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.camera.codec import MOST_BODY, Said
from edge.drivers.camera.dahua import Scanner

START = (
    b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:39\r\n\r\n"
    b"Code=VideoMotion;action=Start;index=0\r\n\r\n"
)
STOP = START.replace(b"Start", b"Stop")
CROSSED = (
    b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"
    b"Code=CrossLineDetection;action=Start;index=15;data={\n"
    b'   "Class" : "Normal",\n   "DetectLine" : [\n      [ 5529, 4888 ],\n      [ 2560, 4256 ]\n'
    b'   ],\n   "Direction" : "LeftToRight",\n   "EventSeq" : 21,\n'
    b'   "Name" : "Rule {1}; a=b",\n'
    b'   "Object" : {\n      "Action" : "Appear",\n'
    b'      "BoundingBox" : [ 4136, 1664, 5496, 7424 ],\n'
    b'      "ObjectID" : 2627,\n      "ObjectType" : "Human"\n   },\n'
    b'   "UTC" : 1564472601\n}\r\n\r\n'
)
HEARTBEAT = b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:9\r\n\r\nHeartbeat\r\n\r\n"
NO_BLANK = (
    b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:39\r\n"
    b"Code=AudioMutation;action=Pulse;index=0\r\n"
)
STREAM = START + HEARTBEAT + CROSSED + NO_BLANK + STOP
SAID = [
    Said(code="VideoMotion", way="on", channel=1),
    Said(code="CrossLineDetection", way="on", where="Rule {1}; a=b", channel=16, label="human"),
    Said(code="AudioMutation", way="pulse", channel=1),
    Said(code="VideoMotion", way="off", channel=1),
]


def heard(*pieces: bytes) -> list[Said]:
    """What comes of these pieces, and of a moment in which nothing more comes."""
    scanner = Scanner()
    found = [said for piece in pieces for said in scanner.feed(piece)]
    return [*found, *scanner.rest()]


def test_golden_events() -> None:
    """A start, a heartbeat, a rule with its JSON, one without the blank line, a stop; all built."""
    assert heard(STREAM) == SAID


@given(st.lists(st.integers(1, 300), min_size=1, max_size=60))
def test_events_are_found_however_the_bytes_are_cut(cuts: list[int]) -> None:
    """No event is lost, doubled or read half, whatever the network makes of it."""
    pieces, at = [], 0
    for cut in [*cuts, len(STREAM)]:
        pieces.append(STREAM[at : at + cut])
        at += cut
    assert heard(*pieces) == SAID


@pytest.mark.parametrize(
    "broken",
    [
        b'Code=CrossLineDetection;action=Start;index=0;data={"Name": "Gate", "Obj',
        b"Code=CrossLineDetection;action=Start;index=0;data=[1,2]",
        b'Code=CrossLineDetection;action=Start;index=0;data={"Name": 7, "Object": "x"}',
    ],
)
def test_json_that_is_none_costs_the_details_alone(broken: bytes) -> None:
    """The event counts, and the one behind it, too."""
    found = heard(broken + b"\r\n" + STOP)
    assert [(said.code, said.way, said.where) for said in found] == [
        ("CrossLineDetection", "on", ""),
        ("VideoMotion", "off", ""),
    ]


def test_an_event_whose_end_is_not_marked_waits_for_a_moment_only() -> None:
    """Digits may follow, so it is not read at once; when nothing comes it counts."""
    scanner = Scanner()
    assert list(scanner.feed(b"Code=VideoBlind;action=Start;index=1")) == []
    assert scanner.pending
    assert list(scanner.rest()) == [Said(code="VideoBlind", way="on", channel=2)]
    assert not scanner.pending


@given(st.binary(max_size=3_000), st.integers(1, 400))
def test_noise_loses_no_event_that_follows(noise: bytes, cut: int) -> None:
    """Any bytes before it: the event is found."""
    stream = noise + b"\n" + STOP
    pieces = [stream[at : at + cut] for at in range(0, len(stream), cut)]
    assert heard(*pieces)[-1] == Said(code="VideoMotion", way="off", channel=1)


def test_json_without_end_is_given_up() -> None:
    """It fills no memory, and the next event is heard."""
    scanner = Scanner()
    found = list(scanner.feed(b"Code=LeftDetection;action=Start;index=0;data={"))
    for _ in range(MOST_BODY // 10_000 + 2):
        found += scanner.feed(b'"x":1,' * 1_667)
    found += scanner.feed(STOP)
    assert [said.code for said in found] == ["LeftDetection", "VideoMotion"]


@pytest.mark.parametrize("action", [b"State", b"Whatever"])
def test_other_actions_say_nothing(action: bytes) -> None:
    """Neither a beginning nor an end."""
    assert heard(START.replace(b"Start", action)) == []
