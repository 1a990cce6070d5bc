"""Streams of JPEG pictures as cameras write them, cut anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.multipart import MOST_HEAD, MOST_PICTURE, Part, Parts, boundary_in

FIRST, SECOND = b"\xff\xd8first\xff\xd9", b"\xff\xd8se\r\n--cond\xff\xd9"

MEASURED = (
    b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 9\r\n\r\n" + FIRST + b"\r\n"
    b"--frame\r\ncontent-length:14\r\nContent-Type: image/jpeg\r\n\r\n" + SECOND + b"\r\n"
)
UNMEASURED = (
    b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + FIRST + b"\r\n"
    b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + SECOND + b"\r\n--frame"
)
BARE_LINES = (
    b"--frame\nContent-Type: image/jpeg\n\n" + FIRST + b"\n--frame\n\n" + SECOND + b"\n--frame"
)
AFTER_A_PREAMBLE = b"\r\n\r\n" + MEASURED
WRONG_LENGTH_0 = UNMEASURED.replace(b"image/jpeg\r\n", b"image/jpeg\r\nContent-Length: 0\r\n")

STREAMS = {
    "measured": MEASURED,
    "unmeasured": UNMEASURED,
    "bare lines": BARE_LINES,
    "preamble": AFTER_A_PREAMBLE,
    "length 0": WRONG_LENGTH_0,
}


@pytest.mark.parametrize("name", STREAMS)
@given(cuts=st.lists(st.integers(1, 120), max_size=12))
def test_pictures_come_whole_however_the_bytes_are_cut(name: str, cuts: list[int]) -> None:
    """Two pictures, one with the beginning of a boundary in it, in every way of writing them."""
    stream, parts = STREAMS[name], Parts(b"frame")
    found: list[Part] = []
    for cut in cuts:
        found += parts.feed(stream[:cut])
        stream = stream[cut:]
    found += parts.feed(stream)
    assert [part.body for part in found] == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ("multipart/x-mixed-replace;boundary=frame", b"frame"),
        ('multipart/x-mixed-replace; boundary="frame"', b"frame"),
        ("multipart/x-mixed-replace; BOUNDARY=--frame", b"frame"),
        ('Multipart/X-Mixed-Replace; charset=x; boundary="--a b" ; c=d', b"a b"),
        ("Multipart/X-Mixed-Replace; charset=x; boundary=a b ; c=d", b"a b"),
        ("multipart/mixed; not-the-boundary=x", b""),
        ("multipart/mixed", b""),
        ("multipart/mixed; boundary=--", b""),
        ("image/jpeg", b""),
        ("text/html; boundary=frame", b""),
        ("", b""),
    ],
)
def test_the_boundary_stands_in_the_header(header: str, boundary: bytes) -> None:
    """Quoted or not, in any case, beside other parameters, with the dashes ahead of it or not."""
    assert boundary_in(header) == boundary


def test_a_boundary_that_was_written_with_its_dashes_is_the_same() -> None:
    """Cameras that name it with the two dashes write them once or twice; none is in a picture."""
    twice = UNMEASURED.replace(b"--frame", b"----frame")
    for stream in (MEASURED, UNMEASURED, twice):
        parts = Parts(boundary_in("multipart/x-mixed-replace; boundary=--frame"))
        assert [part.body for part in parts.feed(stream)] == [FIRST, SECOND]


def test_a_small_picture_is_found_behind_a_large_one() -> None:
    """What was searched for the end of the one is no part of the other."""
    large, small = bytes(5_000), b"\xff"
    parts = Parts(b"frame")
    assert parts.feed(b"--frame\r\n\r\n" + large) == []
    behind = (b"\r\n--frame\r\n\r\n" + small) * 3 + b"\r\n--frame"
    assert [part.body for part in parts.feed(behind)] == [large, small, small, small]


def test_a_part_says_what_it_is() -> None:
    """In small letters; nothing where it does not say."""
    stream = MEASURED.replace(b"image/jpeg", b"Image/JPEG; x=y", 1) + BARE_LINES
    kinds = [part.media_type for part in Parts(b"frame").feed(stream)]
    assert kinds == ["image/jpeg", "image/jpeg", "image/jpeg", ""]


@pytest.mark.parametrize(
    "endless",
    [
        b"\xff" * (MOST_HEAD + 100),
        b"--frame\r\n" + b"X-A: b\r\n" * (MOST_HEAD // 4),
        b"--frame\r\nContent-Length: 999999999\r\n\r\n",
    ],
)
def test_what_never_becomes_a_picture_is_given_up(endless: bytes) -> None:
    """No boundary, a head without an end, a length that nobody sends."""
    parts = Parts(b"frame")
    with pytest.raises(ValueError, match=r"."):
        parts.feed(endless)


def test_a_picture_without_an_end_is_given_up() -> None:
    """Memory is bounded by what a picture may have, or less where less is wanted."""
    parts = Parts(b"frame")
    parts.feed(b"--frame\r\n\r\n")
    parts.feed(bytes(MOST_PICTURE))
    with pytest.raises(ValueError, match="too large"):
        Parts(b"frame", most=8).feed(MEASURED)
    with pytest.raises(ValueError, match="does not end"):
        parts.feed(b"!")


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_nonsense_is_a_value_error_or_nothing(first: bytes, second: bytes) -> None:
    """Whatever comes, nothing else is raised."""
    parts = Parts(b"frame")
    for each in (first, b"--frame", second, b"\r\n\r\n", first, b"--frame--"):
        parts.feed(each)
