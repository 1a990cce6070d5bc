"""A lift's cabin, seen from above its door: mirror, rail, panel, and what is wheeled into it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.model import Value
from edge.vision.pictures import Image
from simulators.cameras.scene import FPS, HEIGHT, WIDTH
from simulators.cameras.scenes.cutouts import stand
from simulators.cameras.scenes.film import Colour, Film, glow, lay, surface, through_glass
from simulators.cameras.scenes.moves import Presence, eased

_BIG: Final = 2
"""Drawn larger and made smaller, so that spokes and tubes have soft edges."""


class Cabin:
    """Verbs: enter, leave (somebody); bike_in, bike_out (an e-bike is wheeled in, and out)."""

    fps = FPS
    verbs = frozenset({"enter", "leave", "bike_in", "bike_out"})

    def __init__(self, seed: int = 2) -> None:
        self._empty = through_glass(_empty(seed))
        self._film = Film(seed)
        self._bike_image, self._bike_mask = _bike()
        self._bike = Presence(takes=2.5)
        self._rider = Presence(takes=1.5)

    def act(self, verb: str, args: Mapping[str, Value], t: float) -> None:
        """Do one of the verbs."""
        del args
        match verb:
            case "bike_in":
                self._bike.come(t)
            case "bike_out":
                self._bike.go(t)
            case "enter":
                self._rider.come(t)
            case _:
                self._rider.go(t)

    def draw(self, t: float) -> Image:
        """The picture of this moment."""
        image = self._empty.copy()
        if (part := self._bike.part(t)) > 0:
            away = 1 - eased(min(part, 2 - part))
            self._wheel_in(image, round(430 * away), round(150 * away))
        if (part := self._rider.part(t)) > 0:
            away = 1 - eased(min(part, 2 - part))
            stand(image, "worker", (210, 345 + 250 * away), 230)
        return self._film.expose(image)

    def _wheel_in(self, image: Image, dx: int, dy: int) -> None:
        """Put the e-bike so far from its place, to the right and down, from where the door is."""
        left, top = 190 + dx, 118 + dy
        high, wide = self._bike_mask.shape
        right, bottom = min(WIDTH, left + wide), min(HEIGHT, top + high)
        if left >= right or top >= bottom:
            return
        piece = np.s_[: bottom - top, : right - left]
        cv2.copyTo(self._bike_image[piece], self._bike_mask[piece], image[top:bottom, left:right])


def _empty(seed: int) -> Image:
    image = surface((150, 156, 158), 5, seed)
    floor = surface((72, 82, 92), 6, seed + 1, height=500)
    for at in range(-500, WIDTH + 500, 26):
        cv2.line(floor, (at, 0), (at + 500, 500), (92, 102, 112), 2)
        cv2.line(floor, (at + 500, 0), (at, 500), (92, 102, 112), 2)
    back = _brushed(seed + 2)
    cv2.rectangle(back, (140, 24), (500, 236), (176, 182, 180), cv2.FILLED)
    for y in range(24, 236, 4):
        shade = 150 + (y * 37) % 50
        cv2.line(back, (140, y), (500, y), (shade, shade + 6, shade + 4), 3)
    cv2.rectangle(back, (140, 24), (500, 236), (96, 102, 104), 4)
    cv2.line(back, (40, 268), (600, 268), (228, 232, 232), 9)
    left, right = _brushed(seed + 3), _brushed(seed + 4)
    for image_of, x in ((left, 420), (right, 120)):
        cv2.rectangle(image_of, (x, 60), (x + 90, 300), (70, 74, 76), cv2.FILLED)
    for row in range(6):
        for column in range(2):
            middle = (145 + 40 * column, 90 + 36 * row)
            cv2.circle(right, middle, 11, (214, 226, 232), cv2.FILLED)
            cv2.circle(right, middle, 11, (60, 130, 240) if row == column == 1 else (40, 44, 46), 2)
    lay(image, back, ((150, 20), (490, 20), (478, 196), (162, 196)))
    lay(image, left, ((-60, -30), (150, 20), (162, 196), (-40, 350)))
    lay(image, right, ((490, 20), (700, -30), (680, 350), (478, 196)))
    lay(image, floor, ((162, 196), (478, 196), (690, 400), (-50, 400)))
    return glow(glow(image, (320, 20), 240, (26, 28, 28)), (320, 400), 260, (-24, -24, -24))


def _brushed(seed: int) -> Image:
    """Stainless steel: streaks from the top to the bottom."""
    plate = surface((142, 148, 150), 4, seed)
    chance = np.random.default_rng(seed)
    streaks = cv2.GaussianBlur(chance.normal(0, 26, (1, WIDTH)).astype(np.float32), (5, 1), 0)
    return np.asarray((plate + streaks[:, :, None]).clip(0, 255), np.uint8)


class _Sketch:
    """Something drawn on nothing: its colours, and which pixels are its."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._image = np.zeros((height * _BIG, width * _BIG, 3), np.uint8)
        self._mask = np.zeros((height * _BIG, width * _BIG), np.uint8)

    def fill(self, colour: Colour, *corners: tuple[int, int]) -> None:
        """An area."""
        shape = np.array(corners, np.int32) * _BIG
        cv2.fillPoly(self._image, [shape], colour, cv2.LINE_AA)
        cv2.fillPoly(self._mask, [shape], 255)

    def tube(self, colour: Colour, a: tuple[int, int], b: tuple[int, int], thick: int) -> None:
        """A line with round ends."""
        start, stop = ((x * _BIG, y * _BIG) for x, y in (a, b))
        cv2.line(self._image, start, stop, colour, thick * _BIG, cv2.LINE_AA)
        cv2.line(self._mask, start, stop, 255, thick * _BIG)

    def disc(self, colour: Colour, middle: tuple[int, int], radius: int) -> None:
        """A circle, filled."""
        place = (middle[0] * _BIG, middle[1] * _BIG)
        cv2.circle(self._image, place, radius * _BIG, colour, cv2.FILLED)
        cv2.circle(self._mask, place, radius * _BIG, 255, cv2.FILLED)

    def done(self) -> tuple[Image, npt.NDArray[np.uint8]]:
        """The picture, and 255 where it is."""
        small = cv2.resize(self._image, self._size, interpolation=cv2.INTER_AREA)
        shape = cv2.resize(self._mask, self._size, interpolation=cv2.INTER_AREA)
        half = 127
        return np.asarray(small, np.uint8), np.asarray((shape > half) * 255, np.uint8)


def _bike() -> tuple[Image, npt.NDArray[np.uint8]]:
    """An electric scooter as it stands in hundreds of stairwells, from the side, and its shape."""
    draw = _Sketch(270, 200)
    for x in (52, 216):
        for radius, gray in ((36, (26, 26, 28)), (25, (120, 124, 126)), (20, (40, 42, 44))):
            draw.disc(gray, (x, 160), radius)
    body, dark, steel = (120, 62, 24), (48, 34, 26), (60, 62, 64)
    draw.fill(body, (18, 118), (60, 98), (128, 104), (140, 140), (96, 158), (86, 128), (30, 134))
    draw.fill(body, (176, 66), (196, 58), (232, 128), (250, 134), (246, 146), (196, 130))
    draw.fill(body, (176, 66), (196, 130), (188, 146), (172, 140))
    draw.fill(dark, (92, 146), (186, 140), (190, 156), (96, 162))
    draw.fill((34, 32, 32), (22, 102), (40, 88), (118, 90), (130, 106), (60, 102))
    draw.fill((150, 84, 40), (28, 62), (70, 58), (74, 90), (30, 92))
    draw.tube(steel, (184, 66), (172, 30), 7)
    draw.tube((30, 30, 32), (172, 30), (146, 38), 6)
    draw.tube(steel, (210, 110), (216, 160), 7)
    draw.disc((220, 240, 250), (192, 76), 9)
    draw.fill((40, 40, 210), (14, 112), (24, 108), (26, 120), (16, 124))
    return draw.done()
