"""Attacks on pictures do what they say, leave what they were given, and can be repeated."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from edge.vision.findings import Box
from edge.vision.pictures import Image
from simulators import attacks, light
from tests.fakes.clips import CAR, WORKER, clip

BOX = Box(0.3, 0.4, 0.5, 0.7)
ALL: dict[str, Callable[[Image], Image]] = {
    "cover": lambda i: attacks.cover(i, 0.5, seed=3),
    "blur": attacks.blur,
    "shift": lambda i: attacks.shift(i, 0.1, rotate=3),
    "darken": lambda i: attacks.darken(i, seed=3),
    "corrupt": lambda i: attacks.corrupt(i, seed=3),
    "car": lambda i: attacks.paste_car(i, BOX),
    "bag": lambda i: attacks.drop_object(i, BOX),
    "flame": lambda i: attacks.flame(i, BOX, 1.5),
    "bus": lambda i: attacks.passing_bus(i, 0.6),
    "lamps": lambda i: light.lamps(i, 0.3, seed=3),
    "infrared": lambda i: light.infrared(i, seed=3),
    "rain": lambda i: light.rain(i, seed=3),
    "grain": lambda i: light.grain(i, seed=3),
    "jpeg": light.jpeg,
    "daylight": lambda i: light.daylight(i, 0.5),
}


def picture() -> Image:
    """Return a real picture that nobody may write to."""
    return clip(WORKER, width=320, per_second=3.2).images[3]


@pytest.mark.parametrize("name", ALL)
def test_a_picture_is_made_and_the_given_one_kept(name: str) -> None:
    """Same shape and kind, another picture, the same again for the same seed; odd sizes too."""
    given = picture()
    before = given.copy()
    made = ALL[name](given)
    assert made.shape == given.shape
    assert made.dtype == np.uint8
    assert not np.array_equal(made, given)
    assert np.array_equal(given, before)
    assert np.array_equal(made, ALL[name](given))
    odd = np.ascontiguousarray(given[:101, :97])
    assert ALL[name](odd).shape == odd.shape


@pytest.mark.parametrize(
    ("side", "covered"),
    [
        ("left", np.s_[:, :120]),
        ("right", np.s_[:, 200:]),
        ("top", np.s_[:65]),
        ("bottom", np.s_[115:]),
    ],
)
def test_a_cover_hides_its_side_and_leaves_the_other(side: str, covered: tuple[slice]) -> None:
    """Behind it nothing of the picture is left; beyond its soft edge all of it is."""
    given = picture()
    made = attacks.cover(given, 0.4, side=side)
    assert float(made[covered].std(axis=(0, 1)).max()) < 12
    same = (made == given).all(axis=2)
    assert 0.5 < same.mean() < 0.65


def test_a_freeze_holds_one_picture_for_its_time() -> None:
    """From the given number until before the other all are that picture, each in its own memory."""
    images = clip(WORKER, width=320, per_second=3.2).images[:8]
    frozen = list(attacks.freeze(images, 2, 5))
    assert [next(k for k, i in enumerate(images) if np.array_equal(i, f)) for f in frozen] == [
        0, 1, 2, 2, 2, 5, 6, 7,
    ]  # fmt: skip
    assert frozen[3] is not frozen[2]


def test_a_car_is_pasted_where_it_is_told() -> None:
    """It fills its box, cut at the picture's edge, and touches nothing beside it."""
    given = picture()
    for box in (BOX, Box(0.8, 0.7, 1.2, 1.1)):
        changed = (attacks.paste_car(given, box) != given).any(axis=2)
        left, right = round(box.left * 320), round(min(box.right, 1) * 320)
        top, bottom = round(box.top * 180), round(min(box.bottom, 1) * 180)
        assert changed[top:bottom, left:right].mean() > 0.6
        changed[top:bottom, left:right] = False
        assert not changed.any()


def test_a_car_is_cut_out_of_a_clip_without_the_road() -> None:
    """Though exposure has made all of the picture darker, only the car is cut out."""
    images = clip(CAR, width=320, per_second=3.2).images
    empty = np.asarray(np.median(np.stack(images[::3]), axis=0), np.uint8)
    # The white car, seen from above, some six seconds into the clip.
    box = Box(0.3, 0.1, 0.65, 1.0)
    car = attacks.cut_out(images[20], empty, box)
    assert 0.1 < float(car.alpha.mean()) < 0.6
    assert car.alpha[0].max() < 0.5
    bright = car.image[car.alpha > 0.9].mean()
    road = car.image[car.alpha < 0.1].mean()
    assert bright > 2 * road
    pasted = attacks.paste_car(empty, box, car)
    assert np.abs(pasted.astype(int) - empty).mean() > 5


def test_a_flame_flickers() -> None:
    """It is another each moment, hot within and red outside, and stays in its box."""
    given = picture()
    burning = [attacks.flame(given, BOX, number / 25) for number in range(10)]
    apart = [float(np.abs(a.astype(int) - b).mean()) for a, b in pairwise(burning)]
    assert min(apart) > 0.2
    outside = (burning[0] != given).any(axis=2)
    outside[round(0.4 * 180) : round(0.7 * 180), round(0.3 * 320) : round(0.5 * 320)] = False
    assert not outside.any()
    hot = burning[0].reshape(-1, 3)[burning[0].reshape(-1, 3).sum(axis=1).argmax()]
    assert hot[2] > 240


def test_a_broken_stream_spoils_whole_macroblocks() -> None:
    """About the part that is asked for changes, in squares of 16, and the rest is as it was."""
    given = picture()
    changed = (attacks.corrupt(given, 0.3, seed=5) != given).any(axis=2)
    blocks = changed[:176].reshape(11, 16, 20, 16).any(axis=(1, 3))
    assert 0.1 < blocks.mean() < 0.32
    assert not changed[176:].any()
