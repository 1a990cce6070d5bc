"""What is told as a large thing in a lift's cabin."""

from __future__ import annotations

from edge.vision.findings import Box
from edge.vision.pictures import Image, Track
from tests.fakes.put_down import bicycle, cabin, lit, somebody
from tests.fakes.watched import Tracks, Watched, filmed, no_detector, person

CABIN_OBJECT: dict[str, object] = {"what": "cabin_object"}
INSIDE = ((0.125, 0.11), (0.875, 0.11), (0.875, 0.95), (0.125, 0.95))
CABIN = cabin()
FPS = 5.0


def scene(t: float) -> Image:
    """A bicycle is in the cabin from 10 s until 20 s."""
    return bicycle(CABIN) if 10 <= t < 20 else CABIN


def rider(t: float) -> list[Track]:
    """Somebody whom the detector sees from 10 s until 20 s."""
    return [person(t, Box(0.25, 0.38, 0.38, 0.95))] if 10 <= t < 20 else []


def test_a_bicycle_in_the_cabin_is_told_within_its_time_and_over_when_it_is_out() -> None:
    """Three seconds, one episode; without a detector it says by its confidence that it guesses."""
    watched = Watched(CABIN_OBJECT, INSIDE)
    watched.show(filmed(scene, 26.0, FPS))
    assert watched.phases() == ["begin", "end"]
    begin, end = watched.findings
    assert 13.0 <= begin.t <= 15.5
    assert end.t <= 23.0
    assert 8.0 <= end.dwell_s <= 11.0
    assert begin.confidence < 0.65
    assert begin.basis == "classical"
    assert begin.box is not None
    assert begin.box.left < 0.5 < begin.box.right


def test_somebody_alone_is_no_thing() -> None:
    """Whom a detector sees is left out; without one, who sways as people do is left out too."""
    ways: tuple[Tracks, ...] = (rider, no_detector)
    for tracks in ways:
        watched = Watched(CABIN_OBJECT, INSIDE)
        frames = filmed(lambda t: somebody(CABIN, t) if 10 <= t < 20 else CABIN, 20.0, FPS)
        watched.show(frames, tracks=tracks)
        assert watched.findings == []


def test_a_rider_does_not_hide_the_bicycle() -> None:
    """With a detector what is left of the cabin besides the person is the thing."""
    watched = Watched(CABIN_OBJECT, INSIDE)
    frames = filmed(lambda t: somebody(scene(t), t) if 10 <= t < 20 else CABIN, 24.0, FPS)
    watched.show(frames, tracks=rider)
    assert watched.phases() == ["begin", "end"]
    assert watched.findings[0].confidence >= 0.7


def test_light_and_what_was_taken_out_are_nothing() -> None:
    """A lamp that goes off to save power; a bicycle that stood there when all began."""
    for picture in (
        lambda t: lit(CABIN, 0.45) if 10 <= t < 20 else CABIN,
        lambda t: bicycle(CABIN) if t < 10 else CABIN,
    ):
        watched = Watched(CABIN_OBJECT, INSIDE)
        watched.show(filmed(picture, 24.0, FPS))
        assert watched.findings == []


def test_once_the_bicycle_of_the_beginning_is_out_the_next_is_told() -> None:
    """The bare cabin is learnt in a few seconds of quiet."""
    watched = Watched(CABIN_OBJECT, INSIDE)
    watched.show(filmed(lambda t: CABIN if 10 <= t < 22 else bicycle(CABIN), 28.0, FPS))
    assert watched.phases() == ["begin"]
    assert watched.findings[0].t > 24.0


def test_a_parcel_is_too_small() -> None:
    """Less than 6 % of the cabin: a shopping bag is no concern."""
    small = CABIN.copy()
    small[130:155, 200:230] = (40, 70, 110)
    watched = Watched(CABIN_OBJECT, INSIDE)
    watched.show(filmed(lambda t: small if t >= 10 else CABIN, 20.0, FPS))
    assert watched.findings == []


def test_before_the_cabin_was_seen_empty_it_says_so() -> None:
    """Nothing is told, and why: a cabin in which somebody always moves cannot be learnt."""
    watched = Watched(CABIN_OBJECT, INSIDE)
    watched.show(filmed(lambda t: somebody(CABIN, 3 * t), 10.0, FPS))
    assert watched.findings == []
    assert "empty" in watched.watching.unable
