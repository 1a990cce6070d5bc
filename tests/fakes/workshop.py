"""A real workshop in which a real person walks on a scripted way: cut out of one clip."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Final

import numpy as np

from edge.vision.findings import Box
from edge.vision.pictures import Frame, Image
from simulators.light import grain
from simulators.things import Cutout, cut_out, paste_car
from tests.fakes.clips import WORKER, clip
from tests.fakes.time import EPOCH
from tests.fakes.walks import Way

STANDS: Final = Box(0.17, 0.17, 0.34, 0.82)
"""Where the person stands in the clip's last picture."""
FREE: Final = 0.45
"""Left of it the clip's first picture is empty, right of it the last one."""
FEET: Final = 0.79
"""How far down the feet are in the picture while they are at the bottom of that box."""


@cache
def _workshop() -> tuple[Image, Cutout]:
    images = clip(WORKER).images
    middle = int(images[0].shape[1] * FREE)
    empty = np.concatenate([images[0][:, :middle], images[-1][:, middle:]], axis=1)
    return empty, cut_out(images[-1], images[0], STANDS)


def workshop(way: Way, until: float, per_second: float) -> Iterator[Frame]:
    """Yield pictures in which the person's foot is where the way says; its height is his own."""
    empty, person = _workshop()
    half = (STANDS.right - STANDS.left) / 2
    for number in range(int(until * per_second)):
        t = number / per_second
        image, box = empty, way.seen(t)
        if box is not None:
            x, y = box.foot
            down = y - FEET
            place = Box(x - half, STANDS.top + down, x + half, STANDS.bottom + down)
            image = paste_car(image, place, person)
        yield Frame(grain(image, 1.5, seed=number), t, EPOCH + timedelta(seconds=t))
