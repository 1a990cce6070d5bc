"""Encodes pictures as cameras do: JPEG one by one, H.264 as a stream."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final

import av
import cv2
import numpy as np
from av.video.frame import PictureType, VideoFrame

from edge.vision.pictures import Image
from simulators.cameras.rtp import CLOCK, IDR, PPS, SPS, nal_units

JPEG_QUALITY: Final = 75
KEY_EVERY_S: Final = 2.0
"""A camera's usual distance between pictures that stand by themselves."""

CONSTANT_QUALITY: Final = "23"
"""Half a megabit a second at this size, as cameras are set to. At 27 the grain of a scene without
motion is lost, and a live picture cannot be told from a frozen one."""


def jpeg(image: Image) -> bytes:
    """One picture as a file."""
    done, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise ValueError("no JPEG can be made of this picture")
    return encoded.tobytes()


class H264Encoder:
    """One stream; every picture comes out as soon as it is put in, none refers to a later one."""

    def __init__(self, width: int, height: int, fps: float) -> None:
        context = av.CodecContext.create("libx264", "w")
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.time_base = _tick()
        context.framerate = Fraction(max(1, round(fps)))
        context.thread_count = 1
        every = max(1, round(fps * KEY_EVERY_S))
        context.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "crf": CONSTANT_QUALITY,
            "x264-params": f"keyint={every}:min-keyint={every}:scenecut=0:repeat-headers=1:"
            "sliced-threads=0:slices=1",
        }
        self._context = context

    def encode(self, image: Image, ticks: int, *, key: bool) -> tuple[bytes, ...]:
        """The picture's NAL units; with `key` it is one that stands by itself."""
        frame = VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv420p")
        frame.pts, frame.time_base = ticks, _tick()
        if key:
            frame.pict_type = PictureType.I
        whole = b"".join(bytes(packet) for packet in self._context.encode(frame))
        return tuple(nal_units(whole))


@lru_cache(maxsize=16)
def parameter_sets(width: int, height: int, fps: float) -> tuple[bytes, bytes]:
    """What a decoder has to know before the first picture: SPS and PPS."""
    blank = np.zeros((height, width, 3), np.uint8)
    units = {
        unit[0] & 0x1F: unit for unit in H264Encoder(width, height, fps).encode(blank, 0, key=True)
    }
    return units[SPS], units[PPS]


def is_key(units: tuple[bytes, ...]) -> bool:
    """Whether a decoder can begin here."""
    return any(unit[0] & 0x1F == IDR for unit in units)


def _tick() -> Fraction:
    return Fraction(1, CLOCK)
