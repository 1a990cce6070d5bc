"""What each watch that needs no model costs, in ms of one core for a picture of 768 × 432."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time
from typing import Final

import cv2
import numpy as np

from edge.vision.analytics.taught import encode
from edge.vision.analytics.teaching import teach
from edge.vision.pictures import Frame, Image
from tests.fakes.bins import litter_bin
from tests.fakes.facade import dropped, facade
from tests.fakes.flames import Fire, burning, put_on
from tests.fakes.put_down import bag, bicycle, cabin, hall
from tests.fakes.time import EPOCH
from tests.fakes.watched import Watched, filmed

SIZE: Final = (768, 432)
SECONDS: Final = 8.0
FPS: Final = 25.0
EVERY_S: Final = 0.2
"""A watch sees 25 pictures a second and analyses five, as a camera's process has it."""


def large(image: Image) -> Image:
    """The picture as large as a camera's second stream."""
    return np.asarray(cv2.resize(image, SIZE), np.uint8)


def scenes(taught: str) -> dict[str, tuple[dict[str, object], Callable[[float], Image]]]:
    """Each watch with a scene that makes it work, and flames with one that does not."""
    room, fire = large(hall()), Fire(height=0.5)
    heat = burning(fire, FPS)
    wall, drop = facade(width=432, height=768), dropped()
    empty, bike, luggage = large(cabin()), large(bicycle(cabin())), large(bag(hall()))

    def falls(t: float) -> Image:
        image = np.rot90(wall).copy()
        drop(image, t % 2)
        return image

    full = large(litter_bin(full=True, number=1))
    return {
        "left_object": ({"what": "left_object"}, lambda t: luggage if t > 2 else room),
        "cabin_object": ({"what": "cabin_object"}, lambda t: bike if t > 6 else empty),
        "flame_suspected": ({"what": "flame_suspected"}, lambda _: put_on(room, fire, next(heat))),
        "flame_suspected, nothing burns": ({"what": "flame_suspected"}, lambda _: room),
        "thrown_object": ({"what": "thrown_object"}, falls),
        "bin_full": ({"what": "bin_full", "taught_file": taught}, lambda _: full),
    }


def cost(watch: dict[str, object], frames: Sequence[Frame]) -> float:
    """How many ms of this thread each picture costs that the camera sends."""
    watched = Watched(watch)
    began = thread_time()
    watched.show(frames, every_s=EVERY_S)
    return (thread_time() - began) / len(frames) * 1000


def main() -> int:
    """Print the costs."""
    cv2.setNumThreads(1)
    found = {}
    with TemporaryDirectory() as folder:
        taught = Path(folder) / "bin.json"
        pictures = [[litter_bin(full=kind, number=n) for n in range(8)] for kind in (True, False)]
        taught.write_bytes(encode(teach(*pictures, camera="camera-1", zone="bin", at=EPOCH)))
        for name, (watch, scene) in scenes(str(taught)).items():
            frames = list(filmed(scene, SECONDS, FPS))
            found[name] = round(cost(watch, frames), 2)
    sys.stdout.write(json.dumps({"ms a picture, of 25 a second": found}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
