"""Light, weather, grain: what changes a picture without harm, as functions on pictures."""

from __future__ import annotations

import cv2
import numpy as np

from edge.vision.pictures import Image


def grain(image: Image, sigma: float = 3.0, *, seed: int = 0) -> Image:
    """Add a sensor's noise, of gray levels; another one for each `seed`."""
    chance = np.random.default_rng(seed)
    size = image.size
    two = np.frombuffer(chance.bytes(2 * size), np.uint8).reshape(2, *image.shape)
    # The sum of two even spreads is near enough to a bell; its deviation is 104 before scaling.
    noise = (two[0].astype(np.int16) + two[1] - 255).astype(np.float32) * np.float32(sigma / 104.5)
    return np.asarray((image + noise).round().clip(0, 255), np.uint8)


def lamps(image: Image, level: float, *, seed: int = 0) -> Image:
    """Switch lamps: off (`level` 0) leaves what comes in by a window at one side.

    Not only less light but other light: warmer lamps above, the window to the right.
    """
    height, width = image.shape[:2]
    window = 0.05 + 0.15 * np.linspace(0, 1, width, dtype=np.float32)[None, :, None] ** 2
    above = np.linspace(1.1, 0.9, height, dtype=np.float32)[:, None, None]
    warm = np.array((0.9, 1.0, 1.08), np.float32)
    lit = image * (window + level * above * warm * (1 - window))
    return grain(np.asarray(lit.clip(0, 255), np.uint8), 1.5 + 1.5 * (1 - level), seed=seed)


def daylight(image: Image, level: float) -> Image:
    """Show the scene under more or less light of the same kind: clouds, dusk, exposure."""
    return np.asarray(cv2.convertScaleAbs(image, alpha=level), np.uint8)


def infrared(image: Image, *, seed: int = 0) -> Image:
    """Show the scene at night by the camera's own infrared lamp.

    Gray, bright in the middle, grainy; cloth and plants that were dark are bright, and the far
    corners are lost.
    """
    height, width = image.shape[:2]
    blue, green, red = cv2.split(image.astype(np.float32))
    seen = 0.9 * red + 0.3 * green - 0.3 * blue
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    beam = 0.15 + 0.75 * np.exp(-(x * x + y * y) / 0.7)
    gray = (seen * beam + 8).clip(0, 255).astype(np.uint8)
    return grain(np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), np.uint8), 4.0, seed=seed)


def rain(image: Image, amount: int = 300, *, seed: int = 0) -> Image:
    """Draw falling drops: thin bright streaks, elsewhere for each `seed`."""
    chance = np.random.default_rng(seed)
    height, width = image.shape[:2]
    drops = np.zeros((height, width), np.uint8)
    length = max(4, height // 18)
    xs, ys = chance.integers(0, width, amount), chance.integers(-length, height, amount)
    for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
        cv2.line(drops, (x, y), (x - length // 6, y + length), 70, 1, cv2.LINE_AA)
    return np.asarray(cv2.add(image, cv2.merge([drops] * 3)), np.uint8)


def jpeg(image: Image, quality: int = 20) -> Image:
    """Encode and decode it as a cheap camera would."""
    _, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
