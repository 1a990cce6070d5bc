"""What of a clip is searched again: little of what stands still, and all in which a face may be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import pytest

from edge.vision.camera.changed import cells_of, changed, squares_over
from edge.vision.camera.darkroom import Darkroom
from edge.vision.camera.faces import OVERLAP, SIDES, Face, squares
from edge.vision.findings import Box
from edge.vision.pictures import Image
from tests.fakes.faces import (
    Reel,
    by_colour,
    frame,
    left_of_it,
    pasted,
    pattern,
    portrait,
    scene,
    yunet,
)

EACH: Final = 11
"""Squares of one picture in which all of it is searched."""

GRAY: Final = 128


NOISE: Final = np.random.default_rng(1).normal(0, 4, (360, 640, 3)).round().astype(np.int16)


def noisy(image: Image, number: int) -> Image:
    """The same, with a noise of its own."""
    noise = np.roll(NOISE, (7 * number, 11 * number), axis=(0, 1))
    return np.asarray((image + noise).clip(0, 255), np.uint8)


def film_of(folder: Path, pictures: Sequence[Image], find: object = by_colour) -> list[Image]:
    """What a player shows of a clip of them, ten a second."""
    developed = Darkroom(find, (), folder).clip(Reel(pictures))  # type: ignore[arg-type]
    assert developed.blurred == "faces"
    with av.open(str(folder / developed.file)) as film:
        seen = [np.asarray(f.to_ndarray(format="bgr24"), np.uint8) for f in film.decode(video=0)]
    assert len(seen) == len(pictures)
    return seen


class Asked:
    """Somebody who finds faces by their colour, and counts how often they were asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, image: Image) -> tuple[Face, ...]:
        """What is found."""
        self.times += 1
        return by_colour(image)


@pytest.mark.parametrize(("first", "lasts", "side"), [(5, 1, 8), (8, 9, 8), (6, 1, 60), (5, 9, 60)])
def test_a_face_that_suddenly_is_there_is_hidden_at_once(
    first: int, lasts: int, side: int, tmp_path: Path
) -> None:
    """In a room where nothing moved, in any picture, large or small, for one picture or on."""
    empty = scene(640, 360)
    pictures = [noisy(empty, n) for n in range(13)]
    for n in range(first, min(13, first + lasts)):
        pictures[n] = pasted(pictures[n], pattern(side), 333, 171, side)
    assert left_of_it(pictures[first]) > 20
    assert [left_of_it(each) for each in film_of(tmp_path, pictures)] == [0] * 13


def test_a_real_face_that_suddenly_is_there_is_hidden_at_once(tmp_path: Path) -> None:
    """As the real model sees it, between two pictures that are searched in every size."""
    empty = scene(640, 360)
    pictures = [noisy(empty, n) for n in range(10)]
    pictures[5:] = [pasted(each, portrait(), 300, 100, 220) for each in pictures[5:]]
    find = yunet()
    assert any(each.sure for each in find(pictures[5]) or ()), "the test sees nothing"
    for after in film_of(tmp_path, pictures, find)[4:]:
        assert not [each for each in find(after) or () if each.sure]


@pytest.mark.parametrize(("side", "step"), [(12, 31), (40, 57)])
def test_a_face_that_is_elsewhere_in_each_picture_is_hidden_in_each(
    side: int, step: int, tmp_path: Path
) -> None:
    """It moves by more than its size from one picture to the next, too far to be followed."""
    empty = scene(640, 360)
    pictures = [
        pasted(noisy(empty, n), pattern(side), (40 + step * n) % 560, 60 + 17 * (n % 9), side)
        for n in range(10)
    ]
    assert min(map(left_of_it, pictures)) > 50
    assert [left_of_it(each) for each in film_of(tmp_path, pictures)] == [0] * 10


def faint(image: Image) -> tuple[Face, ...]:
    """Find what differs from plain gray by three steps or more: better eyes than any model's."""
    there = np.abs(image.astype(int) - GRAY).max(axis=2) >= 3
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not len(rows):
        return ()
    height, width = image.shape[:2]
    ends = (columns[-1] + 1) / width, (rows[-1] + 1) / height
    return (Face(Box(columns[0] / width, rows[0] / height, *ends)),)


def detail(image: Image) -> float:
    """How much can be told of a face there, in steps of gray."""
    part = image[60:120, 100:160].astype(np.float32)
    return float(np.abs(part - cv2.GaussianBlur(part, (0, 0), 10))[8:-8, 8:-8].mean())


@pytest.mark.parametrize("strengths", [[n / 60 for n in range(32)], [0.0] * 4 + [0.045] * 20])
def test_a_face_that_fades_in_is_hidden_from_when_it_can_be_seen(
    strengths: list[float], tmp_path: Path
) -> None:
    """However slowly it comes, or so faint that it never counts as a change."""
    plain = np.full((180, 320, 3), GRAY, np.uint8)
    board = pasted(plain, pattern(60), 100, 60, 60)
    pictures = [
        np.asarray(cv2.addWeighted(board, strength, plain, 1 - strength, 0), np.uint8)
        for strength in strengths
    ]
    if max(strengths) < 0.1:
        assert not changed(cells_of(plain), cells_of(pictures[-1])).any(), "it would be noticed"
    for before, after in zip(pictures, film_of(tmp_path, pictures, faint), strict=True):
        if faint(before):
            assert detail(after) < 0.35 * detail(before)


def test_what_stands_still_is_searched_once_a_second(tmp_path: Path) -> None:
    """Noise is no change; somebody who sits there is hidden all the while."""
    room = scene(640, 360)
    pictures = [pasted(noisy(room, n), pattern(48), 60, 40, 48) for n in range(30)]
    asked = Asked()
    assert max(map(left_of_it, film_of(tmp_path, pictures, asked))) == 0
    assert asked.times == 3 * EACH + 3 * 3, "what is left of the face is looked at each time"


def test_where_little_moves_little_is_searched(tmp_path: Path) -> None:
    """A person far away walks through: two or three squares of eleven in each picture."""
    room = scene(640, 360)
    pictures = [noisy(room, n) for n in range(30)]
    for n, picture in enumerate(pictures):
        picture[150:220, 200 + 4 * n : 230 + 4 * n] = (40, 60, 160)
    asked = Asked()
    film_of(tmp_path, pictures, asked)
    assert asked.times < 30 * EACH / 2.5


def test_a_still_is_searched_once_and_where_it_was_hidden_again(tmp_path: Path) -> None:
    """Nobody in it: once. A face: the squares that show it are looked at again."""
    nobody, somebody = Asked(), Asked()
    Darkroom(nobody, (), tmp_path).still(frame(scene(640, 360)))
    assert nobody.times == EACH
    image = pasted(scene(640, 360), pattern(40), 60, 40, 40)
    assert Darkroom(somebody, (), tmp_path).still(frame(image)).faces == 1
    assert EACH < somebody.times <= EACH + 4


@pytest.mark.parametrize("part", SIDES)
@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640), (960, 720), (1920, 1080)])
def test_a_face_that_has_changed_anywhere_is_whole_in_a_square(
    part: float, width: int, height: int
) -> None:
    """Wherever it is and whichever cell of it has changed; and never in more squares than usual."""
    chance = np.random.default_rng(round(part * 100) + width)
    rows, columns = cells_of(np.zeros((height, width, 3), np.uint8)).shape[:2]
    largest = round(max(width, height) * part * OVERLAP) - 2 * width // columns
    for _ in range(40):
        cells = np.zeros((rows, columns), np.bool_)
        for _ in range(chance.integers(1, 6)):
            top, left = chance.integers(0, rows), chance.integers(0, columns)
            cells[top : top + chance.integers(1, 9), left : left + chance.integers(1, 9)] = True
        found = squares_over(cells, part, width, height)
        assert 0 < len(found) <= len(list(squares(width, height, part)))
        for row, column in chance.permutation(np.argwhere(cells))[:20]:
            side = int(chance.integers(7, largest))
            x = min(width - side, max(0, int(column * width / columns - chance.integers(0, side))))
            y = min(height - side, max(0, int(row * height / rows - chance.integers(0, side))))
            assert any(
                a <= x and b <= y and c >= x + side and d >= y + side for a, b, c, d in found
            )
