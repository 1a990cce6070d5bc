"""Pictures as a film that every browser plays: H.264 in MP4, its index first."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.video.frame import PictureType

from edge.vision.pictures import Image

PER_SECOND: Final = 10
"""Pictures at most: what happened is seen, and a clip of ten seconds has some 300 kB."""

_TICKS: Final = 1000
_OPTIONS: Final = {"preset": "veryfast", "crf": "28", "threads": "1", "bf": "0"}
"""One thread: this must not take a core from what watches."""


def write_film(path: Path, pictures: Iterable[tuple[float, Image]]) -> int:
    """Write pictures, all of one size, with their seconds; return how many there were."""
    count = 0
    began = last = 0.0
    options = {"movflags": "+faststart"}
    with av.open(str(path), "w", format="mp4", options=options) as film:
        stream = None
        for t, image in pictures:
            if stream is None:
                stream = film.add_stream("libx264", rate=PER_SECOND, options=dict(_OPTIONS))
                stream.height, stream.width = image.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.time_base = Fraction(1, _TICKS)
                stream.codec_context.time_base = Fraction(1, _TICKS)
                began = t
            last = t if count == 0 else max(t, last + 1 / _TICKS)
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts = round((last - began) * _TICKS)
            frame.time_base = Fraction(1, _TICKS)
            frame.pict_type = PictureType.NONE
            film.mux(stream.encode(frame))
            count += 1
        if stream is not None:
            film.mux(stream.encode())
    return count
