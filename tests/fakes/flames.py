"""Flames as a camera would see them, rendered from a small model of hot gas that rises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.pictures import Image

Field = npt.NDArray[np.float32]

STEP_S = 1 / 50
"""The gas moves in steps of this length; a picture is every so many of them."""
GAMMA = 2.2
SCALES = (9, 18, 36)
"""Cells that the eddies are wide."""
WIDE = 72
"""Cells across the domain, in which the flame's base takes the middle half."""
HIGH = 120


@dataclass(frozen=True, kw_only=True)
class Fire:
    """One fire: where its base stands (parts of the picture) and how it burns.

    `height` in parts of the picture's height. `exposure` is how bright it is to this camera:
    1 shows it orange with a yellow core, 4 burnt out to white. `puff_hz` is how often it throws
    off a flame: 1.5 divided by the root of the base's diameter in metres, 1.5 Hz for a pool of
    a metre, 5 Hz for a bin (Cetegen and Ahmed 1993).
    """

    x: float = 0.5
    y: float = 0.8
    height: float = 0.3
    exposure: float = 2.0
    puff_hz: float = 3.0
    wind: float = 0.0
    glow: float = 0.6
    seed: int = 1


def burning(fire: Fire, fps: float) -> Iterator[Field]:
    """Yield the heat of the flame's domain, `HIGH` × `WIDE`, 0 cold to 1 hottest, for ever."""
    random = np.random.default_rng(fire.seed)
    eddies = [_eddy(random, scale) for scale in SCALES]
    heat = np.zeros((HIGH, WIDE), np.float32)
    rows, columns = np.mgrid[0:HIGH, 0:WIDE].astype(np.float32)
    across = (columns[0] - WIDE / 2) / (WIDE / 4)
    bed = np.clip(1.15 - across**4, 0, 1).astype(np.float32)
    flicker, phase, t, due = 0.0, 0.0, 0.0, 1.5
    tongues = np.zeros(WIDE, np.float32)
    while True:
        t += STEP_S
        flicker += -flicker * STEP_S * 4 + random.normal(0, 0.9) * STEP_S**0.5
        phase += 2 * np.pi * fire.puff_hz * STEP_S * (1 + 0.4 * flicker)
        kicks = cv2.GaussianBlur(random.normal(0, 1, (1, WIDE)).astype(np.float32), (0, 0), 4)[0]
        tongues += -tongues * STEP_S * 6 + kicks * 9.0 * STEP_S**0.5
        strength = 1.0 + 0.18 * np.sin(phase) + 0.2 * flicker
        source = bed * np.clip(strength + 0.45 * tongues, 0, 1.3)
        heat[-3:] = np.maximum(heat[-3:], source)
        swirl_x, swirl_y = _swirl(eddies, t)
        rise = 85 + 60 * heat
        lift = np.clip((HIGH - rows) / 25, 0.15, 1)
        pull = -(columns - WIDE / 2) * 0.9 * np.exp(-(((HIGH - rows) / 35) ** 2))
        speed_x = pull + (fire.wind * 70 + swirl_x * 42) * lift
        speed_y = -rise + swirl_y * 30 * lift
        moved = cv2.remap(
            heat,
            (columns - speed_x * STEP_S).astype(np.float32),
            (rows - speed_y * STEP_S).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )
        heat = np.clip(moved - STEP_S * (0.4 + 0.6 * (1 - moved)), 0, 1.2)
        if t >= due:
            due += 1 / fps
            yield np.asarray(cv2.GaussianBlur(heat, (0, 0), 0.8), np.float32)


def _eddy(random: np.random.Generator, scale: int) -> tuple[Field, Field]:
    """How gas whirls in eddies of this size, across and down; periodic."""
    noise = random.normal(0, 1, (HIGH * 4, WIDE * 2)).astype(np.float32)
    smooth = cv2.GaussianBlur(np.tile(noise, (2, 2)), (0, 0), scale / 3)
    smooth = smooth[HIGH * 2 : HIGH * 6, WIDE : WIDE * 3] * (scale / 3 / smooth.std())
    return (
        np.asarray(np.gradient(smooth, axis=0), np.float32),
        np.asarray(-np.gradient(smooth, axis=1), np.float32),
    )


def _swirl(eddies: list[tuple[Field, Field]], t: float) -> tuple[Field, Field]:
    """The turbulent part of the gas's velocity: whirls that rise, small ones faster."""
    across = np.zeros((HIGH, WIDE), np.float32)
    down = np.zeros((HIGH, WIDE), np.float32)
    for number, (x, y) in enumerate(eddies):
        up = int(t * (70 - 12 * number)) % (HIGH * 3)
        aside = int(t * (13 + 7 * number)) % WIDE
        across += x[up : up + HIGH, aside : aside + WIDE]
        down += y[up : up + HIGH, aside : aside + WIDE]
    return across, down


def radiance(heat: Field, exposure: float) -> Field:
    """What a camera gets of it, blue first, 1 where it burns out; soot from 1,000 to 2,000 K."""
    kelvin = 1000 + 950 * np.clip(heat, 0, 1.1)
    waves = np.array([460e-9, 540e-9, 610e-9])
    planck = np.exp(-1.4388e-2 / (waves[None, None] * kelvin[..., None]))
    planck /= np.exp(-1.4388e-2 / (610e-9 * 1950.0))
    planck *= np.array([1.9, 1.25, 1.0])
    thick = np.clip(heat * 2.2, 0, 1)[..., None] ** 1.5
    return np.asarray(planck * thick * exposure * 2.2, np.float32)


def put_on(image: Image, fire: Fire, heat: Field) -> Image:
    """Return the picture with the flame in it and its glow on what is around."""
    height, width = image.shape[:2]
    high = max(4, int(height * fire.height * 1.35))
    wide = max(3, int(high * WIDE / HIGH))
    light = cv2.resize(radiance(heat, fire.exposure), (wide, high), interpolation=cv2.INTER_AREA)
    soot = cv2.resize(np.clip(heat * 1.3, 0, 0.85), (wide, high), interpolation=cv2.INTER_AREA)
    left, top = int(fire.x * width - wide / 2), int(fire.y * height - high)
    linear = (image.astype(np.float32) / 255) ** GAMMA
    rows, columns = np.ogrid[0:height, 0:width]
    away = ((columns - fire.x * width) ** 2 + (rows - fire.y * height + high * 0.3) ** 2) / (
        0.8 * high
    ) ** 2
    shine = fire.glow * float(heat.mean()) * 6 / (1 + away)
    linear *= 1 + shine[..., None] * np.array([0.15, 0.5, 1.0])
    a, b = max(0, top), max(0, left)
    c, d = min(height, top + high), min(width, left + wide)
    piece = (slice(a, c), slice(b, d))
    inner = (slice(a - top, c - top), slice(b - left, d - left))
    linear[piece] = linear[piece] * (1 - soot[inner][..., None]) + light[inner]
    return np.asarray(np.clip(linear, 0, 1) ** (1 / GAMMA) * 255, np.uint8)
