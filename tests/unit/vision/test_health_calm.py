"""What befalls every camera each day is no ill, on real clips."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import pytest

from simulators import light
from tests.fakes.clips import CAR, CLIPS, PEOPLE, WORKER, clip
from tests.fakes.coded import recoded
from tests.fakes.health_scene import HARMLESS, scene, seed, told, yes

WIDTH = 320
RATE = 2.5
"""Pictures a second: enough to be judged by, and half as dear as five."""
SCENES = [
    *((change, WORKER) for change in HARMLESS if change != "untouched"),
    *((change, PEOPLE) for change in ("bus",)),
    *((change, CAR) for change in ("lamps_dim", "bus")),
]


@pytest.mark.parametrize("name", CLIPS)
def test_nothing_is_told_of_a_clip_as_it_is(name: str) -> None:
    """A camera that is well has no ill over the whole clip, and nothing stays unobserved."""
    shown = clip(name, width=WIDTH, per_second=RATE)
    said = told(shown.frames(31 if name == CAR else 12))
    assert not yes(said)
    assert {(each.ill, each.verdict) for each in said} == {
        (ill, "no") for ill in ("frozen", "covered", "defocused", "moved", "dark", "corrupt")
    }


@pytest.mark.parametrize(("change", "name"), SCENES)
def test_what_is_harmless_is_not_told(change: str, name: str) -> None:
    """Other light, noise, weather, drift, coding and a bus are no ill, nor is their end.

    That all lamps are off is: the picture is dark.
    """
    shown = clip(name, width=WIDTH, per_second=RATE)
    frames, *_ = scene(shown, HARMLESS[change], lasting=9, rest=6)
    expected = ["dark"] if change == "lamps_off" else []
    assert [ill for ill, _ in yes(told(frames))] == expected


@pytest.mark.parametrize("name", [PEOPLE, WORKER])
def test_a_stream_of_low_bit_rate_is_well(name: str) -> None:
    """H.264 that holds back all grain between its whole pictures is neither frozen nor blurred."""
    shown = clip(name, width=WIDTH, per_second=RATE)
    assert not yes(told(recoded(shown.frames(14), crf=36, per_second=3)))


def test_a_still_scene_of_low_bit_rate_is_not_frozen() -> None:
    """Nothing moves and the coding lets grain through only each two seconds: it is live."""
    still = clip(PEOPLE, width=WIDTH, per_second=RATE).images[3]
    shown = clip(PEOPLE, width=WIDTH, per_second=RATE).frames(18)
    grainy = (replace(f, image=light.grain(still, 1.5, seed=seed(f.t))) for f in shown)
    assert not yes(told(recoded(grainy, crf=32, per_second=3)))


def test_a_session_that_begins_by_night_outlives_the_morning() -> None:
    """Lamps go on that were off when the session began: that is neither moved nor covered."""
    shown = clip(WORKER, width=WIDTH, per_second=RATE)
    night = (replace(f, image=light.lamps(f.image, 0.12, seed=seed(f.t))) for f in shown.frames(12))
    assert not yes(told(chain(night, shown.frames(13, start=10))))
