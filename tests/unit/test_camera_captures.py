"""Captures of a camera: done when the still is kept, and what becomes of the clip."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from edge.drivers.camera.link import CameraLink
from edge.errors import CommandRejected, LinkDown
from edge.model import EvidenceKept, RecordsDropped
from edge.vision.words import Capture, Kept, Refused
from tests.fakes import time as virtual
from tests.fakes.camera_link import Scene, capture, lost, placed, section
from tests.fakes.evidence import left

BAD = (None, "bad")
FALSE = (False, "good")
TRUE = (True, "good")


def scene(folder: Path | None = None) -> Scene:
    """A camera that has just been opened."""
    return Scene(CameraLink(section(), placed()), folder=folder)


def test_a_capture_is_done_when_the_still_is_kept(tmp_path: Path) -> None:
    """The clip follows as an event of its own; both say for which alarm."""
    still, clip = left(tmp_path, "c1"), left(tmp_path, "c1", kind="clip", size=5_000)

    async def main() -> None:
        story = scene(tmp_path)
        await asyncio.sleep(1)
        asking = asyncio.create_task(story.keeper.execute(capture(about="a/b")), name="asking")
        await asyncio.sleep(1)
        assert story.process.told == [Capture(id="c1", before_s=6.0, after_s=4.0)]
        assert not asking.done()
        story.process.say(still)
        assert await asking == f"still {still.sha256[:12]}, its clip follows"
        story.process.say(clip)
        await story.seconds(2)
        kept = [each for each in story.told if isinstance(each, EvidenceKept)]
        assert [(each.what, each.alarm, each.device) for each in kept] == [
            ("still", "a/b", "camera-1"),
            ("clip", "a/b", "camera-1"),
        ]
        await story.end()

    virtual.run(main())


def test_a_clip_that_was_asked_for_survives_its_camera(tmp_path: Path) -> None:
    """The camera is cut off, and that is the evidence: it is waited for, four seconds at most."""
    still, clip = left(tmp_path, "c1"), left(tmp_path, "c1", size=2_000, kind="clip")

    async def main() -> None:
        story = scene(tmp_path)
        await asyncio.sleep(1)
        asking = asyncio.create_task(story.keeper.execute(capture(about="a/b")), name="asking")
        await asyncio.sleep(1)
        process = story.process
        process.say(still, lost())
        await asking
        await asyncio.sleep(2)
        assert not process.ended
        process.say(clip)
        await asyncio.sleep(1)
        assert process.ended
        assert [each.what for each in story.kinds("evidence")] == ["still", "clip"]
        assert story.kinds("device.offline")
        await asyncio.sleep(5)
        waits = asyncio.create_task(story.keeper.execute(capture("c2")), name="asking")
        await asyncio.sleep(1)
        second = story.process
        second.say(lost())
        await asyncio.sleep(4.1)
        assert second.ended
        with pytest.raises(LinkDown, match="lost"):
            await waits
        await story.end()

    virtual.run(main())


def test_captures_that_cannot_be(tmp_path: Path) -> None:
    """Refused by the process, by the disk, without a store, for another action: with a reason."""

    async def main() -> None:
        story = scene(tmp_path)
        await asyncio.sleep(1)
        asking = asyncio.create_task(story.keeper.execute(capture()), name="asking")
        await asyncio.sleep(1)
        story.process.say(Refused(id="c1", reason="the disk is full"))
        with pytest.raises(CommandRejected, match="the disk is full"):
            await asking
        assert story.link.evidence is not None
        story.link.evidence.refusal = "the disk has 3 MB left"
        with pytest.raises(CommandRejected, match="3 MB"):
            await story.keeper.execute(capture())
        story.link.evidence.refusal = ""
        story.process.say(FORGED)
        await story.seconds(1)
        assert [each.count for each in story.told if isinstance(each, RecordsDropped)] == [1]
        asking = asyncio.create_task(story.keeper.execute(capture("c9")), name="asking")
        await asyncio.sleep(1)
        story.process.die()
        with pytest.raises(LinkDown):
            await asking
        await story.end()
        bare = scene()
        await asyncio.sleep(1)
        with pytest.raises(CommandRejected, match="nowhere"):
            await bare.keeper.execute(capture())
        await bare.end()

    virtual.run(main())


FORGED = Kept(
    capture="x",
    kind="still",
    file="../../etc/passwd",
    media_type="image/jpeg",
    size=1,
    sha256="0" * 64,
    blurred="faces",
    began=virtual.EPOCH,
    ended=virtual.EPOCH,
)
