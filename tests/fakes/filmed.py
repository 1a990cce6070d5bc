"""Packets as a camera would encode them: pictures that say their number by stripes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

from edge.vision.pictures import Frame, Image
from edge.vision.sources.still import encode
from edge.vision.sources.taken import Codec, Packet
from tests.fakes.time import EPOCH

WIDTH, HEIGHT = 96, 48
PER_SECOND = 10
BITS = 6
"""Stripes, black or white, the first for 1; a coder keeps them apart."""


def numbered(number: int) -> Image:
    """Return the picture of a number below 64."""
    bits = [255 * (number >> bit & 1) for bit in range(BITS)]
    row = np.repeat(np.array(bits, np.uint8), WIDTH // BITS)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (HEIGHT, WIDTH, 3)))


def number_in(image: Image) -> int:
    """Return the number that a picture shows."""
    stripes = image.mean(axis=(0, 2)).reshape(BITS, -1).mean(axis=1) > 127
    return sum(1 << bit for bit in range(BITS) if stripes[bit])


def h264(count: int, *, group: int = 10, start: float = 0.0) -> Iterator[Packet]:
    """Yield so many packets, ten a second, a keyframe at each `group`."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(PER_SECOND), Fraction(1, PER_SECOND)
    encoder.gop_size, encoder.thread_count = group, 1
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "crf": "20"}
    codec = Codec(name="h264")
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(numbered(number), format="bgr24")
        frame.pts = number
        for packet in encoder.encode(frame):
            t = start + number / PER_SECOND
            yield Packet(
                content=bytes(packet),
                t=t,
                at=EPOCH + timedelta(seconds=t),
                keyframe=packet.is_keyframe,
                codec=codec,
            )


def jpegs(count: int, *, start: float = 0.0) -> Iterator[Packet]:
    """Yield so many JPEGs, ten a second."""
    for number in range(count):
        t = start + number / PER_SECOND
        yield encode(Frame(numbered(number), t, EPOCH + timedelta(seconds=t)))
