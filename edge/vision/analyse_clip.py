"""Opens what is to be analysed: a video, a moving GIF, a single picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from edge.errors import ConfigError, Problem
from edge.files.problems import Language, config_error
from edge.files.text_file import unreadable
from edge.model import Text
from edge.vision.pictures import Frame, Image
from edge.vision.sections.watch import ClassSeen, Crowding, Intrusion
from edge.vision.sections.zone import CameraAddress
from edge.vision.sources.lost import SourceLost
from edge.vision.sources.recording import recording

STILL_S: Final = 3.0
"""A single picture is shown for so long, and for what its zones wait for besides."""

LONGEST_STILL_S: Final = 600.0
"""Whatever they wait for: nobody learns more from a picture by looking at it for a day."""

STEP_S: Final = 0.2
"""Between two showings of a single picture."""

GUESSED_S: Final = 0.04
"""Between two pictures of a recording without times: 25 a second."""

_STILLS: Final = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"RIFF", b"II*\0", b"MM\0*")
_MOVING: Final = (b"AVI ", b"ANIM")
_STREAMS: Final = (".mjpeg", ".mjpg")


class Clip:
    """A recording's pictures with its own times; `image` where it is a single picture.

    `ConfigError` says why it cannot be read. `began` is the instant of its first picture.
    """

    def __init__(
        self, path: Path, began: datetime, address: CameraAddress, language: Language
    ) -> None:
        self._path = path
        self._language = language
        self._began = began
        self._lasts_s = _held(address)
        found = _single(path, language)
        self._frames: Iterable[Frame] = ()
        if found is None:
            frames = self._recorded()
            first = list(islice(frames, 2))
            if not first:
                raise self._no_video()
            self._frames = chain(first, frames)
            found = first[0].image if len(first) == 1 else None
        self.image = found is not None
        if found is not None:
            self._frames = self._shown(found)

    def frames(self) -> Iterator[Frame]:
        """Yield them, once; times always go on."""
        last: float | None = None
        step = GUESSED_S
        for frame in self._frames:
            t = frame.t
            if last is not None:
                if t > last:
                    step = t - last
                else:
                    t = last + min(step, GUESSED_S)
            last = t
            yield Frame(frame.image, t, self._began + timedelta(seconds=t))

    def _recorded(self) -> Iterator[Frame]:
        try:
            yield from recording(self._path, self._began)
        except SourceLost:
            raise self._no_video() from None

    def _shown(self, image: Image) -> Iterator[Frame]:
        for number in range(round(self._lasts_s / STEP_S) + 1):
            t = number * STEP_S
            yield Frame(image, t, self._began + timedelta(seconds=t))

    def _no_video(self) -> ConfigError:
        problem = Problem(
            file=str(self._path),
            what=Text("不是能读的录像或图片", "no video or picture that can be read"),
            remedy=Text("给一个 MP4、MKV、GIF、JPEG 或 PNG", "give an MP4, MKV, GIF, JPEG or PNG"),
        )
        return config_error([problem], self._language)


def _single(path: Path, language: Language) -> Image | None:
    """The picture where the file is one; none where it may be a recording."""
    try:
        with path.open("rb") as file:
            head = file.read(32)
            if path.suffix.lower() in _STREAMS or not head.startswith(_STILLS):
                return None
            content = head + file.read()
    except OSError as error:
        problem = Problem(
            file=str(path),
            what=unreadable(error),
            remedy=Text("检查路径与权限", "check the path and its permissions"),
        )
        raise config_error([problem], language) from None
    if any(word in content[:64] for word in _MOVING):
        return None
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    return None if image is None else np.asarray(image, np.uint8)


def _held(address: CameraAddress) -> float:
    """How long a single picture is shown, so that what waits for a moment has its moment."""
    waits = (
        watch.after.total_seconds()
        for zone in address.zones.values()
        for watch in zone.watch
        if isinstance(watch, Intrusion | ClassSeen | Crowding)
    )
    return min(LONGEST_STILL_S, STILL_S + max(waits, default=0.0))
