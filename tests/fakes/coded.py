"""Pictures through a video encoder and back, as a camera's stream brings them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
from av.error import FFmpegError

from edge.vision.pictures import Frame, Image


def h264(
    images: Iterable[Image],
    *,
    crf: int = 28,
    per_second: int = 5,
    spoil: Callable[[int, bytes], bytes] | None = None,
) -> Iterator[tuple[Image, bool]]:
    """Yield each picture as H.264 brings it, and whether the decoder has complained.

    `crf` is how coarsely it is coded: 18 good, 28 a cheap camera, 40 hardly to be borne. A whole
    picture comes every two seconds. `spoil` is given each packet's number and bytes, and says
    what arrives of them; nothing where they are lost.
    """
    encoder = av.CodecContext.create("libx264", "w")
    decoder = av.CodecContext.create("h264", "r")
    encoder.options = {"crf": str(crf), "preset": "veryfast", "tune": "zerolatency"}
    encoder.pix_fmt, encoder.framerate = "yuv420p", Fraction(per_second)
    encoder.gop_size = 2 * per_second
    encoder.thread_count = decoder.thread_count = 1
    for number, image in enumerate(images):
        height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
        if number == 0:
            encoder.height, encoder.width = height, width
        shown = np.ascontiguousarray(image[:height, :width])
        frame = av.VideoFrame.from_ndarray(shown, format="bgr24")
        frame.pts = number
        for packet in encoder.encode(frame):
            coded = bytes(packet) if spoil is None else spoil(number, bytes(packet))
            try:
                decoded = decoder.decode(av.Packet(coded)) if coded else []
            except FFmpegError:
                continue
            for each in decoded:
                yield np.asarray(each.to_ndarray(format="bgr24"), np.uint8), each.is_corrupt


def recoded(frames: Iterable[Frame], *, crf: int, per_second: int = 5) -> Iterator[Frame]:
    """Yield the frames as H.264 brings them."""
    waiting: deque[Frame] = deque()

    def images() -> Iterator[Image]:
        for frame in frames:
            waiting.append(frame)
            yield frame.image

    for image, _ in h264(images(), crf=crf, per_second=per_second):
        yield replace(waiting.popleft(), image=image)
