"""Pictures of a litter bin, empty and overflowing, each a little different."""

from __future__ import annotations

import cv2
import numpy as np

from edge.vision.pictures import Image


def litter_bin(*, full: bool, number: int, plain: bool = False) -> Image:
    """A green bin before a wall in changing light; full, bags and cartons stand out of it.

    `plain` shows the same whether it is full or not: nothing can be learnt from that.
    """
    random = np.random.default_rng(number * 2 + (0 if plain else int(full)))
    image = np.full((144, 192, 3), (130, 138, 145), np.uint8)
    cv2.rectangle(image, (0, 110), (192, 144), (95, 100, 105), -1)
    x = 60 + int(random.integers(-4, 5))
    cv2.rectangle(image, (x, 60), (x + 70, 130), (50, 95, 55), -1)
    cv2.rectangle(image, (x - 3, 54), (x + 73, 62), (40, 70, 45), -1)
    if full and not plain:
        for _ in range(int(random.integers(4, 8))):
            at = (x + int(random.integers(0, 70)), int(random.integers(34, 58)))
            colour = [int(each) for each in random.integers(30, 240, 3)]
            size = (int(random.integers(8, 18)), int(random.integers(6, 14)))
            cv2.ellipse(image, at, size, int(random.integers(0, 180)), 0, 360, colour, -1)
    light = float(random.uniform(0.6, 1.2))
    noise = random.normal(0, 4, image.shape)
    return np.clip(image * light + noise, 0, 255).astype(np.uint8)
