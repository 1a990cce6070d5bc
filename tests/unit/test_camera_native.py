"""What a camera finds by itself becomes episodes, points and trouble like what we find."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from edge.drivers.camera.codec import Said
from edge.drivers.camera.link import CameraLink
from edge.drivers.camera.listening import NativeLeg
from edge.drivers.camera.native import MOST_OPEN, Native, spec_of
from edge.errors import LinkDown
from tests.fakes import time as virtual
from tests.fakes.camera_link import PROFILES, Scene, placed, section

EVENTS = {"type": "hikvision", "url": "http://192.0.2.9", "username": "w"}
ZONE = "native"


def steps(native: Native, *said: tuple[float, Said | None]) -> list[tuple[float, str, str]]:
    """What follows from words at these times, or from the time alone."""
    found: list[tuple[float, str, str]] = []
    for t, each in said:
        follows = native.tick(t) if each is None else native.hear(each, t)
        found += [(t, step.phase, step.what) for step in follows]
    return found


def hik(code: str, way: Any = "again", where: str = "1") -> Said:
    """A word of a Hikvision camera."""
    return Said(code=code, way=way, where=where)


def test_what_is_said_again_and_again_is_one_thing() -> None:
    """It ends five seconds after it was said last, as its end often is not said."""
    native = Native(PROFILES["hikvision"].codes)
    words = [(float(t), hik("fielddetection")) for t in range(12)]
    ticks: list[tuple[float, Said | None]] = [(float(t), None) for t in range(12, 20)]
    assert steps(native, *words, *ticks) == [
        (0, "begin", "intrusion"),
        (10, "update", "intrusion"),
        (16, "end", "intrusion"),
    ]


def test_what_has_to_hold_is_not_told_before() -> None:
    """Two seconds for a tamper; what is over sooner never was."""
    native = Native(PROFILES["hikvision"].codes)
    assert steps(native, (0, hik("shelteralarm")), (1, hik("shelteralarm", "off"))) == []
    assert steps(native, (5, hik("tamperdetection")), (6, None), (7, hik("tamperdetection"))) == [
        (7, "begin", "covered")
    ]


def test_what_has_an_end_lasts_until_it_is_said() -> None:
    """Dahua says Start and Stop, minutes apart; a Pulse is over by itself."""
    native = Native(PROFILES["dahua"].codes)
    begin, end = (Said(code="CrossRegionDetection", way=way) for way in ("on", "off"))
    pulse = Said(code="CrossLineDetection", way="pulse")
    found = steps(
        native, (0, begin), (1, begin), (300, end), (301, pulse), (305.9, None), (307, None)
    )
    assert found == [
        (0, "begin", "intrusion"),
        (300, "end", "intrusion"),
        (301, "begin", "line_crossing"),
        (307, "end", "line_crossing"),
    ]


def test_places_are_told_apart_and_bounded() -> None:
    """Two regions are two things; a camera that makes up regions fills no memory."""
    native = Native(PROFILES["hikvision"].codes)
    assert len(steps(native, (0, hik("loitering")), (0, hik("loitering", where="2")))) == 2
    for number in range(500):
        list(native.hear(hik("loitering", where=f"x{number}"), 0.0))
    assert len(list(native.lose(1.0))) == MOST_OPEN


@pytest.mark.parametrize(
    ("make", "code", "what"),
    [
        ("hikvision", "FieldDetection", "intrusion"),
        ("onvif", "VideoSource/ImageTooDark/AnalyticsService", "dark"),
        ("onvif", "RuleEngine/LineDetector/Crossed", "line_crossing"),
        ("onvif", "RuleEngine/Unknown/Thing", None),
        ("dahua", "VideoBlind", "covered"),
        ("generic", "VMD", None),
    ],
)
def test_what_codes_mean(make: str, code: str, what: str | None) -> None:
    """Small and large letters are alike; a topic is what it begins with."""
    spec = spec_of(code, PROFILES[make].codes)
    assert (spec.what if spec else None) == what


class FakeLeg:
    """Stands in for the wire: says what it is told to, or fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: asyncio.Queue[Said | LinkDown] = asyncio.Queue()
        self.served = 0
        fake = self

        async def serve(leg: NativeLeg, opened: Callable[[], Awaitable[None]]) -> None:
            await fake.serve(leg, opened)

        monkeypatch.setattr(NativeLeg, "serve", serve)

    async def serve(self, leg: NativeLeg, opened: Callable[[], Awaitable[None]]) -> None:
        """Serve until told to fail."""
        self.served += 1
        await opened()
        while True:
            each = await self.said.get()
            if isinstance(each, LinkDown):
                raise each
            await leg._ear.hear(each)

    def say(self, *words: Said | LinkDown) -> None:
        """Let it say these."""
        for word in words:
            self.said.put_nowait(word)


def scene(monkeypatch: pytest.MonkeyPatch) -> tuple[Scene, FakeLeg]:
    """A Hikvision camera whose own events are heard."""
    leg = FakeLeg(monkeypatch)
    return Scene(CameraLink(section(events=EVENTS), placed("hikvision"))), leg


def phases(story: Scene) -> Sequence[tuple[str, str, str]]:
    """Every step of what was seen."""
    return [(each.phase, each.what, each.basis) for each in story.kinds("vision.")]


def test_native_events_are_events_and_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """In no zone of ours, by the camera's own word; a health code joins our own verdict."""

    async def main() -> None:
        story, leg = scene(monkeypatch)
        await asyncio.sleep(1)
        await story.seconds(2)
        assert story.readings(f"{ZONE}.intrusion") == [(False, "good")]
        leg.say(hik("fielddetection"), hik("VMD", where=""))
        await story.seconds(3)
        assert story.readings(f"{ZONE}.intrusion")[-1] == (True, "good")
        assert story.readings("motion") == [(False, "good"), (True, "good")]
        for _ in range(3):
            leg.say(hik("shelteralarm"))
            await story.seconds(1)
        assert story.readings("covered")[-1] == (True, "good")
        await story.seconds(8)
        assert story.readings("covered")[-1] == (False, "good")
        assert story.readings(f"{ZONE}.intrusion")[-1] == (False, "good")
        assert phases(story)[:2] == [
            ("begin", "intrusion", "camera"),
            ("begin", "motion", "camera"),
        ]
        assert sorted(each for each in phases(story) if each[0] == "end") == [
            ("end", "covered", "camera"),
            ("end", "intrusion", "camera"),
            ("end", "motion", "camera"),
        ]
        await story.end()

    virtual.run(main())


def test_losing_the_events_degrades_the_camera_and_ends_what_went_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pictures go on; the keeper opens the events again, and the camera is well again."""

    async def main() -> None:
        story, leg = scene(monkeypatch)
        await asyncio.sleep(1)
        leg.say(hik("fielddetection"))
        await story.seconds(2)
        leg.say(LinkDown("no sign of life for 60 s"))
        await story.seconds(1)
        assert [each[0] for each in phases(story)] == ["begin", "end"]
        for _ in range(8):
            leg.say(LinkDown("refused"))
            await story.seconds(2)
        changes = [(each.state, each.reason) for each in story.kinds("device.")]
        assert changes[1:] == [
            ("degraded", "its own events are not heard: no sign of life for 60 s")
        ] or changes[1:] == [("degraded", "its own events are not heard: refused")]
        assert story.readings(f"{ZONE}.intrusion")[-1] == (None, "bad")
        while not leg.said.empty():
            leg.said.get_nowait()
        await story.seconds(60)
        assert [each.state for each in story.kinds("device.")][-1] == "online"
        assert story.readings(f"{ZONE}.intrusion")[-1] == (False, "good")
        assert leg.served > 4
        assert len(story.studio.processes) == 1
        await story.end()

    virtual.run(main())


def test_the_leg_ends_with_its_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera that is lost is heard no more until it is back; then it is heard again."""

    async def main() -> None:
        story, leg = scene(monkeypatch)
        await asyncio.sleep(1)
        story.process.die()
        await asyncio.sleep(0.1)
        assert [task for task in asyncio.all_tasks() if task.get_name().startswith("leg")] == []
        await asyncio.sleep(5)
        assert leg.served == 2
        await story.end()

    virtual.run(main())


def test_unknown_codes_are_in_the_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A technician finds what the profile does not have."""

    async def main() -> None:
        story, leg = scene(monkeypatch)
        await asyncio.sleep(1)
        leg.say(hik("newSmartThing"))
        await story.seconds(1)
        frame = next(each for each in story.keeper.trace.frames() if "events" in each.note)
        assert frame.note == "events unknown code"
        parts = story.link.describe(frame, ())
        assert [
            part.words.en for part in parts if part.value == "newSmartThing" and part.words
        ] == ["the profile does not have this code"]
        assert phases(story) == []
        await story.end()

    virtual.run(main())
