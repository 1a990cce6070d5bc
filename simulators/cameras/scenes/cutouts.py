"""Photographic cut-outs that stand in drawn places: what a detector knows a person or a car by."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np

from edge.vision.pictures import Image

Name: TypeAlias = Literal["car", "worker", "worker_step", "resident"]

SPRITES: Final = resources.files("simulators.cameras") / "sprites"


@cache
def _read(name: Name) -> Image:
    encoded = np.frombuffer((SPRITES / f"{name}.webp").read_bytes(), np.uint8)
    decoded = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
    if decoded is None:
        raise ValueError(f"no picture: {name}")
    return np.asarray(decoded, np.uint8)


@cache
def _scaled(name: Name, height: int) -> tuple[Image, Image]:
    """Colours times alpha, and what is left of what stands behind."""
    whole = _read(name)
    width = max(2, round(whole.shape[1] * height / whole.shape[0]))
    small = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    alpha = cv2.merge([small[:, :, 3]] * 3)
    colours = cv2.multiply(small[:, :, :3], alpha, scale=1 / 255)
    return np.asarray(colours, np.uint8), np.asarray(255 - alpha, np.uint8)


def stand(image: Image, name: Name, foot: tuple[float, float], height: float) -> None:
    """Put a cut-out into a picture, `foot` and `height` in pixels; what is outside is left out."""
    colours, behind = _scaled(name, max(4, round(height)))
    tall, wide = colours.shape[:2]
    left, top = round(foot[0] - wide / 2), round(foot[1]) - tall
    up, down = max(0, top), min(image.shape[0], top + tall)
    start, stop = max(0, left), min(image.shape[1], left + wide)
    if up >= down or start >= stop:
        return
    piece = np.s_[up - top : down - top, start - left : stop - left]
    there = image[up:down, start:stop]
    there[:] = cv2.add(cv2.multiply(there, behind[piece], scale=1 / 255), colours[piece])
