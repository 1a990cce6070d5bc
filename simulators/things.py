"""Things that come into a scene, as functions on pictures: cars, bags, flames."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.findings import Box
from edge.vision.pictures import Image

_APART: Final = 22
"""Gray levels by which a thing differs from the empty scene behind it; less is shadow, noise."""
_WINDOW: Final = (60, 52, 46)


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """A thing that was cut out of a picture: its colours, and how much of each pixel is its."""

    image: Image
    alpha: npt.NDArray[np.float32]


def cut_out(image: Image, empty: Image, box: Box) -> Cutout:
    """Cut out what stands in `box` of a picture; `empty` is the same scene without it.

    Under whatever light: the two are made equally bright first.
    """
    top, bottom, left, right = _pixels(image, box)
    there, behind = image[top:bottom, left:right], empty[top:bottom, left:right]
    brighter = np.median((image + np.float32(1)) / (empty + np.float32(1)))
    apart = cv2.absdiff(there, cv2.convertScaleAbs(behind, alpha=float(brighter))).max(axis=2)
    mask = (apart > _APART).astype(np.uint8)
    side = max(3, (right - left) // 12) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel), np.uint8)
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    mask[:] = 0
    if outlines:
        cv2.drawContours(mask, [max(outlines, key=cv2.contourArea)], -1, 1, cv2.FILLED)
    alpha = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0)
    return Cutout(there.copy(), np.asarray(alpha, np.float32))


def paste_car(image: Image, box: Box, car: Cutout | None = None) -> Image:
    """Park a car in `box`: one that was cut out of a clip, else a drawn one, seen from behind."""
    top, bottom, left, right = _pixels(image, box)
    return _paste(image, car or _drawn_car(right - left, bottom - top), box)


def drop_object(image: Image, box: Box, *, colour: tuple[int, int, int] = (70, 50, 40)) -> Image:
    """Put a bag down in `box`, with its shadow."""
    top, bottom, left, right = _pixels(image, box)
    width, height = right - left, bottom - top
    bag = np.zeros((height, width, 3), np.uint8)
    bag[:] = colour
    lit = np.linspace(1.35, 0.7, width, dtype=np.float32)[None, :, None]
    bag = np.asarray((bag * lit).clip(0, 255), np.uint8)
    cv2.line(bag, (0, height // 3), (width, height // 3), (20, 18, 16), max(1, height // 20))
    alpha = np.zeros((height, width), np.uint8)
    corner = (width // 12, height // 4)
    cv2.rectangle(alpha, corner, (width - corner[0], height - 1), 255, cv2.FILLED)
    handle = (width // 4, height // 5)
    middle = (width // 2, height // 4)
    cv2.ellipse(alpha, middle, handle, 0, 180, 360, 255, max(2, height // 14), cv2.LINE_AA)
    soft = cv2.GaussianBlur(alpha.astype(np.float32) / 255, (0, 0), 0.7)
    shaded = _shadow(image, box)
    return _paste(shaded, Cutout(bag, np.asarray(soft, np.float32)), box)


def flame(image: Image, box: Box, t: float, *, seed: int = 0) -> Image:
    """Let something burn in `box`: tongues that flicker at some 3 to 10 Hz about a hot core."""
    top, bottom, left, right = _pixels(image, box)
    width, height = right - left, bottom - top
    y, x = np.mgrid[0 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    chance = np.random.default_rng(seed)
    heat = np.zeros_like(x)
    for place in (-0.45, 0.0, 0.4):
        rate, phase = chance.uniform(3, 9), chance.uniform(0, 6.28)
        tall = 0.7 + 0.25 * math.sin(rate * 6.28 * t + phase)
        tall += 0.12 * math.sin(2.7 * rate * 6.28 * t + phase * 2)
        lean = 0.15 * math.sin(rate * 4 * t + phase)
        up = 1 - y
        wide = 0.42 * np.clip(1 - up / tall, 0, 1) ** 0.7 + 1e-3
        away = (x - place * (1 - up) - lean * up) / wide
        heat = np.maximum(heat, np.exp(-away * away) * np.clip((tall - up) * 3, 0, 1))
    colours = np.stack(
        [
            np.clip(heat * 3 - 2.2, 0, 1) * 210,
            np.clip(heat * 1.7 - 0.3, 0, 1) * 250,
            heat * 0 + 255,
        ],
        axis=-1,
    )
    return _paste(image, Cutout(colours.astype(np.uint8), np.clip(heat * 2.2, 0, 1)), box)


def passing_bus(image: Image, position: float, *, length: float = 0.5) -> Image:
    """Draw a bus whose front is at `position` (0 left, 1 right), near enough to fill the height.

    `length` in parts of the width. At `position` 0 it is about to come, at 1 + `length` gone.
    """
    height, width = image.shape[:2]
    long = int(length * width)
    bus = np.zeros((height, long, 3), np.uint8)
    bus[:] = (70, 150, 60)
    bus[: height // 12] = (200, 205, 205)
    panes = np.linspace(0.03 * long, 0.97 * long, 7).astype(int)
    for start, stop in pairwise(panes):
        corner = (int(stop) - long // 50, height // 2)
        cv2.rectangle(bus, (int(start), height // 6), corner, _WINDOW, cv2.FILLED)
    cv2.line(bus, (0, int(0.62 * height)), (long, int(0.62 * height)), (230, 230, 230), 3)
    for wheel in (0.2, 0.78):
        cv2.circle(bus, (int(wheel * long), int(0.93 * height)), height // 9, (25, 25, 25), -1)
    passed = image.copy()
    front = int(position * width)
    left, right = max(0, front - long), min(width, front)
    if left < right:
        passed[:, left:right] = bus[:, left - (front - long) : right - (front - long)]
    return passed


def _drawn_car(width: int, height: int) -> Cutout:
    """Draw the back of a car as large as that."""
    big = 4
    size = (height * big, width * big)
    car, alpha = np.zeros((*size, 3), np.uint8), np.zeros(size, np.uint8)

    def at(*corners: tuple[float, float]) -> npt.NDArray[np.int32]:
        return np.array([(x * size[1], y * size[0]) for x, y in corners], np.int32)

    body = at((0.04, 0.45), (0.96, 0.45), (0.99, 0.6), (0.97, 0.9), (0.03, 0.9), (0.01, 0.6))
    cabin = at((0.2, 0.04), (0.8, 0.04), (0.95, 0.5), (0.05, 0.5))
    glass = at((0.24, 0.09), (0.76, 0.09), (0.86, 0.42), (0.14, 0.42))
    for shape, colour in ((cabin, (150, 40, 30)), (body, (165, 45, 34)), (glass, _WINDOW)):
        cv2.fillPoly(car, [shape], colour)
        cv2.fillPoly(alpha, [shape], 255)
    for x in (0.05, 0.77):
        wheel = at((x, 0.8), (x + 0.18, 1.0))
        cv2.rectangle(car, wheel[0].tolist(), wheel[1].tolist(), (18, 18, 18), cv2.FILLED)
        cv2.rectangle(alpha, wheel[0].tolist(), wheel[1].tolist(), 255, cv2.FILLED)
        lamp = at((x, 0.5), (x + 0.17, 0.62))
        cv2.rectangle(car, lamp[0].tolist(), lamp[1].tolist(), (40, 30, 215), cv2.FILLED)
    plate = at((0.36, 0.62), (0.64, 0.74))
    cv2.rectangle(car, plate[0].tolist(), plate[1].tolist(), (190, 90, 20), cv2.FILLED)
    bumper = at((0.03, 0.8), (0.97, 0.9))
    cv2.rectangle(car, bumper[0].tolist(), bumper[1].tolist(), (60, 50, 48), cv2.FILLED)
    light = np.linspace(1.25, 0.75, size[0], dtype=np.float32)[:, None, None]
    car = np.asarray((car * light).clip(0, 255), np.uint8)
    small = cv2.resize(car, (width, height), interpolation=cv2.INTER_AREA)
    part = cv2.resize(alpha, (width, height), interpolation=cv2.INTER_AREA)
    return Cutout(np.asarray(small, np.uint8), np.asarray(part, np.float32) / np.float32(255))


def _shadow(image: Image, box: Box) -> Image:
    """Darken the ground at the foot of what stands in `box`."""
    height, width = image.shape[:2]
    dark = np.zeros((height, width), np.float32)
    middle = (int(box.foot[0] * width), int(box.bottom * height))
    axes = (
        max(1, int((box.right - box.left) * width * 0.6)),
        max(1, int((box.bottom - box.top) * height * 0.12)),
    )
    cv2.ellipse(dark, middle, axes, 0, 0, 360, 0.5, cv2.FILLED)
    soft = cv2.GaussianBlur(dark, (0, 0), max(1.0, axes[1] / 2))
    return np.asarray(image * (1 - soft[:, :, None]), np.uint8)


def _paste(image: Image, thing: Cutout, box: Box) -> Image:
    """Return the picture with the thing in `box`, what is outside of the picture left out."""
    height, width = image.shape[:2]
    top, bottom, left, right = _pixels(image, box)
    size = (right - left, bottom - top)
    colours = cv2.resize(thing.image, size, interpolation=cv2.INTER_AREA)
    alpha = cv2.resize(thing.alpha, size, interpolation=cv2.INTER_AREA)[:, :, None]
    up, down, start, stop = max(top, 0), min(bottom, height), max(left, 0), min(right, width)
    pasted = image.copy()
    if up >= down or start >= stop:
        return pasted
    within = np.s_[up - top : down - top, start - left : stop - left]
    behind = pasted[up:down, start:stop]
    mixed = behind * (1 - alpha[within]) + colours[within] * alpha[within]
    pasted[up:down, start:stop] = mixed.clip(0, 255)
    return pasted


def _pixels(image: Image, box: Box) -> tuple[int, int, int, int]:
    """Top, bottom, left and right in pixels, at least two apart; may reach outside."""
    height, width = image.shape[:2]
    top, left = round(box.top * height), round(box.left * width)
    bottom, right = round(box.bottom * height), round(box.right * width)
    return top, max(bottom, top + 2), left, max(right, left + 2)
