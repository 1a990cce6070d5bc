"""What has the colours of fire and is none: lamps, cloth, sunsets, screens, traffic at night."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from edge.vision.pictures import Image

Scene = Callable[[Image, float], Image]
"""Puts the thing into a picture as it is `t` seconds after it began."""


def _shine(image: Image, x: float, y: float, size: float, colour: tuple[int, int, int]) -> Image:
    """A lamp with a burnt out middle and a soft edge; sizes in parts of the width."""
    height, width = image.shape[:2]
    middle_x, middle_y, reach = x * width, y * height, size * width
    left, right = int(max(0, middle_x - 3 * reach)), int(min(width, middle_x + 3 * reach + 1))
    top, bottom = int(max(0, middle_y - 3 * reach)), int(min(height, middle_y + 3 * reach + 1))
    out = image.copy()
    if left >= right or top >= bottom:
        return out
    rows, columns = np.ogrid[top:bottom, left:right]
    away = ((columns - middle_x) ** 2 + (rows - middle_y) ** 2) / reach**2
    light = 3.2 * np.exp(-1.5 * away)[..., None] * (np.array(colour) / 255.0) ** 2.2
    part = (out[top:bottom, left:right] / 255.0) ** 2.2 + light
    out[top:bottom, left:right] = np.clip(part, 0, 1) ** (1 / 2.2) * 255
    return out


def lamp(image: Image, t: float) -> Image:
    """A bulb that burns steadily, with the slight beat that mains give at a camera's rate."""
    return _shine(image, 0.5, 0.4, 0.05 * (1 + 0.01 * np.sin(t * 9)), (90, 170, 255))


def failing_lamp(image: Image, t: float) -> Image:
    """A bulb that flickers irregularly, all of it at once."""
    beat = np.sin(t * 37) + np.sin(t * 23.7 + 1) + np.sin(t * 11.3)
    level = 1.0 if beat > -0.5 else 0.25
    return _shine(image, 0.5, 0.4, 0.05, (int(90 * level), int(170 * level), int(255 * level)))


def beacon(image: Image, t: float) -> Image:
    """An orange warning light that blinks twice a second."""
    return _shine(image, 0.5, 0.4, 0.035, (20, 140, 255)) if t * 2 % 1 < 0.5 else image


def turning_beacon(image: Image, t: float) -> Image:
    """An orange beacon whose mirror turns: its bright spot wanders within it."""
    turn = t * 2 * np.pi * 1.5
    base = _shine(image, 0.5, 0.4, 0.03, (5, 40, 110))
    if np.cos(turn) < -0.2:
        return base
    return _shine(base, 0.5 + 0.02 * np.sin(turn), 0.4, 0.02, (40, 160, 255))


def hazard_lights(image: Image, t: float) -> Image:
    """A car that stands, brakes and blinks."""
    out = _shine(image, 0.4, 0.6, 0.02, (30, 30, 255))
    out = _shine(out, 0.6, 0.6, 0.02, (30, 30, 255))
    if t * 1.5 % 1 < 0.5:
        out = _shine(out, 0.38, 0.6, 0.015, (20, 130, 255))
        out = _shine(out, 0.62, 0.6, 0.015, (20, 130, 255))
    return out


def night_traffic(image: Image, t: float) -> Image:
    """Headlights come, tail lights go, one after the other."""
    out = (image * 0.15).astype(np.uint8)
    for car in range(6):
        way = (t * 0.25 + car / 6) % 1.0
        size = 0.008 + 0.02 * way
        for side in (-0.02, 0.02):
            out = _shine(out, 0.3 + side * (0.4 + way), 0.25 + 0.7 * way, size, (150, 210, 255))
            out = _shine(out, 0.7 + side * (1.4 - way), 0.95 - 0.7 * way, 0.018, (25, 40, 255))
    return out


def headlights(image: Image, t: float) -> Image:
    """A car that comes slowly towards the camera over a bumpy road."""
    out = (image * 0.25).astype(np.uint8)
    bump = 0.004 * np.sin(t * 13) + 0.003 * np.sin(t * 31)
    size = 0.03 + 0.006 * t
    for side in (-1, 1):
        out = _shine(out, 0.5 + side * (0.1 + 0.01 * t), 0.5 + bump, size, (130, 200, 255))
    return out


def sunset(image: Image, t: float) -> Image:
    """The sun low in an orange sky, with clouds that drift."""
    height, width = image.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    down = rows / height
    sky = np.stack([90 - 60 * down, 90 + 60 * down, 170 + 80 * down], axis=2)
    cloud = np.sin(columns / width * 17 + t * 0.3) * np.sin(rows / height * 31 + 1)
    sky *= (0.85 + 0.15 * cloud)[..., None]
    out = np.clip(sky, 0, 255).astype(np.uint8)
    out[int(height * 0.75) :] = (image[int(height * 0.75) :] * 0.2).astype(np.uint8)
    return _shine(out, 0.6, 0.62, 0.06, (120, 220, 255))


def glitter(image: Image, t: float) -> Image:
    """A low sun over water: its path of light breaks up into specks that come and go."""
    height, width = image.shape[:2]
    out = sunset(image, t)
    water = int(height * 0.75)
    rows, columns = np.mgrid[water:height, 0:width].astype(np.float32)
    depth = (rows - water) / (height - water) + 0.1
    waves = np.sin(columns / (4 + 10 * depth) + t * 9 + np.sin(rows * 0.9 + t * 5) * 2)
    waves *= np.sin(rows / (1.5 + 3 * depth) - t * 11 + columns * 0.13)
    path = np.exp(-(((columns / width - 0.6) / (0.04 + 0.06 * depth)) ** 2))
    light = np.clip(waves * path * 2 - 0.5, 0, 1)[..., None]
    colours = np.array([140.0, 215.0, 255.0])
    out[water:] = np.clip(out[water:] * (1 - light) + light * colours, 0, 255).astype(np.uint8)
    return out


def _cloth(image: Image, t: float, colour: tuple[int, int, int], light: float) -> Image:
    """A cloth that waves in the wind, with folds in light and shade, and bright sun on it."""
    height, width = image.shape[:2]
    out = image.copy()
    top, left, high, wide = 0.25 * height, 0.35 * width, 0.3 * height, 0.3 * width
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    along = (columns - left) / wide
    swing = np.sin(along * 9 - t * 11) + 0.5 * np.sin(along * 17 - t * 17 + 1)
    edge = rows - top - swing * along * height * 0.025
    inside = (along > 0) & (along < 1 + 0.04 * np.sin(t * 7)) & (edge > 0) & (edge < high)
    fold = np.cos(along * 9 - t * 11 + edge / high * 2) + 0.4 * np.cos(along * 23 - t * 21)
    shade = light * (0.75 + 0.25 * fold)[..., None] * np.array(colour)
    gloss = (np.clip(fold - 1.15, 0, 1) * 300)[..., None]
    out[inside] = np.clip(shade + gloss, 0, 255).astype(np.uint8)[inside]
    return out


def red_flag(image: Image, t: float) -> Image:
    """A red flag in the wind."""
    return _cloth(image, t, (35, 30, 215), 1.0)


def orange_cloth(image: Image, t: float) -> Image:
    """An orange tarpaulin that flaps in bright sun."""
    return _cloth(image, t, (40, 130, 250), 1.2)


def yellow_cloth(image: Image, t: float) -> Image:
    """A yellow banner that flaps in sun so bright that the camera burns out."""
    return _cloth(image, t, (60, 210, 250), 1.15)


def orange_clothing(image: Image, t: float) -> Image:
    """Somebody in a high-visibility vest who works on one spot, arms going up and down."""
    height, width = image.shape[:2]
    out = image.copy()
    x = int(width * (0.5 + 0.03 * np.sin(t * 2.1)))
    y = int(height * (0.5 + 0.01 * np.sin(t * 3.7)))
    size = height // 6
    cv2.ellipse(out, (x, y), (size // 2, size), 0, 0, 360, (40, 110, 255), -1)
    cv2.line(
        out, (x - size // 3, y - size // 2), (x - size // 3, y + size // 2), (235, 240, 245), 5
    )
    cv2.line(
        out, (x + size // 3, y - size // 2), (x + size // 3, y + size // 2), (200, 240, 250), 5
    )
    cv2.circle(out, (x, y - size - size // 4), size // 3, (60, 225, 255), -1)
    arm = int(size * np.sin(t * 8))
    cv2.line(
        out, (x + size // 2, y - size // 2), (x + size, y - size // 2 + arm), (45, 120, 255), 9
    )
    return np.asarray(cv2.GaussianBlur(out, (3, 3), 0), np.uint8)


def screen(image: Image, t: float) -> Image:
    """A television with a warm picture that cuts, pans and changes."""
    height, width = image.shape[:2]
    out = image.copy()
    shot = int(t / 0.8)
    random = np.random.default_rng(shot)
    small = random.uniform(0, 1, (4, 6, 3)) * np.array([150, 230, 330])
    picture = cv2.resize(np.clip(small, 0, 255).astype(np.uint8), (400, 240))
    pan = int((t - shot * 0.8) * 60)
    left, top, wide, high = width * 3 // 8, height // 3, width // 4, height // 4
    part = picture[20:220, pan : pan + 320]
    out[top : top + high, left : left + wide] = cv2.resize(part, (wide, high))
    return out


def leaves(image: Image, t: float) -> Image:
    """A tree in autumn with the sun behind it, its yellow leaves trembling."""
    height, width = image.shape[:2]
    out = image.copy()
    random = np.random.default_rng(7)
    for _ in range(260):
        x, y = random.normal(0.5, 0.08) * width, random.normal(0.4, 0.09) * height
        phase, speed = random.uniform(0, 6), random.uniform(4, 14)
        tone = random.uniform(0.6, 1.15) + 0.15 * np.sin(t * speed + phase)
        colour = np.clip(np.array([45, 165, 235]) * tone, 0, 255)
        sway = 0.006 * width * np.sin(t * 2 + y * 0.02)
        at = (int(x + sway + 1.5 * np.sin(t * speed + phase)), int(y))
        axes = (max(1, width // 90), max(1, int(width / 160 * abs(np.sin(t * speed / 3 + phase)))))
        cv2.ellipse(out, at, axes, phase * 57, 0, 360, [float(each) for each in colour], -1)
    return out


def shaken(scene: Scene) -> Scene:
    """The same, seen by a camera on a pole in the wind."""

    def shake(image: Image, t: float) -> Image:
        x = 3.0 * np.sin(t * 17) + 2.0 * np.sin(t * 29 + 1)
        y = 2.0 * np.sin(t * 23 + 2) + 1.5 * np.sin(t * 37)
        out = scene(image, t)
        moved = cv2.warpAffine(
            out,
            np.array([[1, 0, x], [0, 1, y]], dtype=np.float64),
            out.shape[1::-1],
            borderMode=cv2.BORDER_REFLECT,
        )
        return np.asarray(moved, np.uint8)

    return shake


FIRE_COLOURED: tuple[Scene, ...] = (
    lamp,
    failing_lamp,
    beacon,
    turning_beacon,
    hazard_lights,
    night_traffic,
    headlights,
    sunset,
    glitter,
    red_flag,
    orange_cloth,
    yellow_cloth,
    orange_clothing,
    screen,
    leaves,
)
