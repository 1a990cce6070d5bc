"""Things that are put down and people who stand, drawn into a picture."""

from __future__ import annotations

import cv2
import numpy as np

from edge.vision.pictures import Image

SIZE = (320, 180)


def hall() -> Image:
    """A tiled hall with a bench; plain enough to be cheap, with texture enough to be real."""
    random = np.random.default_rng(2)
    image = np.full((SIZE[1], SIZE[0], 3), (120, 125, 130), np.uint8)
    image = np.clip(image + random.normal(0, 5, image.shape), 0, 255).astype(np.uint8)
    for across in range(0, SIZE[0], 40):
        cv2.line(image, (across, 60), (across - 20, SIZE[1]), (95, 100, 105), 1)
    cv2.rectangle(image, (210, 70), (290, 95), (60, 80, 110), -1)
    return np.asarray(cv2.GaussianBlur(image, (3, 3), 0), np.uint8)


def bag(image: Image, x: int = 100, y: int = 120) -> Image:
    """A dark bag with a strap and a pocket."""
    out = image.copy()
    cv2.rectangle(out, (x, y), (x + 26, y + 24), (50, 40, 45), -1)
    cv2.rectangle(out, (x + 4, y + 8), (x + 20, y + 20), (75, 60, 70), -1)
    cv2.line(out, (x, y), (x + 26, y + 4), (140, 140, 150), 2)
    return out


def somebody(image: Image, t: float, x: int = 100) -> Image:
    """A person who stands and sways as people do: a few centimetres, never quite still."""
    out = image.copy()
    middle = x + 1.5 * np.sin(t * 1.7) + 0.8 * np.sin(t * 0.6)
    low = 90 + 0.5 * np.sin(t * 2.3)
    arm = 4 * np.sin(t * 0.9)
    points = 16
    cv2.ellipse(
        out,
        (round(middle * points), round((low + 34) * points)),
        (14 * points, 38 * points),
        0,
        0,
        360,
        (70, 50, 35),
        -1,
        cv2.LINE_AA,
        4,
    )
    cv2.circle(
        out,
        (round(middle * points), round((low - 12) * points)),
        9 * points,
        (110, 140, 185),
        -1,
        cv2.LINE_AA,
        4,
    )
    start, end = (round(middle - 13), round(low + 14)), (round(middle - 18 + arm), round(low + 50))
    cv2.line(out, start, end, (60, 45, 30), 6, cv2.LINE_AA)
    return out


def lit(image: Image, factor: float, left: int = 0, right: int = SIZE[0]) -> Image:
    """Brighter or darker between two columns."""
    out = image.copy()
    out[:, left:right] = cv2.convertScaleAbs(out[:, left:right], alpha=factor)
    return out


def cabin() -> Image:
    """A lift's cabin from above its door: steel walls, a floor with a joint."""
    image = np.full((SIZE[1], SIZE[0], 3), 115, np.uint8)
    cv2.rectangle(image, (40, 20), (280, 170), (150, 150, 155), -1)
    cv2.rectangle(image, (40, 20), (280, 170), (70, 70, 70), 2)
    cv2.line(image, (160, 20), (160, 170), (120, 120, 120), 1)
    return image


def bicycle(image: Image, x: int = 160) -> Image:
    """An electric bicycle."""
    out = image.copy()
    for wheel in (-42, 42):
        cv2.circle(out, (x + wheel, 130), 25, (25, 25, 25), 6)
    cv2.line(out, (x - 42, 130), (x + 42, 130), (40, 40, 160), 11)
    cv2.rectangle(out, (x - 34, 88), (x + 14, 108), (30, 30, 140), -1)
    cv2.line(out, (x + 42, 130), (x + 32, 62), (30, 30, 30), 5)
    return out
