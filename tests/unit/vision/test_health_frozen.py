"""A picture that stands still is told from a scene in which nothing moves, or called unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from edge.vision.findings import Verdict
from edge.vision.health import Health
from edge.vision.pictures import Frame, Image
from simulators import light
from simulators.overlay import written
from tests.fakes.clips import CAR, PEOPLE, WORKER, clip
from tests.fakes.coded import recoded
from tests.fakes.health_scene import (
    SECTION,
    SLACK_S,
    after_s,
    changed,
    frozen,
    seed,
    times,
    told,
    yes,
)
from tests.fakes.time import EPOCH

RATE = 3.2


def pictures(seconds: float, per_second: float = RATE) -> Iterator[tuple[float, int]]:
    """Yield times and numbers."""
    for number in range(int(seconds * per_second)):
        yield number / per_second, number


def still(name: str, seconds: float, grain: float, start: float = 0.0) -> Iterator[Frame]:
    """Yield a scene in which nothing moves, as a sensor sees it."""
    image = clip(name, width=320, per_second=RATE).images[3]
    looks = [light.grain(image, grain, seed=n) if grain else image for n in range(7)]
    for t, number in pictures(seconds):
        yield Frame(looks[number % len(looks)], start + t, EPOCH + timedelta(seconds=start + t))


def grainy(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Yield the frames as a sensor would have seen them."""
    return (replace(f, image=light.grain(f.image, 1.5, seed=seed(f.t))) for f in frames)


def clocked(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Yield the frames with a clock in them."""
    for f in frames:
        words = f"2026-01-01 22:00:{int(f.t):02}"
        yield replace(f, image=written(f.image, words, size=0.5, y=60))


def as_jpeg(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Yield the frames, each coded to JPEG by itself."""
    return (replace(f, image=light.jpeg(f.image, 50)) for f in frames)


def good_h264(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Yield the frames as H.264 of a good bit rate brings them."""
    return recoded(frames, crf=20, per_second=3)


@pytest.mark.parametrize(
    ("name", "way"), [(WORKER, iter), (CAR, as_jpeg), (WORKER, good_h264), (CAR, good_h264)]
)
def test_a_lively_camera_that_freezes_is_told_in_time(
    name: str, way: Callable[[Iterable[Frame]], Iterator[Frame]]
) -> None:
    """Also while the clock in its picture goes on, and through an encoder that goes on."""
    shown = clip(name, width=320, per_second=RATE).frames(21)
    said = told(way(clocked(frozen(grainy(shown), 8, 15.9))))
    found = times(said, "frozen", 8, 15.9)
    assert found is not None, "never told"
    assert after_s("frozen") - 0.5 <= found[0] <= after_s("frozen") + SLACK_S
    assert found[1] <= SECTION.well_after.total_seconds() + SLACK_S
    assert [ill for ill, _ in yes(said)] == ["frozen"]


@pytest.mark.parametrize(
    ("name", "crf", "grain"), [(PEOPLE, 27, 0.0), (PEOPLE, 34, 0.5), (CAR, 34, 0.0)]
)
def test_a_still_scene_that_is_coded_strongly_is_neither_frozen_nor_well(
    name: str, crf: int, grain: float
) -> None:
    """Identical between whole pictures, for as long as nobody comes: nobody can know."""
    health = Health(SECTION)
    said = told(recoded(still(name, 25, grain), crf=crf, per_second=3), health)
    assert [ill for ill, _ in yes(said)] == []
    if grain == 0:
        assert health.ills["frozen"] == "not_observable"


def test_a_busy_day_makes_no_frozen_night() -> None:
    """People all the time, then nobody: movement says nothing of how still a scene can be."""
    day = list(clip(PEOPLE, width=320, per_second=RATE).frames(15))
    night = still(PEOPLE, 25, 0.5, start=15)
    health = Health(SECTION)
    said = told(recoded([*day, *night], crf=34, per_second=3), health)
    assert [ill for ill, _ in yes(said)] == []
    assert health.ills["frozen"] == "not_observable"


def corridor(minutes: float, pulses: float, until: float) -> Iterator[Frame]:
    """Yield one identical picture, another at each pulse, at a picture in 1.25 s."""
    shown = clip(PEOPLE, width=320, per_second=RATE).images[3]
    looks = [light.grain(shown, 1.0, seed=n) for n in range(5)]
    for t, _ in pictures(minutes * 60, 0.8):
        image: Image = looks[int(min(t, until) / pulses) % 5]
        yield Frame(image, t, EPOCH + timedelta(seconds=t))


def test_a_corridor_that_is_the_same_for_minutes_is_not_told() -> None:
    """A whole picture each 20 s and the same between: live, and nothing moves by which to know."""
    health = Health(SECTION)
    said = told(corridor(6, 20, 1e9), health)
    assert yes(said) == []
    assert health.ills["frozen"] == "not_observable"


def test_that_not_even_whole_pictures_come_any_more_is_told() -> None:
    """The pulses of a quiet camera stop: told after several times their pause."""
    said = told(corridor(7, 20, 200))
    (told_at,) = [t for ill, t in yes(said) if ill == "frozen"]
    assert 200 + 3 * 20 <= told_at <= 200 + 6 * 20


def test_rain_that_ends_does_not_freeze_it() -> None:
    """Hardly a fifth of how much the pictures varied is left: they vary all the same."""
    shown = clip(WORKER, width=320, per_second=RATE).frames(26)
    wet = changed(shown, lambda i, t: light.rain(i, seed=seed(t)), 0, 16)
    assert yes(told(wet)) == []


def test_lights_that_take_the_grain_away_do_not_freeze_it() -> None:
    """By night the sensor is grainy; the lamps go on, and hardly any grain is left."""
    image = clip(WORKER, width=320, per_second=RATE).images[3]
    dim = np.asarray(image * 0.4, np.uint8)

    def seen() -> Iterator[Frame]:
        for t, number in pictures(30):
            shown = (
                light.grain(dim, 4, seed=number) if t < 12 else light.grain(image, 0.4, seed=number)
            )
            yield Frame(shown, t, EPOCH + timedelta(seconds=t))

    assert yes(told(seen())) == []


def test_until_it_is_known_how_the_picture_varies_nothing_is_said() -> None:
    """The first seconds of a session: neither frozen nor well."""
    health = Health(SECTION)
    verdicts: list[Verdict] = []
    for frame in still(WORKER, 4, 1.0):
        health.see(frame)
        verdicts.append(health.ills["frozen"])
    assert set(verdicts) == {"not_observable"}
    told(still(WORKER, 8, 1.0, start=4), health)
    assert health.ills["frozen"] == "no"
