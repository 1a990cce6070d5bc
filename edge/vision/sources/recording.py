"""A recording as pictures with the recording's own time, as fast as they can be decoded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.frame import VideoFrame

from edge.vision.pictures import Frame, Image
from edge.vision.sources.lost import SourceLost
from edge.vision.sources.video import Video, picture, reason

BEGAN: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a recording began of which nobody knows it."""

GUESSED_RATE: Final = 25
"""Pictures a second of a recording that does not say it, nor has times."""


def recording(path: Path, began: datetime = BEGAN) -> Iterator[Frame]:
    """Yield each picture of a video or GIF; `t` from 0, `at` that long after `began`.

    Raises `SourceLost` where it cannot be read at all; single pictures that cannot are left out.
    """
    try:
        container = av.open(str(path))
    except av.error.FFmpegError as error:
        raise SourceLost(reason(error)) from None
    with container:
        video = Video(container, live=False)
        first: float | None = None
        rate = float(video.stream.guessed_rate or GUESSED_RATE)
        last = -1 / rate
        for packet in container.demux(video.stream):
            try:
                decoded = packet.decode()
            except av.error.InvalidDataError:
                continue
            for each in decoded:
                last = last + 1 / rate if each.time is None else each.time
                first = last if first is None else first
                t = last - first
                yield Frame(_upright(each), t, began + timedelta(seconds=t))


def _upright(frame: VideoFrame) -> Image:
    """Return the picture as it is meant to be seen: a telephone that was held upright says so."""
    quarters = round(frame.rotation / 90)
    image = picture(frame)
    return np.ascontiguousarray(np.rot90(image, quarters)) if quarters % 4 else image
