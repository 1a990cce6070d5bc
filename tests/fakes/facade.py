"""A facade, and what moves before it: things that fall, birds, rain, leaves, laundry."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from edge.vision.pictures import Image

Moving = Callable[[Image, float], None]
"""Draws what is there `t` seconds after the scene began into the picture."""


def facade(width: int = 384, height: int = 480) -> Image:
    """Rows of windows on a plastered wall, seen from below: 30 m of it."""
    random = np.random.default_rng(4)
    wall = np.full((height, width, 3), (150, 160, 165), np.uint8)
    wall = np.clip(wall + random.normal(0, 6, wall.shape), 0, 255).astype(np.uint8)
    for top in range(16, height - 30, 48):
        for left in range(14, width - 26, 44):
            shade = int(random.integers(40, 110))
            cv2.rectangle(wall, (left, top), (left + 24, top + 30), (shade, shade, shade - 10), -1)
            cv2.rectangle(wall, (left, top), (left + 24, top + 30), (210, 210, 210), 1)
    return wall


def dropped(  # noqa: PLR0913 - each is a fact of the fall, by name
    *,
    from_t: float = 0.5,
    x: float = 0.45,
    y: float = 0.12,
    metres: float = 30.0,
    drag: float = 0.03,
    sideways: float = 0.6,
    size: int = 4,
) -> Moving:
    """A thing that is let go: 9.81 m/s², less the air's drag a metre (bottle 0.01, box 0.06)."""

    def draw(image: Image, t: float) -> None:
        height, width = image.shape[:2]
        scale = height / metres
        fall, speed, step = 0.0, 0.0, 0.002
        if t < from_t:
            return
        for _ in range(int((t - from_t) / step)):
            speed += (9.81 - drag * speed * speed) * step
            fall += speed * step
        down = y * height + fall * scale
        across = x * width + sideways * (t - from_t) * scale
        if down < height:
            _streak(image, across, down, speed * scale / 50, size)

    return draw


def _streak(image: Image, x: float, y: float, long: float, size: int) -> None:
    """A thing blurred by its way during a fiftieth of a second."""
    start = (round(x * 16), round((y - long) * 16))
    end = (round(x * 16), round(y * 16))
    cv2.line(image, start, end, (35, 30, 40), size, cv2.LINE_AA, 4)


def bird(image: Image, t: float) -> None:
    """Flies across, and down a little, at one speed, wings beating."""
    x, y = 20 + 130 * t, 60 + 70 * t
    wing = 3 + 2 * np.sin(t * 40)
    for side in (-1, 1):
        cv2.line(image, (int(x), int(y)), (int(x + side * 6), int(y - wing)), (30, 30, 30), 2)


def diving_bird(image: Image, t: float) -> None:
    """Comes straight down at one speed."""
    cv2.circle(image, (150, int(20 + 160 * t)), 3, (40, 40, 40), -1, cv2.LINE_AA)


def insect(image: Image, t: float) -> None:
    """Dances about close to the lens."""
    x = 190 + 60 * np.sin(t * 5.1) + 25 * np.sin(t * 13)
    y = 200 + 80 * np.sin(t * 3.3 + 1) + 30 * np.cos(t * 11)
    cv2.circle(image, (int(x), int(y)), 4, (60, 60, 60), -1)


def leaf(image: Image, t: float) -> None:
    """Sails down, swinging from side to side."""
    x, y = 200 + 28 * np.sin(t * 4.2), 40 + 75 * t + 9 * np.sin(t * 8.4)
    cv2.ellipse(image, (int(x), int(y)), (4, 2), t * 200, 0, 360, (40, 90, 120), -1)


def rain(image: Image, t: float) -> None:
    """Streaks everywhere, each as fast as before."""
    random = np.random.default_rng(int(t * 1000))
    for _ in range(120):
        x, y = int(random.integers(0, image.shape[1])), int(random.integers(0, image.shape[0]))
        cv2.line(image, (x, y), (x + 1, y + 12), (200, 200, 200), 1)


def few_drops(image: Image, t: float) -> None:
    """A few drops from a gutter near the camera that fall at one speed."""
    for number in range(4):
        way = (t * 1.4 + number * 0.37) % 1.0
        y = int(way * image.shape[0])
        cv2.line(image, (70 + 80 * number, y), (70 + 80 * number, y + 6), (210, 210, 210), 2)


def laundry(image: Image, t: float) -> None:
    """A shirt on a balcony that swings."""
    sway = 5 * np.sin(t * 5) + 2 * np.sin(t * 11)
    cv2.rectangle(image, (int(120 + sway), 200), (int(150 + sway), 236), (70, 60, 190), -1)


def ball_up(image: Image, t: float) -> None:
    """A ball that children throw up: up, and down again, over a tenth of the picture."""
    y = image.shape[0] - 30 - max(0.0, 230 * (t % 1.2) - 190 * (t % 1.2) ** 2)
    cv2.circle(image, (260, int(y)), 3, (40, 40, 180), -1)


NOT_THROWN: tuple[Moving, ...] = (
    bird,
    diving_bird,
    insect,
    leaf,
    rain,
    few_drops,
    laundry,
    ball_up,
)
