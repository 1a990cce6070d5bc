"""Stills, clips and looks that a camera's process is asked for."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

from edge.vision.camera_process import CameraProcess
from edge.vision.sections.source import FileSource
from edge.vision.studio import Studio
from edge.vision.words import Capture, Ended, Kept, Look, Opened, Refused, Seen, Up
from simulators.cameras.camera import Ports
from simulators.ports import free_port
from tests.fakes.camera_studio import (
    CAMERA,
    filmed,
    heard,
    job_for,
    rtsp,
    simulated,
    started,
    studio_in,
)
from tests.fakes.clip_file import recorded

WITHIN_S = 20.0


async def _words(process: CameraProcess, count: int) -> list[Up]:
    """Wait for so many words that answer something."""
    found: list[Up] = []
    async with asyncio.timeout(WITHIN_S):
        while len(found) < count:
            word = await process.receive()
            if isinstance(word, Kept | Refused | Seen | Ended):
                found.append(word)
    return found


def test_stills_clips_and_looks(tmp_path: Path) -> None:
    """What is asked for comes, is shared, is finished late, or is refused with the reason."""

    async def main() -> None:
        film = recorded(tmp_path / "film.mp4")
        async with studio_in(tmp_path) as studio:
            await asyncio.gather(
                _shared(studio, film, tmp_path / "shared"),
                _finished_late(studio, tmp_path / "late"),
                _refused(studio, film, tmp_path / "missing"),
            )

    for name in ("shared", "late"):
        (tmp_path / name).mkdir()
    asyncio.run(main())


async def _shared(studio: Studio, film: Path, folder: Path) -> None:
    """Two alarms half a second apart: the same files, told to each; nobody can be known in them."""
    section = FileSource(type="file", path=str(film))
    async with started(studio, job_for(section, folder)) as process:
        await process.send(Capture(id="too early"))
        (early,) = await _words(process, 1)
        await heard(process, Opened)
        await process.send(Capture(id="a", before_s=1.0, after_s=0.5))
        await process.send(Capture(id="b", before_s=1.0, after_s=1.0))
        await process.send(Look(id="look", width=64))
        words = await _words(process, 5)
    assert isinstance(early, Refused)
    kept = [word for word in words if isinstance(word, Kept)]
    told = sorted((word.capture, word.kind) for word in kept)
    assert told == [("a", "clip"), ("a", "still"), ("b", "clip"), ("b", "still")]
    assert len({word.file for word in kept}) == 2
    for word in kept:
        content = await asyncio.to_thread((folder / word.file).read_bytes)
        assert hashlib.sha256(content).hexdigest() == word.sha256
        assert len(content) == word.size
        assert word.blurred == "whole"  # nothing could look for faces
    (clip, *_) = [word for word in kept if word.kind == "clip"]
    assert timedelta(seconds=0.7) < clip.ended - clip.began < timedelta(seconds=2.5)
    (seen,) = [word for word in words if isinstance(word, Seen)]
    assert seen.jpeg.startswith(b"\xff\xd8")


async def _finished_late(studio: Studio, folder: Path) -> None:
    """The line is cut a second after an alarm: the end is told at once, the clip comes after it."""
    port = free_port()
    async with (
        filmed(simulated(Ports(rtsp=port))) as camera,
        started(studio, job_for(rtsp(port), folder)) as process,
    ):
        await heard(process, Opened)
        await process.send(Capture(id="a", before_s=4.0, after_s=4.0))
        await asyncio.sleep(1.0)
        await camera.act(CAMERA, "drop", {})
        words = await _words(process, 3)
    assert [type(word).__name__ for word in words] == ["Kept", "Ended", "Kept"]
    clip = words[2]
    assert isinstance(clip, Kept)
    assert clip.kind == "clip"
    assert clip.ended - clip.began > timedelta(seconds=0.5)


async def _refused(studio: Studio, film: Path, folder: Path) -> None:
    """A folder that takes nothing: the disk's own word for it, for still and clip."""
    section = FileSource(type="file", path=str(film))
    async with started(studio, job_for(section, folder)) as process:
        await heard(process, Opened)
        await process.send(Capture(id="a", before_s=0.5, after_s=0.1))
        still, clip = await _words(process, 2)
    for word in (still, clip):
        assert isinstance(word, Refused)
        assert (word.id, "No such file" in word.reason) == ("a", True)
