"""What is in the trace of a camera's link: words, no picture, no password; each can be told."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.camera.describe import describe
from edge.drivers.camera.link import CameraLink
from edge.drivers.camera.scribe import Scribe
from edge.trace import Frame, Trace
from edge.vision.words import Capture, Seen
from tests.fakes import time as virtual
from tests.fakes.camera_link import PROFILES, Scene, lost, placed, section
from tests.fakes.time import EPOCH


def frame(body: bytes) -> Frame:
    """A frame as it is kept."""
    return Frame(1, EPOCH, "in", "camera-1", body)


def test_words_are_told_value_by_value_in_both_languages() -> None:
    """Kinds, ills and findings have names and meanings; what has none stands as it is."""

    async def main() -> None:
        story = Scene(CameraLink(section(), placed()))
        await asyncio.sleep(1)
        lacks = {"lane.bin_full": "bin_full has not been taught"}
        await story.seconds(1, ills={"moved": "not_observable"}, unable=lacks)
        story.process.say(story.found("begin"))
        await story.seconds(1)
        story.process.say(lost())
        await asyncio.sleep(0.1)
        frames = story.keeper.trace.frames()
        assert [each.note for each in frames] == ["Opened", "State", "Found", "Ended"]
        told = {
            (part.name.en, part.value): part.words.en if part.words else ""
            for each in frames
            for part in story.link.describe(each, ())
        }
        assert told["Moved", "not_observable"] == "cannot be seen"
        assert ("Why not lane.bin_full", lacks["lane.bin_full"]) in told
        assert told["What is seen", "lane_occupied"] == "Lane occupied"
        assert told["Kind", "Ended"] == "the session is over"
        assert told["Reason", "nothing has come for 3 s"] == ""
        tally = story.keeper.trace.devices["camera-1"]
        assert (tally.good, tally.failed, tally.last_reason) == (2, 1, "nothing has come for 3 s")
        await story.end()

    virtual.run(main())


def test_states_do_not_push_everything_else_out() -> None:
    """One in ten is noted; each counts as a sign of life."""

    async def main() -> None:
        story = Scene(CameraLink(section(), placed()))
        await asyncio.sleep(1)
        await story.seconds(100)
        frames = story.keeper.trace.frames()
        assert len([each for each in frames if each.note == "State"]) == 10
        assert story.keeper.trace.devices["camera-1"].good == 100
        await story.end()

    virtual.run(main())


def test_no_picture_and_no_password_is_kept() -> None:
    """A look leaves its size, a job nothing at all."""

    async def main() -> None:
        secret = b"canary"
        trace = Trace(virtual.now)
        scribe = Scribe(trace, "camera-1")
        scribe.came(Seen(id="l", jpeg=secret * 100, at=EPOCH))
        scribe.went(Capture(id="c"))
        bodies = [each.body for each in trace.frames()]
        assert bodies[0] == b'{"type":"Seen","id":"l","bytes":600}'
        assert not any(secret in body for body in bodies)
        link = CameraLink(section(), placed())
        story = Scene(link)
        await asyncio.sleep(1)
        assert all(b"rtsp" not in each.body for each in story.keeper.trace.frames())
        await story.end()

    virtual.run(main())


@given(st.binary(max_size=300))
def test_any_bytes_can_be_told(body: bytes) -> None:
    """Nothing raises, with a profile or without."""
    for profile in (None, PROFILES["hikvision"]):
        for part in describe(frame(body), profile):
            assert 0 <= part.start <= part.end <= len(body)
            assert part.name.zh
            assert part.name.en
