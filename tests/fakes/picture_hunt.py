"""Finds every picture in bytes of any kind, whatever they are wrapped in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import av.error
import cv2
import numpy as np

from edge.vision.pictures import Image

_STILLS: Final = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|BM....\x00\x00\x00\x00", re.DOTALL
)
_FILM: Final = re.compile(rb"....ftyp", re.DOTALL)
_BARE: Final = re.compile(rb"\x00\x00\x01[\x67\x27]")
"""Where H.264 without a container begins: its sequence parameters."""


def pictures_in(body: bytes) -> Iterator[Image]:
    """Every JPEG, PNG, WebP and BMP, every picture of every MP4, and H.264 without one."""
    for found in _STILLS.finditer(body):
        image = cv2.imdecode(np.frombuffer(body[found.start() :], np.uint8), cv2.IMREAD_COLOR)
        if image is not None:
            yield np.asarray(image, np.uint8)
    for found in _FILM.finditer(body):
        yield from _decoded(body[found.start() :], "mp4")
    bare = _BARE.search(body)
    if bare is not None:
        yield from _decoded(body[bare.start() :], "h264")


def pictures_below(folder: Path) -> Iterator[tuple[Path, Image]]:
    """Every picture in every file, whatever the file is called."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            for image in pictures_in(path.read_bytes()):
                yield path, image


def _decoded(body: bytes, kind: str) -> Iterator[Image]:
    try:
        with av.open(io.BytesIO(body), "r", format=kind) as film:
            for frame in film.decode(video=0):
                yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    except (av.error.FFmpegError, IndexError):
        return
