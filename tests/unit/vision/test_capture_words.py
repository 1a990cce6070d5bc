"""Words on the sockets of cameras, and what a technician reads when one is lost."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

import av
import pytest

from edge.vision.camera.line import HungUp, Line
from edge.vision.findings import Box, Finding
from edge.vision.framing import HEAD_BYTES, MOST_BYTES, downward, framed, length, upward
from edge.vision.sources.rtsp import with_login
from edge.vision.sources.video import reason
from edge.vision.words import Capture, Down, Ended, Found, Job, Look, Opened, Seen, State, Up
from tests.fakes.time import EPOCH

STATE = State(
    age_s=0.1,
    fps=25.0,
    frames=1,
    broken=0,
    motion=True,
    analysed=1,
    wanted=1,
    shed=0,
    cpu_s=0.5,
    memory=1,
    ills={"frozen": "no"},
    unable={"bins.bin_full": "bin_full has not been taught"},
)
FINDING = Finding(
    phase="begin",
    what="loitering",
    zone="yard",
    object="1",
    since=1.0,
    t=2.0,
    dwell_s=1.0,
    basis="model",
    confidence=0.5,
    box=Box(0.1, 0.2, 0.3, 0.4),
)
UPWARD: tuple[Up, ...] = (
    Opened(width=640, height=360, codec="h264"),
    STATE,
    Found(finding=FINDING, at=EPOCH),
    Seen(id="a", jpeg=b"\xff", at=EPOCH, boxes=(("person", Box(0.0, 0.0, 1.0, 1.0)),)),
    Ended(reason="stalled"),
)
JOB = Job(
    camera="c",
    source=b"{}",
    password="secret",  # noqa: S106 - none
    address=b"{}",
    detector="",
    objects="",
    faces="",
    evidence="",
    timezone="UTC",
)
DOWNWARD: tuple[Down, ...] = (JOB, Capture(id="a"), Look(id="b"))


@pytest.mark.parametrize("word", UPWARD)
def test_what_a_camera_says_arrives(word: Up) -> None:
    """With boxes, dates and bytes as they were."""
    message = framed(word)
    assert length(message[:HEAD_BYTES]) == len(message) - HEAD_BYTES
    assert upward(message[HEAD_BYTES:]) == word


@pytest.mark.parametrize("word", DOWNWARD)
def test_what_a_camera_is_told_arrives(word: Down) -> None:
    """The job, captures, looks."""
    assert downward(framed(word)[HEAD_BYTES:]) == word


def test_nonsense_is_refused() -> None:
    """Lengths that nobody sends, words of the other direction, noise."""
    with pytest.raises(ValueError, match="bytes"):
        length((MOST_BYTES + 1).to_bytes(HEAD_BYTES))
    for body in (b"", b"\xc1noise", framed(Look(id="a"))[HEAD_BYTES:]):
        with pytest.raises(ValueError, match=r"."):
            upward(body)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, Line]]:
    """The gateway's end, and a camera's line at the other."""
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    with ours, theirs:
        yield ours, Line(theirs)


def _hear(ours: socket.socket) -> Up:
    count = length(ours.recv(HEAD_BYTES, socket.MSG_WAITALL))
    return upward(ours.recv(count, socket.MSG_WAITALL))


def test_a_line_hears_words_however_they_are_cut(pair: tuple[socket.socket, Line]) -> None:
    """Half a word, one and a half; nothing is no word; hanging up ends it."""
    ours, line = pair
    message = framed(Capture(id="a")) + framed(Look(id="b"))
    ours.sendall(message[:7])
    assert line.hear(0) is None
    ours.sendall(message[7:])
    assert line.hear(0) == Capture(id="a")
    assert line.hear(0) == Look(id="b")
    assert line.hear(0) is None
    ours.shutdown(socket.SHUT_WR)
    with pytest.raises(HungUp):
        line.hear(0)


def test_a_line_says_all_and_of_states_the_newest(pair: tuple[socket.socket, Line]) -> None:
    """In order; a gateway that did not listen for a while is told how it stands now."""
    ours, line = pair
    for word in UPWARD:
        line.say(word)
    line.flush(5)
    assert [_hear(ours) for _ in UPWARD] == [*UPWARD]


def test_a_line_that_talks_nonsense_is_hung_up(pair: tuple[socket.socket, Line]) -> None:
    """What cannot be read ends the session, as a dead gateway does."""
    ours, line = pair
    ours.sendall(b"\xff\xff\xff\xff")
    with pytest.raises(HungUp):
        line.hear(0)


def test_a_password_goes_into_an_address_escaped() -> None:
    """Whatever letters it has: FFmpeg cuts the address at them."""
    address = with_login("rtsp://10.0.0.7:554/a?b=c", "admin", "p@ss:w/d #%密")
    assert address == "rtsp://admin:p%40ss%3Aw%2Fd%20%23%25%E5%AF%86@10.0.0.7:554/a?b=c"
    assert with_login("rtsp://h/a", "", "x") == "rtsp://h/a"


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (av.error.HTTPUnauthorizedError(0, "x", "rtsp://u:secret@h"), "login refused (401)"),
        (av.error.HTTPNotFoundError(0, "x", "rtsp://u:secret@h"), "(404)"),
        (av.error.InvalidDataError(0, "x", "rtsp://u:secret@h"), "nonsense"),
        (av.error.ConnectionRefusedError(errno.ECONNREFUSED, "x", "secret"), "refused: nothing"),
        (av.error.OSError(errno.EHOSTUNREACH, "x", "rtsp://u:secret@h"), "no route"),
        (av.error.ExitError(0, "x", "secret"), "timed out"),
        (av.error.OSError(12345, "x", "secret"), "error 12345"),
    ],
)
def test_what_ffmpeg_says_is_told_in_words_without_the_address(
    error: av.error.FFmpegError, word: str
) -> None:
    """Its own text holds the address, and the address the password."""
    assert word in reason(error)
    assert "secret" not in reason(error)
