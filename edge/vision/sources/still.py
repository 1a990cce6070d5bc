"""Single pictures as JPEG, in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import cv2
import numpy as np

from edge.vision.pictures import Frame
from edge.vision.sources.taken import Codec, Packet, Taken

JPEG: Final = Codec(name="mjpeg")

QUALITY: Final = 85
"""Nobody sees what is lost above it, and it is half as large as 95."""

BEGINS: Final = b"\xff\xd8"
ENDS: Final = b"\xff\xd9"

PADDING: Final = b"\0\r\n"
"""What cameras put behind a picture."""


def decode(jpeg: bytes, t: float, at: datetime) -> Taken:
    """Return a JPEG as a picture; broken where it is cut off or none at all."""
    packet = packet_of(jpeg, t, at)
    try:
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        image = None  # larger than any camera's, or so it says
    if image is None:
        return Taken(broken=True)
    whole = jpeg.rstrip(PADDING).endswith(ENDS)
    return Taken(
        frame=Frame(image.astype(np.uint8, copy=False), t, at), packet=packet, broken=not whole
    )


def packet_of(jpeg: bytes, t: float, at: datetime) -> Packet:
    """Return a JPEG as it is kept."""
    return Packet(content=jpeg, t=t, at=at, keyframe=True, codec=JPEG)


def encode(frame: Frame) -> Packet:
    """Return a picture as a JPEG to be kept."""
    _, jpeg = cv2.imencode(".jpg", frame.image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return packet_of(jpeg.tobytes(), frame.t, frame.at)
