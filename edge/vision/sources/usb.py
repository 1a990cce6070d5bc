"""A camera that is plugged in, through Video4Linux."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer

from edge.vision.sections.source import UsbSource
from edge.vision.sources import words
from edge.vision.sources.lost import SourceLost
from edge.vision.sources.taken import Now, Taken
from edge.vision.sources.video import Video, reason

FORMATS: Final = ("mjpeg", "")
"""JPEG first: raw pictures fill a USB 2 bus at 640 × 480. A camera that has none says so."""


class Usb:
    """Reads a device file; a device that hangs in the kernel is for the watchdog."""

    def __init__(self, section: UsbSource, now: Now) -> None:
        self._device = section.device
        self._now = now
        self._container: InputContainer | None = None
        self._closed = False

    def open(self) -> None:
        """Open the device."""
        if not Path(self._device).exists():
            raise SourceLost(f"there is no {self._device}: is the camera plugged in?")
        lost = SourceLost(words.NO_VIDEO)
        for input_format in FORMATS:
            options = {"input_format": input_format} if input_format else {}
            try:
                self._container = av.open(self._device, format="v4l2", options=options)
            except av.error.PermissionError:
                raise SourceLost(
                    f"no permission for {self._device}: put the gateway's user into group video"
                ) from None
            except av.error.FFmpegError as error:
                lost = SourceLost(f"{self._device}: {reason(error)}")
            else:
                return
        raise lost

    def frames(self) -> Generator[Taken, None, None]:
        """Yield its pictures."""
        assert self._container is not None  # noqa: S101 - it has been opened
        with self._container as container:
            video = Video(container, live=True)
            try:
                for packet in container.demux(video.stream):
                    if self._closed:
                        return
                    yield from video.decode(packet, time.monotonic(), self._now())
            except av.error.FFmpegError as error:
                raise SourceLost(f"{self._device}: {reason(error)}") from None
        raise SourceLost(words.CLOSED)

    def close(self) -> None:
        """Stop at the next picture."""
        self._closed = True
