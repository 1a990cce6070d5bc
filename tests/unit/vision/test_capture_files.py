"""Recordings and plugged-in cameras as sources."""

from __future__ import annotations

import itertools
import os
from contextlib import closing
from pathlib import Path

import pytest

from edge.vision.sections.source import FileSource, UsbSource
from edge.vision.sources import file as playing
from edge.vision.sources import open_source
from edge.vision.sources.lost import SourceLost
from edge.vision.sources.recording import BEGAN, recording
from tests.fakes.clip_file import recorded
from tests.fakes.filmed import number_in
from tests.fakes.time import EPOCH


class _Playing:
    """Time that passes when somebody waits, and only then."""

    def __init__(self) -> None:
        self.now = 100.0
        self._closed = False

    def monotonic(self) -> float:
        """As `time.monotonic`."""
        return self.now

    def wait(self, seconds: float) -> bool:
        """As `threading.Event.wait`."""
        self.now += seconds
        return self._closed

    def is_set(self) -> bool:
        """As `threading.Event.is_set`."""
        return self._closed

    def set(self) -> None:
        """As `threading.Event.set`."""
        self._closed = True


@pytest.mark.parametrize("name", ["film.mp4", "film.gif"])
def test_a_recording_has_its_own_time(tmp_path: Path, name: str) -> None:
    """Each picture once, in order, at the instant that the recording says."""
    frames = [*recording(recorded(tmp_path / name, 25))]
    assert [number_in(frame.image) for frame in frames] == [*range(25)]
    assert [frame.t for frame in frames] == pytest.approx([n / 10 for n in range(25)], abs=0.011)
    assert frames[0].at == BEGAN
    (first, *_) = recording(tmp_path / name, EPOCH)
    assert first.at == EPOCH


def test_a_recording_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """Missing, a folder, not a video, and one without a picture in it."""
    (tmp_path / "text.mp4").write_text("not a video", encoding="utf-8")
    for path, word in (
        (tmp_path / "none.mp4", "there is no such file"),
        (tmp_path, "that is a folder"),
        (tmp_path / "text.mp4", "nonsense"),
    ):
        with pytest.raises(SourceLost, match=word):
            next(recording(path))


@pytest.mark.parametrize(("name", "codec"), [("film.mp4", "h264"), ("film.gif", "mjpeg")])
def test_a_file_is_played_at_its_pace_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, codec: str
) -> None:
    """Ten pictures a second, after the last the first; each can be kept as it is or as a JPEG."""
    clock = _Playing()
    monkeypatch.setattr(playing, "time", clock)
    section = FileSource(type="file", path=str(recorded(tmp_path / name, 10)))
    source = open_source(section, "", lambda: EPOCH)
    monkeypatch.setattr(source, "_closed", clock)
    source.open()
    with closing(source.frames()) as steps:
        taken = [*itertools.islice((each for each in steps if each.frame is not None), 25)]
        source.close()
    frames = [each.frame for each in taken if each.frame is not None]
    assert [number_in(frame.image) for frame in frames] == [n % 10 for n in range(25)]
    assert [frame.t - 100 for frame in frames] == pytest.approx(
        [n / 10 for n in range(25)], abs=0.06
    )
    assert {each.packet.codec.name for each in taken if each.packet is not None} == {codec}
    assert sum(each.packet is not None for each in taken) >= 20


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    """When it is opened, not at the first picture."""
    section = FileSource(type="file", path=str(tmp_path / "none.mp4"))
    with pytest.raises(SourceLost, match="no such file"):
        open_source(section, "", lambda: EPOCH).open()


def test_a_camera_that_is_not_plugged_in_says_so() -> None:
    """With the name that a technician looks for."""
    section = UsbSource(type="usb", device="/dev/video97")
    with pytest.raises(SourceLost, match=r"there is no /dev/video97: is the camera plugged in\?"):
        open_source(section, "", lambda: EPOCH).open()


def test_a_device_that_is_no_camera_says_so() -> None:
    """Whatever else lies in /dev."""
    section = UsbSource(type="usb", device=os.devnull)
    with pytest.raises(SourceLost, match=r"/dev/null: that is not a camera"):
        open_source(section, "", lambda: EPOCH).open()
