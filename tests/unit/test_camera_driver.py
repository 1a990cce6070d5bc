"""A camera's session: what its process says becomes records, and nothing is left hanging."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from edge.drivers.camera.link import CameraLink
from edge.errors import CommandRejected
from edge.model import LinkChanged, VisionChanged
from edge.vision.words import Look, Seen
from tests.fakes import time as virtual
from tests.fakes.camera_link import LANE, FakeStudio, Scene, capture, lost, placed, section

BAD = (None, "bad")
FALSE = (False, "good")
TRUE = (True, "good")


def scene(folder: Path | None = None) -> Scene:
    """A camera that has just been opened."""
    return Scene(CameraLink(section(), placed()), folder=folder)


def test_a_session_begins_and_ends_with_a_word() -> None:
    """Online with what comes, offline with why not, once each; open again within four seconds."""

    async def main() -> None:
        story = scene()
        await asyncio.sleep(1)
        await story.seconds(3)
        first = story.process
        first.say(lost())
        await asyncio.sleep(5)
        assert first.ended
        assert len(story.studio.processes) == 2
        assert [(each.kind, each.reason) for each in story.kinds("device.")] == [
            ("device.online", "640 × 360 h264"),
            ("device.offline", "nothing has come for 3 s"),
            ("device.online", "640 × 360 h264"),
        ]
        links = [(each.up, each.reason) for each in story.told if isinstance(each, LinkChanged)]
        assert links == [
            (True, "connected"),
            (False, "nothing has come for 3 s"),
            (True, "connected"),
        ]
        await story.end()

    virtual.run(main())


def test_a_camera_that_does_not_open_is_tried_every_few_seconds() -> None:
    """Four seconds at the longest between two tries, and the reason is told."""

    async def main() -> None:
        studio = FakeStudio()
        studio.opens = False
        story = Scene(CameraLink(section(), placed()), studio=studio)
        for _ in range(6):
            await asyncio.sleep(4.1)
            story.process.say(lost("refused"))
        assert len(studio.processes) >= 6
        assert all(each.ended for each in studio.processes[:-1])
        assert story.keeper.standing is not None
        assert story.keeper.standing.reason == "refused"
        await story.end()

    virtual.run(main())


def test_the_job_holds_what_the_process_needs(tmp_path: Path) -> None:
    """The sections as JSON, the models, where pictures may go, the site's time zone."""

    async def main() -> None:
        story = scene(tmp_path)
        await asyncio.sleep(1)
        job = story.process.job
        assert (job.camera, job.timezone, job.detector) == (
            "camera-1",
            "Asia/Shanghai",
            "/run/detector.sock",
        )
        assert (job.objects, job.faces, job.evidence) == ("yolox_nano", "yunet", str(tmp_path))
        assert b"192.0.2.9" in job.source
        assert b"lane_occupied" in job.address
        assert job.ring_s == 12.0
        await story.end()

    virtual.run(main())


def test_ills_are_points() -> None:
    """Yes, no, and what cannot be seen, which is neither; told when it changes and now and then."""

    async def main() -> None:
        story = scene()
        await asyncio.sleep(1)
        await story.seconds(5)
        await story.seconds(3, ills={"covered": "yes", "moved": "not_observable"})
        await story.seconds(3)
        assert story.readings("covered") == [FALSE, TRUE, FALSE]
        assert story.readings("moved") == [FALSE, (None, "uncertain"), FALSE]
        await story.seconds(60)
        assert len(story.readings("covered")) == 5
        story.process.say(lost())
        await asyncio.sleep(0.1)
        assert story.readings("covered")[-1] == BAD
        await story.end()

    virtual.run(main())


def test_a_finding_is_an_event_and_a_point() -> None:
    """Begin, update and end under one name; the zone's point is true meanwhile, with what it is."""

    async def main() -> None:
        story = scene()
        await asyncio.sleep(1)
        await story.seconds(65)
        assert story.readings("lane.lane_occupied") == [BAD, BAD, BAD, FALSE]
        story.process.say(story.found("begin"), story.found("begin", "2"))
        await story.seconds(2)
        story.process.say(story.found("update", dwell=70), story.found("end", dwell=75))
        await story.seconds(2)
        assert story.readings("lane.lane_occupied")[4:] == [TRUE]
        story.process.say(story.found("end", "2", dwell=76))
        await story.seconds(2)
        assert story.readings("lane.lane_occupied")[4:] == [TRUE, FALSE]
        seen = [each for each in story.told if isinstance(each, VisionChanged)]
        assert [(each.phase, each.object.partition(".")[2], each.dwell_s) for each in seen] == [
            ("begin", "1", 60),
            ("begin", "2", 60),
            ("update", "1", 70),
            ("end", "1", 75),
            ("end", "2", 76),
        ]
        assert {(each.device, each.what, each.zone, each.basis) for each in seen} == {
            ("camera-1", "lane_occupied", "lane", "model")
        }
        assert seen[0].at - seen[0].since == seen[1].at - seen[1].since
        assert (seen[0].at - seen[0].since).total_seconds() == 60
        await story.end()

    virtual.run(main())


def test_nothing_is_believed_before_somebody_could_have_noticed() -> None:
    """What takes three seconds is not known for five, without a detector what needs one never."""

    async def main() -> None:
        story = scene()
        await asyncio.sleep(1)
        await story.seconds(65, missing="yolox_nano: not there; whistle models pull yolox_nano")
        assert set(story.readings("lane.lane_occupied")) == {BAD}
        assert story.readings("lane.left_object")[:2] == [BAD, FALSE]
        await story.seconds(30)
        assert set(story.readings("lane.lane_occupied")) == {BAD}
        await story.seconds(40)
        assert story.readings("lane.lane_occupied")[-1] == FALSE
        await story.seconds(3, ills={"covered": "yes"})
        assert story.readings("lane.lane_occupied")[-1] == BAD
        assert story.readings("lane.left_object")[-1] == BAD
        await story.end()

    virtual.run(main())


def test_what_goes_on_ends_with_the_session() -> None:
    """The camera is lost, or its process killed: each thing ends, its point is not known."""

    async def main() -> None:
        story = scene()
        await asyncio.sleep(1)
        await story.seconds(2)
        story.process.say(story.found("begin"))
        await story.seconds(1)
        assert list(story.states) == ["camera:camera-1"]
        story.process.die()
        await asyncio.sleep(5)
        assert [each.phase for each in story.kinds("vision.")] == ["begin", "end"]
        assert story.readings("lane.lane_occupied")[-1] == BAD
        assert story.states == {}
        assert story.kinds("device.offline")[0].reason == "the camera's process was killed"
        await story.end()

    virtual.run(main())


def test_what_went_on_when_the_gateway_died_ends_when_it_is_back() -> None:
    """It is known from what was kept beside its beginning, and under the same name."""

    async def main() -> None:
        story = scene()
        await asyncio.sleep(1)
        await story.seconds(2)
        story.process.say(story.found("begin"))
        await story.seconds(1)
        kept = dict(story.states)
        await story.end()
        assert [each.phase for each in story.kinds("vision.")] == ["begin"]

        link = CameraLink(section(), placed())
        link.recall(kept)
        again = Scene(link)
        await asyncio.sleep(1)
        ended = again.kinds("vision.")
        assert [each.phase for each in ended] == ["end"]
        assert ended[0].object == story.kinds("vision.")[0].object
        assert again.states == {}
        await again.end()
        for nonsense in (b"", b"{}", b'[{"what": 1}]', b"\xff"):
            link.recall({"camera:camera-1": nonsense})
        assert link.farewell(virtual.now()) is None

    virtual.run(main())


def test_a_link_that_is_closed_for_good_says_goodbye() -> None:
    """Its zones are drawn anew, say: what went on is over, and nothing of it stays kept."""

    async def main() -> None:
        story = scene()
        await asyncio.sleep(1)
        story.process.say(story.found("begin"))
        await story.seconds(1)
        await story.end()
        report = story.link.farewell(virtual.now())
        assert report is not None
        assert [each.kind for each in report.records] == ["vision.end"]
        assert report.states == {"camera:camera-1": None}
        assert story.link.farewell(virtual.now()) is None

    virtual.run(main())


def test_a_person_can_look() -> None:
    """A picture that is made for it and kept nowhere; ten seconds are waited for it."""

    async def main() -> None:
        story = scene()
        await asyncio.sleep(1)
        driver = story.keeper.driver
        looking = asyncio.create_task(driver.look(320), name="looking")  # type: ignore[union-attr]
        await asyncio.sleep(1)
        asked = story.process.told[0]
        assert isinstance(asked, Look)
        assert asked.width == 320
        story.process.say(Seen(id=asked.id, jpeg=b"\xff\xd8canary", at=virtual.now()))
        assert (await looking).jpeg == b"\xff\xd8canary"
        assert all(b"canary" not in frame.body for frame in story.keeper.trace.frames())
        with pytest.raises(CommandRejected, match="10 s"):
            await driver.look(320)  # type: ignore[union-attr]
        await story.end()

    virtual.run(main())


def test_a_link_without_its_device_can_be_opened() -> None:
    """Whoever adds a camera tries the address first, and looks: nothing is told of a device."""

    async def main() -> None:
        story = Scene(CameraLink(section(), None))
        await asyncio.sleep(1)
        await story.seconds(3)
        assert [each.kind for each in story.told] == ["link.changed"]
        assert story.process.job.camera == "camera"
        with pytest.raises(CommandRejected):
            await story.keeper.execute(capture())
        await story.end()

    virtual.run(main())


def test_without_a_studio_no_camera_is_opened() -> None:
    """A link that is made outside of a gateway says so."""

    async def main() -> None:
        link = CameraLink(section(), placed(zones={"lane": LANE}))
        story = Scene(link)
        link.studio = None
        await asyncio.sleep(1)
        assert story.keeper.standing is not None
        assert story.keeper.standing.reason == "cameras are not run here"
        await story.end()

    virtual.run(main())
