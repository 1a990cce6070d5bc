"""Turns a picture into what a model is fed, and places in the model's picture back into parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.detect.card import InputSection
from edge.vision.pictures import Image

COARSE: Final = 2.0
"""Shrunk by more than this, a picture is averaged: picking single pixels would lose thin things."""

_DTYPES: Final = {"float32": np.float32, "float16": np.float16, "uint8": np.uint8}

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """How a picture lies in the model's: brought to `width` × `height`, that far from the corner.

    All in pixels of the model's picture.
    """

    width: int
    height: int
    left: int = 0
    top: int = 0

    def parts(self, boxes: Floats) -> Floats:
        """Boxes (or points) … × (x, y, x, y, …) in pixels of the model's, in parts of the asked."""
        pairs = boxes.shape[-1] // 2
        shift = np.tile(np.array([self.left, self.top], np.float32), pairs)
        size = np.tile(np.array([self.width, self.height], np.float32), pairs)
        return np.asarray((boxes - shift) / size, dtype=np.float32)


def fitted(width: int, height: int, section: InputSection) -> Fitted:
    """How a picture of that size is laid into the model's."""
    if section.fit == "stretch":
        return Fitted(width=section.width, height=section.height)
    ratio = min(section.width / width, section.height / height)
    wide = min(section.width, max(1, round(width * ratio)))
    high = min(section.height, max(1, round(height * ratio)))
    if section.place == "top_left":
        return Fitted(width=wide, height=high)
    left, top = (section.width - wide) // 2, (section.height - high) // 2
    return Fitted(width=wide, height=high, left=left, top=top)


def resized(image: Image, width: int, height: int) -> Image:
    """The picture in that size; itself when it has it."""
    rows, columns = image.shape[:2]
    if (columns, rows) == (width, height):
        return image
    coarse = max(columns / width, rows / height) > COARSE
    how = cv2.INTER_AREA if coarse else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (width, height), interpolation=how), dtype=np.uint8)


def prepared(image: Image, section: InputSection) -> tuple[npt.NDArray[np.generic], Fitted]:
    """What the model is fed, a batch of one, and how the picture lies in it."""
    rows, columns = image.shape[:2]
    how = fitted(columns, rows, section)
    laid = resized(image, how.width, how.height)
    if (how.width, how.height) != (section.width, section.height):
        whole = np.full((section.height, section.width, 3), section.pad, dtype=np.uint8)
        whole[how.top : how.top + how.height, how.left : how.left + how.width] = laid
        laid = whole
    if section.colour == "rgb":
        laid = laid[:, :, ::-1]
    if section.layout == "nchw":
        laid = laid.transpose(2, 0, 1)
    return np.ascontiguousarray(_scaled(laid, section)[np.newaxis]), how


def _scaled(laid: Image, section: InputSection) -> npt.NDArray[np.generic]:
    if section.dtype == "uint8":
        return laid
    fed = np.ascontiguousarray(laid, dtype=np.float32)
    if section.scale != 1:
        fed *= np.float32(section.scale)
    if any(section.mean) or any(each != 1 for each in section.std):
        shape = (3, 1, 1) if section.layout == "nchw" else (3,)
        mean = np.array(section.mean, np.float32).reshape(shape)
        fed = (fed - mean) / np.array(section.std, np.float32).reshape(shape)
    return fed.astype(_DTYPES[section.dtype], copy=False)
