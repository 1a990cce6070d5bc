"""Picture health: what explains what, what cannot be seen, and that only time counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from edge.vision.findings import Verdict
from edge.vision.health import Health
from edge.vision.health.health import ACCEPTED_AFTER
from edge.vision.health.holding import Holding
from edge.vision.pictures import Frame, Image
from simulators import attacks, light
from tests.fakes.clips import WORKER, clip
from tests.fakes.coded import h264
from tests.fakes.health_scene import SECTION, changed, frozen, seed, told, yes
from tests.fakes.time import EPOCH

WIDTH = 320
RATE = 3.2
"""Pictures a second: enough to be judged by, and a third cheaper than five."""


def workshop(seconds: float, start: float = 0.0) -> Iterator[Frame]:
    """Yield a real scene with a person in it."""
    return clip(WORKER, width=WIDTH, per_second=RATE).frames(seconds, start=start)


def wall(seconds: float, gray: int = 150) -> Iterator[Frame]:
    """Yield a bare wall, lit from one side, as a sensor sees it."""
    side = np.linspace(0.8, 1.1, 320, dtype=np.float32)[None, :, None]
    plain = np.asarray(np.full((180, 320, 3), gray, np.float32) * side, np.uint8)
    for number in range(int(seconds * 5)):
        t = number / 5
        yield Frame(light.grain(plain, 1.5, seed=number), t, EPOCH + timedelta(seconds=t))


def test_before_a_picture_nothing_is_known() -> None:
    """A session that begins does not end what the one before has told."""
    assert set(Health(SECTION).ills.values()) == {"not_observable"}


def test_a_bare_wall_does_not_let_it_be_seen() -> None:
    """Without texture covered, moved and defocused are not observable; the rest is."""
    health = Health(SECTION)
    told(wall(15), health)
    assert health.ills == {
        "frozen": "no",
        "covered": "not_observable",
        "defocused": "not_observable",
        "moved": "not_observable",
        "dark": "no",
        "corrupt": "no",
    }


def test_a_lens_that_is_covered_from_the_start_is_told() -> None:
    """Nothing has an outline and exposure cannot make it bright: something takes the light."""
    shown = (replace(f, image=attacks.cover(f.image, seed=seed(f.t))) for f in workshop(8))
    health = Health(SECTION)
    assert [ill for ill, _ in yes(told(shown, health))] == ["covered"]
    told(workshop(10, start=8), health)
    assert set(health.ills.values()) == {"no"}


def test_covered_hides_the_rest() -> None:
    """Under a cover nothing else is known, and none of it is said to be well either."""
    health = Health(SECTION)
    covered = changed(workshop(17), lambda i, t: attacks.cover(i, seed=seed(t)), 8, 17)
    told(covered, health)
    assert health.ills == {
        "frozen": "not_observable",
        "covered": "yes",
        "defocused": "not_observable",
        "moved": "not_observable",
        "dark": "not_observable",
        "corrupt": "no",
    }


def test_frozen_keeps_the_rest_as_it_was() -> None:
    """A moved camera whose picture freezes stays moved; nothing else is said of it meanwhile."""
    moved = changed(workshop(35), lambda i, _: attacks.shift(i, 0.1), 8, 35)
    health = Health(SECTION)
    said = told(frozen(moved, 18, 29), health)
    assert [ill for ill, _ in yes(said)] == ["moved", "frozen"]
    assert not [each for each in said if 23.8 < each.t < 29]
    assert health.ills["moved"] == "yes"


def test_a_camera_that_was_turned_on_purpose_is_accepted() -> None:
    """After a shift the new view is the usual one, and then covering it is told."""
    health = Health(SECTION)
    turned: list[Frame] = list(changed(workshop(18), lambda i, _: attacks.shift(i, 0.4), 8, 18))
    assert [ill for ill, _ in yes(told(turned, health))] == ["moved"]
    later = ACCEPTED_AFTER.total_seconds() + 60
    view = [replace(f, image=attacks.shift(f.image, 0.4)) for f in workshop(12, start=later)]
    assert not yes(told(view, health))
    assert set(health.ills.values()) == {"no"}
    covered = [replace(f, image=attacks.cover(f.image)) for f in workshop(8, start=later + 12)]
    assert [ill for ill, _ in yes(told(covered, health))] == ["covered"]


def test_an_attack_is_not_learned_while_it_goes_on() -> None:
    """After a long cover the view is known at once: it ends in time and nothing else is told."""
    health = Health(SECTION)
    said = told(
        changed(workshop(42), lambda i, t: attacks.cover(i, 0.5, seed=seed(t)), 8, 37), health
    )
    assert [ill for ill, _ in yes(said)] == ["covered"]
    assert health.ills["covered"] == "no"


@pytest.mark.parametrize("per_second", [1, 12])
def test_time_counts_and_not_pictures(per_second: int) -> None:
    """A camera at one picture a second is judged as fast as one at 12."""
    images = clip(WORKER, width=WIDTH, per_second=RATE).images
    health = Health(SECTION)
    at: list[float] = []
    for number in range(18 * per_second):
        t = number / per_second
        image: Image = images[(number * 3 // per_second) % len(images)]
        shown = attacks.cover(image, seed=number) if t >= 10 else image
        health.see(Frame(shown, t, EPOCH + timedelta(seconds=t)))
        at += [t] * (health.ills["covered"] == "yes")
    assert 15 <= at[0] <= 17


def test_what_the_decoder_complains_about_is_corrupt() -> None:
    """Broken decodes are corrupt though the picture looks sound; a single one is not."""
    health = Health(SECTION)
    for number, frame in enumerate(workshop(20)):
        health.see(frame, broken=number == 20 or (frame.t >= 10 and number % 2 == 0))
        if frame.t < 10:
            assert health.ills["corrupt"] == "no"
    assert health.ills["corrupt"] == "yes"
    assert set(health.ills.values()) == {"yes", "no"}


def test_a_stream_with_damaged_packets_is_corrupt() -> None:
    """Bytes of real H.264 that are changed on the way are told, also where they are concealed."""
    chance = np.random.default_rng(3)

    def spoil(number: int, coded: bytes) -> bytes:
        if number < 25 or number % 6 == 0:
            return coded
        damaged = bytearray(coded)
        for place in chance.integers(12, len(coded), 6).tolist():
            damaged[place] ^= 0x55
        return bytes(damaged)

    health = Health(SECTION)
    images = [frame.image for frame in workshop(18)]
    for number, (image, broken) in enumerate(h264(images, per_second=3, spoil=spoil)):
        t = number / RATE
        health.see(Frame(image, t, EPOCH + timedelta(seconds=t)), broken=broken)
        if number < 25:
            assert health.ills["corrupt"] == "no"
    assert health.ills["corrupt"] == "yes"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("yyyyyyyy", "yes"),
        ("yynnnnyyyy", "no"),
        ("yyynyyyy", "yes"),
        ("yyyyyyyynnn", "yes"),
        ("yyyyyyyynnnnnnn", "no"),
        ("yyyyyyyynnyynnyy", "yes"),
        ("yyyyyyyy???????", "not_observable"),
    ],
)
def test_an_ill_has_to_last_and_to_be_gone(said: str, expected: Verdict) -> None:
    """Three seconds until it is told, two and a half until it is over; a moment breaks neither."""
    words: dict[str, Verdict] = {"y": "yes", "n": "no", "?": "not_observable"}
    held = Holding(3.0, 2.5)
    held.see("no", 0)
    for number, letter in enumerate(said):
        held.see(words[letter], 1 + number * 0.5)
    assert held.verdict == expected
