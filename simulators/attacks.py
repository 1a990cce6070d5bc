"""What is done to cameras on purpose or by neglect, as functions on pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import cv2
import numpy as np

from edge.vision.pictures import Image
from simulators.light import grain
from simulators.things import Cutout, cut_out, drop_object, flame, passing_bus, paste_car

__all__ = [
    "Cutout",
    "blur",
    "corrupt",
    "cover",
    "cut_out",
    "darken",
    "drop_object",
    "flame",
    "freeze",
    "passing_bus",
    "paste_car",
    "shift",
]

HAND: Final = (38, 46, 62)
"""Blue, green, red of something near the lens that takes its light away."""
MACROBLOCK: Final = 16
"""Pixels: video is coded in squares of this side, and breaks in them."""
_GREEN: Final = (0, 135, 0)
"""What a decoder shows where it has nothing: all zeros in YUV."""
_GRAY: Final = (128, 128, 128)


def cover(
    image: Image,
    part: float = 1.0,
    *,
    colour: tuple[int, int, int] = HAND,
    side: str = "left",
    seed: int = 0,
) -> Image:
    """Hold something before `part` of the picture, from `left`, `right`, `top` or `bottom`.

    It is too near to be sharp: a soft edge, a little shading, and the sensor's grain, which
    differs with `seed`.
    """
    height, width = image.shape[:2]
    across = np.linspace(0, 1, width if side in {"left", "right"} else height, dtype=np.float32)
    if side in {"right", "bottom"}:
        across = across[::-1]
    soft = 0.02 if part < 1 else 1e-6
    amount = np.clip((part - across) / soft + 0.5, 0, 1) if part < 1 else np.ones_like(across)
    line = amount[None, :, None] if side in {"left", "right"} else amount[:, None, None]
    shade = np.linspace(0.8, 1.2, height, dtype=np.float32)[:, None, None]
    thing = shade * np.array(colour, np.float32)
    mixed = image * (1 - line) + thing * line
    covered = grain(np.asarray(mixed.clip(0, 255), np.uint8), 1.5, seed=seed)
    return np.where(line > 0, covered, image).astype(np.uint8)


def blur(image: Image, amount: float = 0.012) -> Image:
    """Turn the lens out of focus; `amount` in parts of the width: how far a point spreads."""
    sigma = amount * image.shape[1]
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def shift(image: Image, dx: float = 0.0, dy: float = 0.0, *, rotate: float = 0.0) -> Image:
    """Turn the camera: by parts of width and height, and by degrees about the middle.

    What comes into view is the picture mirrored: no black border that would give it away.
    """
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rotate, 1.0)
    turn[:, 2] += (dx * width, dy * height)
    moved = cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, np.uint8)


def freeze(images: Iterable[Image], since: int, until: int) -> Iterator[Image]:
    """Yield the pictures; from number `since` until before `until` the one of `since`."""
    held: Image | None = None
    for number, image in enumerate(images):
        if number == since:
            held = image
        stuck = held is not None and since <= number < until
        yield held.copy() if stuck and held is not None else image


def darken(image: Image, to: float = 0.06, *, seed: int = 0) -> Image:
    """Leave so little light that little can be seen; the sensor's grain stays."""
    dim = np.asarray(cv2.convertScaleAbs(image, alpha=to, beta=2.0), np.uint8)
    return grain(dim, 2.0, seed=seed)


def corrupt(image: Image, part: float = 0.25, *, seed: int = 0) -> Image:
    """Break the stream: rows of macroblocks are lost, `part` of the picture in all.

    What is lost shows what decoders show: green, gray, another place of the picture, or one line
    drawn down.
    """
    chance = np.random.default_rng(seed)
    broken = image.copy()
    rows, columns = image.shape[0] // MACROBLOCK, image.shape[1] // MACROBLOCK
    left = int(part * rows * columns)
    while left > 0:
        row, column = int(chance.integers(rows)), int(chance.integers(columns))
        length = int(min(chance.integers(2, columns), columns - column, left))
        kind = int(chance.integers(4))
        for number in range(column, column + length):
            _break(broken, image, (row, number), kind, chance)
        left -= length
    return broken


def _break(
    broken: Image, image: Image, at: tuple[int, int], kind: int, chance: np.random.Generator
) -> None:
    """Spoil one macroblock in one of four ways."""
    size = MACROBLOCK
    top, left = at[0] * size, at[1] * size
    block = broken[top : top + size, left : left + size]
    if kind == 0:
        block[:] = _GREEN if chance.random() < 0.5 else _GRAY  # noqa: PLR2004 - a coin
    elif kind == 1:
        block[:] = image[top, left : left + size]
    else:
        rows, columns = image.shape[0] - size, image.shape[1] - size
        y, x = int(chance.integers(rows)), int(chance.integers(columns))
        shown = image[y : y + size, x : x + size].astype(np.int16)
        tint = chance.integers(-90, 90, 3) if kind == 3 else 0  # noqa: PLR2004 - a way of four
        block[:] = (shown + tint).clip(0, 255)
