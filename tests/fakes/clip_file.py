"""A short recording that a test makes for itself: numbered pictures, ten a second."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

from tests.fakes.filmed import HEIGHT, PER_SECOND, WIDTH, numbered


def recorded(path: Path, count: int = 30) -> Path:
    """Write so many pictures; what they are coded with follows from the file's name."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("gif" if path.suffix == ".gif" else "libx264", PER_SECOND)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = "rgb8" if path.suffix == ".gif" else "yuv420p"
        if path.suffix != ".gif":
            stream.options = {"tune": "zerolatency"}  # as cameras do: nothing is held back
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, PER_SECOND)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
