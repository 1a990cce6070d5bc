"""How a camera is: rates, shares, what is amiss, told once and without flapping."""

from __future__ import annotations

import asyncio

from edge.drivers.camera.link import CameraLink
from edge.drivers.camera.troubles import BEGINS_S, ENDS_S, Troubles
from edge.model import DeviceChanged
from tests.fakes import time as virtual
from tests.fakes.camera_link import Scene, placed, section
from tests.fakes.time import EPOCH


def changed(story: Scene) -> list[tuple[str, str]]:
    """What was told of the camera after that it is there."""
    changes = [each for each in story.told if isinstance(each, DeviceChanged)]
    return [(each.state, each.reason) for each in changes[1:]]


def test_a_detector_without_time_degrades_the_camera() -> None:
    """With counts, after five seconds; well again after fifteen; each once."""

    async def main() -> None:
        story = Scene(CameraLink(section(), placed()))
        await asyncio.sleep(1)
        await story.seconds(12)
        for second in range(1, 21):
            await story.seconds(1, wanted=5 * second, shed=2 * second)
        assert [state for state, _ in changed(story)] == ["degraded"]
        assert changed(story)[0][1].startswith("too much to look at: ")
        shares = [value for value, _ in story.readings("shed_share")]
        assert shares[0] == 0.0
        assert 0.35 < float(str(shares[-1])) <= 0.4
        await story.seconds(40, wanted=100, shed=40)
        assert changed(story)[1:] == [("online", "well again")]
        await story.end()

    virtual.run(main())


def test_broken_and_slow_pictures_degrade_the_camera() -> None:
    """Two troubles are told as they come, in one line; a busy second is none."""

    async def main() -> None:
        story = Scene(CameraLink(section(), placed()))
        await asyncio.sleep(1)
        await story.seconds(12)
        await story.seconds(2, fps=0.5)
        await story.seconds(12)
        assert changed(story) == []
        for second in range(1, 12):
            await story.seconds(1, broken=5 * second)
        await story.seconds(8, broken=55, fps=0.5)
        states = changed(story)
        assert [state for state, _ in states] == ["degraded", "degraded"]
        assert "pictures broken" in states[0][1]
        assert "0.5 pictures a second, 5 are to be analysed" in states[1][1]
        await story.end()

    virtual.run(main())


def test_a_missing_model_is_told_with_how_to_get_it() -> None:
    """The words of the process, as they are."""

    async def main() -> None:
        story = Scene(CameraLink(section(), placed()))
        await asyncio.sleep(1)
        await story.seconds(10, missing="yolox_nano: whistle models pull yolox_nano")
        assert changed(story) == [("degraded", "yolox_nano: whistle models pull yolox_nano")]
        await story.end()

    virtual.run(main())


def test_a_watch_that_cannot_tell_is_not_known_and_no_trouble_of_the_camera_s() -> None:
    """Not known at once, though it was no a second ago; no again when it has looked for long."""
    unable = {"lane.lane_occupied": "it has not seen the lane empty yet"}

    async def main() -> None:
        story = Scene(CameraLink(section(), placed()))
        await asyncio.sleep(1)
        await story.seconds(75)
        assert story.readings("lane.lane_occupied")[-1] == (False, "good")
        await story.seconds(2, unable=unable)
        assert story.readings("lane.lane_occupied")[-1] == (None, "bad")
        await story.seconds(100, unable=unable)
        assert story.readings("lane.lane_occupied")[-1] == (None, "bad")
        await story.seconds(30)
        assert story.readings("lane.lane_occupied")[-1] == (None, "bad"), "not looked for long yet"
        await story.seconds(45)
        assert story.readings("lane.lane_occupied")[-1] == (False, "good")
        assert changed(story) == []
        await story.end()

    virtual.run(main())


def test_what_comes_and_goes_is_told_neither_way() -> None:
    """Amiss every other second: nothing is told; amiss for long, with gaps: told once."""
    troubles = Troubles("c")
    for t in range(100):
        amiss = {"shed": "x"} if t % 2 else {}
        assert troubles.follow(amiss, EPOCH, float(t)) is None
    told = []
    for t in range(100, 200):
        gap = t % 10 == 9
        each = troubles.follow({} if gap else {"shed": "x"}, EPOCH, float(t))
        told += [each.state] if each else []
    assert told == ["degraded"]
    assert BEGINS_S < ENDS_S


def test_what_ends_is_told_only_when_all_is_well() -> None:
    """Of two troubles one ends: what stands is said; then the other: well again."""
    troubles = Troubles("c")
    for t in range(8):
        troubles.follow({"a": "A", "b": "B"}, EPOCH, float(t))
    told = [troubles.follow({"b": "B"}, EPOCH, float(t)) for t in range(8, 40)]
    told += [troubles.follow({}, EPOCH, float(t)) for t in range(40, 80)]
    assert [(each.state, each.reason) for each in told if each] == [
        ("degraded", "B"),
        ("online", "well again"),
    ]
