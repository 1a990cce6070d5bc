"""What cameras write into their pictures: a clock, a name, a bar behind it."""

from __future__ import annotations

import cv2
import numpy as np

from edge.vision.pictures import Image


def written(  # noqa: PLR0913 - how it is written
    image: Image,
    words: str,
    *,
    size: float = 0.5,
    x: int = 8,
    y: int = 20,
    black: bool = False,
    bar: bool = False,
) -> Image:
    """Write words from the left at `x`, their foot at line `y`: white with a black outline.

    `black` the other way round; with a `bar` on an even ground instead of the outline. `size` 1
    is 22 pixels high.
    """
    drawn = image.copy()
    font, weight = cv2.FONT_HERSHEY_SIMPLEX, max(1, round(2 * size))
    ink, edge = ((0,) * 3, (255,) * 3) if black else ((255,) * 3, (0,) * 3)
    if bar:
        (width, height), below = cv2.getTextSize(words, font, size, weight)
        cv2.rectangle(drawn, (x, y - height), (x + width, y + below), edge, cv2.FILLED)
    else:
        cv2.putText(drawn, words, (x, y), font, size, edge, weight + 2, cv2.LINE_AA)
    cv2.putText(drawn, words, (x, y), font, size, ink, weight, cv2.LINE_AA)
    return np.asarray(drawn, np.uint8)
