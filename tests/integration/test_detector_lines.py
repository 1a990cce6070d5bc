"""The detector at its socket: lines, nonsense, turns, patience, what comes later."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from threading import enumerate as enumerate_threads

import msgspec
import numpy as np
import pytest

from edge.local_socket import connect, listen
from edge.vision.detect import serving
from edge.vision.detect.answering import Answering
from edge.vision.detect.asking import Answer, Busy, Question, Unable
from edge.vision.detect.client import Detector
from edge.vision.detect.line import HEAD_BYTES, hear_reply, say
from edge.vision.detect.service import WAITING
from edge.vision.detect.serving import Serving
from edge.vision.pictures import Image
from tests.fakes.models import lay_tiny, squares

BLUE = squares((1, 2, "blue"))
PATIENCE_S = 10.0


def question(model: str = "tiny", camera: str = "c", patience_s: float = PATIENCE_S) -> Question:
    """A picture with a blue square."""
    height, width = BLUE.shape[:2]
    return Question(
        camera=camera,
        model=model,
        width=width,
        height=height,
        pixels=BLUE.tobytes(),
        patience_s=patience_s,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the tiny model."""
    lay_tiny(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def path(folder: Path) -> Iterator[Path]:
    """A detector with two workers, at a path that is longer than the kernel takes."""
    deep = folder.parent / ("d" * 120)
    deep.mkdir()
    path = deep / "detector.sock"
    served = Serving([folder], workers=2)
    with listen(path, WAITING) as listening:
        running = Thread(target=served.run, args=(listening,), name="serving")
        running.start()
        try:
            yield path
        finally:
            served.over.set()
            running.join(PATIENCE_S)
            assert not running.is_alive()
            assert not served.broken


@pytest.fixture
def line(path: Path) -> Iterator[socket.socket]:
    """A line to it."""
    with connect(path, PATIENCE_S) as connection:
        yield connection


def answers(connection: socket.socket, asked: Question | None = None) -> Answer:
    """Ask, and be answered."""
    say(connection, asked or question())
    reply = hear_reply(connection)
    assert isinstance(reply, Answer), reply
    return reply


def hung_up(connection: socket.socket) -> bool:
    """Whether the other side closes the line."""
    connection.settimeout(PATIENCE_S)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_camera_is_answered(path: Path) -> None:
    """Labels and boxes of the picture that was given, however small it was sent; and 0600."""
    assert Path(path).stat().st_mode & 0o777 == 0o600
    detector = Detector(str(path), "camera-1")
    large = np.kron(squares((1, 2, "blue"), (3, 0, "red")), np.ones((50, 60, 1), np.uint8))
    for _ in range(2):
        reply = detector.ask(large, "tiny", PATIENCE_S)
        assert isinstance(reply, Answer)
        boxes = {each.label: tuple(each.box) for each in reply.objects}
        assert boxes["car"] == pytest.approx((0.25, 0.5, 0.5, 0.75), abs=1e-6)
        assert boxes["person"] == pytest.approx((0.75, 0, 1, 0.25), abs=1e-6)
    assert detector._question(large, "tiny", 1.0).width == 32
    detector.close()


def test_a_model_that_is_not_there_is_said(path: Path, folder: Path) -> None:
    """With how to get it; the line goes on; what is laid there later is found."""
    detector = Detector(str(path), "camera-1")
    reply = detector.ask(BLUE, "yunet", PATIENCE_S)
    assert isinstance(reply, Unable)
    assert "whistle models pull yunet" in reply.reason
    lay_tiny(folder, id="later")
    (folder / "tiny.yaml").rename(folder / "later.yaml")
    assert isinstance(detector.ask(BLUE, "later", PATIENCE_S), Answer)
    (folder / "later.yaml").unlink()
    assert isinstance(detector.ask(BLUE, "later", PATIENCE_S), Unable)
    detector.close()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        (0).to_bytes(4),
        (2**31).to_bytes(4) + b"x" * 100,
        (4).to_bytes(4) + b"\xc1\xc1\xc1\xc1",
        (9).to_bytes(4) + msgspec.msgpack.encode({"a": b"12345"})[:9].ljust(9, b"\0"),
    ],
)
def test_nonsense_ends_its_line_only(line: socket.socket, path: Path, nonsense: bytes) -> None:
    """Others are answered as ever."""
    with connect(path, PATIENCE_S) as other:
        other.sendall(nonsense)
        assert hung_up(other)
    assert answers(line).objects


def test_a_question_that_does_not_come_whole(
    line: socket.socket, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hung up in the middle, or just not sent on: the line is given up, and its room."""
    monkeypatch.setattr(serving, "WHOLE_WITHIN_S", 0.2)
    for part in (b"\0", (1000).to_bytes(4), (1000).to_bytes(4) + b"half"):
        with connect(path, PATIENCE_S) as other:
            other.sendall(part)
            assert hung_up(other)
    assert answers(line).objects


def test_lines_and_bytes_are_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line too many and a picture too many are refused; afterwards all is as before."""
    monkeypatch.setattr(serving, "MOST_LINES", 3)
    lines = [connect(path, PATIENCE_S) for _ in range(3)]
    for each in lines:
        answers(each)
    with connect(path, PATIENCE_S) as other:
        assert hung_up(other)
    held = 60 * 1024 * 1024
    for each in lines:
        each.close()
    _until(lambda: _can_connect(path))
    monkeypatch.setattr(serving, "MOST_LINES", 100)
    greedy = [connect(path, PATIENCE_S) for _ in range(5)]
    for each in greedy:
        each.sendall(held.to_bytes(HEAD_BYTES))
    closed = [each for each in greedy if _closed_soon(each)]
    assert len(closed) == 1
    for each in greedy:
        each.close()
    with connect(path, PATIENCE_S) as other:
        _until(lambda: len(answers(other).objects) == 1)


def _closed_soon(connection: socket.socket) -> bool:
    connection.settimeout(0.3)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False


def _can_connect(path: Path) -> bool:
    with connect(path, PATIENCE_S) as other:
        try:
            say(other, question())
            return isinstance(hear_reply(other), Answer)
        except (OSError, ValueError):
            return False


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _slow_down(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let each picture take so much longer."""
    answer = Answering.answer

    def slowly(self: Answering, image: Image, model: str, waited_s: float = 0.0) -> Answer | Unable:
        time.sleep(seconds)
        return answer(self, image, model, waited_s)

    monkeypatch.setattr(Answering, "answer", slowly)


def test_no_time_is_said_in_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While both workers are busy: within the patience, and the line goes on."""
    _slow_down(monkeypatch, 0.6)
    busy = [connect(path, PATIENCE_S) for _ in range(2)]
    for number, each in enumerate(busy):
        say(each, question(camera=f"busy-{number}"))
    detector = Detector(str(path), "hasty")
    time.sleep(0.1)
    began = time.monotonic()
    assert detector.ask(BLUE, "tiny", 0.1) is None
    assert time.monotonic() - began < 0.5
    assert isinstance(detector.ask(BLUE, "tiny", PATIENCE_S), Answer)
    for each in busy:
        assert isinstance(hear_reply(each), Answer)
        each.close()
    with connect(path, PATIENCE_S) as other:
        for _ in range(2):
            say(other, question(patience_s=0.0))
            assert isinstance(hear_reply(other), Busy)
    detector.close()


def test_cameras_share_evenly(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight ask all the time, one of them over four lines: each has its eighth."""
    _slow_down(monkeypatch, 0.005)
    counts = dict.fromkeys((f"c{number}" for number in range(8)), 0)
    until = time.monotonic() + 1.5

    def ask(camera: str) -> None:
        with connect(path, PATIENCE_S) as own:
            while time.monotonic() < until:
                answers(own, question(camera=camera))
                counts[camera] += 1

    names = [*counts, "c0", "c0", "c0"]
    cameras = [Thread(target=ask, args=(name,), name=name) for name in names]
    for each in cameras:
        each.start()
    for each in cameras:
        each.join(PATIENCE_S)
    assert min(counts.values()) > 5
    assert max(counts.values()) <= 1.3 * min(counts.values()) + 2, counts


def test_nothing_is_left_behind(path: Path) -> None:
    """A hundred cameras come and go: no thread, no descriptor more."""
    with connect(path, PATIENCE_S) as first:
        answers(first)
    _until(lambda: _lines() == 0)
    before = _descriptors()
    for _ in range(100):
        with connect(path, PATIENCE_S) as other:
            answers(other)
    _until(lambda: _lines() == 0)
    assert _descriptors() <= before


def _lines() -> int:
    """Lines that are served now."""
    return sum(each.name == "line" for each in enumerate_threads())


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
