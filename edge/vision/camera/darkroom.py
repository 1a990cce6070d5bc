"""Develops stills and clips; nothing leaves it in which somebody can be known."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, Protocol

import cv2
import numpy as np

from edge.vision.camera.faces import FindFaces
from edge.vision.camera.film import PER_SECOND, write_film
from edge.vision.camera.picture_file import Written, written
from edge.vision.camera.redact import MARGIN, blackened, hidden, shrunk, unknowable
from edge.vision.camera.remembered import Remembered
from edge.vision.camera.searching import ClipSearch, StillSearch, sure_of
from edge.vision.findings import Box
from edge.vision.pictures import Frame, Image
from edge.vision.sections.zone import Area

WIDEST_STILL: Final = 1920
WIDEST_CLIP: Final = 960
"""Pixels; a clip says what happened, a still says where and what."""

QUALITY: Final = 85
"""Of a JPEG."""

LOOKS: Final = 3
"""Times that a still is looked at again and what is found is hidden; then all of it is hidden."""

FRAME_S: Final = 1 / PER_SECOND - 0.005
"""Between two pictures of a clip; clocks of cameras are a little uneven."""

WHOLE_S: Final = 0.49
"""Between two pictures of a clip in coarse squares: of many, one could reckon what lies between."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Recording(Protocol):
    """Encoded seconds of a camera, in memory."""

    def frames(self) -> Iterator[Frame]:
        """Decode them from the first to the last; each call begins anew."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Developed:
    """A still or a clip that is in the folder, synced; `file` is its name there.

    `faces` were found, in a clip at one time at most.
    """

    kind: Literal["still", "clip"]
    file: str
    media_type: str
    size: int
    sha256: str
    blurred: Literal["faces", "whole"]
    began: datetime
    ended: datetime
    faces: int = 0


class Darkroom:
    """Develops what one camera saw. Blocking; in one thread at a time, and that at low priority.

    `find_faces` is asked for the faces in a picture or a part of it; when it cannot say, the whole
    picture is made unknowable. `private` is blackened. `heads` are further places where a face may
    be: the upper parts of people who are followed. Every picture that is kept was searched.
    """

    def __init__(self, find_faces: FindFaces, private: Sequence[Area], folder: Path) -> None:
        self._find_faces = find_faces
        self._private = private
        self._folder = folder

    def still(self, frame: Frame, heads: Sequence[Box] = ()) -> Developed:
        """Keep a picture; `OSError` where the disk takes none."""
        image, faces = self._developed(shrunk(frame.image, WIDEST_STILL), heads)
        jpeg = _jpeg(image)
        name = written(self._folder, ".jpg", lambda path: path.write_bytes(jpeg))
        return _told("still", name, faces, frame.at, frame.at)

    def look(self, frame: Frame, width: int, heads: Sequence[Box] = ()) -> bytes:
        """A picture as a JPEG no wider than that; it is written nowhere."""
        return self.glance(frame, width, heads)[0]

    def glance(
        self, frame: Frame, width: int, heads: Sequence[Box] = ()
    ) -> tuple[bytes, Literal["faces", "whole"]]:
        """As `look`, and what of it was made unknowable."""
        image, faces = self._developed(shrunk(frame.image, width), heads)
        return _jpeg(image), "whole" if faces is None else "faces"

    def clip(self, recording: Recording, heads: Sequence[tuple[float, Box]] = ()) -> Developed:
        """Keep a film; `heads` come with the time at which they were there, of the frames' clock.

        `OSError` where the disk takes none, `ValueError` for a recording without a picture.
        """
        search = ClipSearch(self._find_faces)
        if self._searched(recording, search):
            for t, head in heads:
                search.known.add(t, (head,))
            return self._filmed(recording, search.known)
        return self._filmed(recording, None)

    def _developed(self, image: Image, heads: Sequence[Box]) -> tuple[Image, int | None]:
        """A picture in which nobody can be known, and how many faces; none when it is hidden whole.

        What was hidden is looked at again: whatever is taken for a face then is hidden wider.
        """
        image = blackened(image, self._private)
        search = StillSearch(self._find_faces)
        found = search.picture(image)
        count = sure_of(found)
        picture = hidden(image, heads)
        for again in range(LOOKS):
            if found is None:
                break
            boxes = [each.box for each in found if each.sure or not again]
            picture = hidden(picture, boxes, MARGIN * (1 + again))
            found = search.picture(picture)
            if found is not None and not sure_of(found):
                return picture, count
        return unknowable(image), None

    def _searched(self, recording: Recording, search: ClipSearch) -> bool:
        """Look for faces in every picture; whether anybody can say where they are."""
        return all(
            search.picture(blackened(shrunk(frame.image, WIDEST_CLIP), self._private), frame.t)
            for frame in _spaced(recording, FRAME_S)
        )

    def _filmed(self, recording: Recording, known: Remembered | None) -> Developed:
        """Write the film; it is hidden whole where nothing is known."""
        took = _Took()
        pictures = self._pictures(recording, known, took)
        name = written(self._folder, ".mp4", lambda path: write_film(path, pictures))
        return _told("clip", name, None if known is None else known.most, took.began, took.ended)

    def _pictures(
        self, recording: Recording, known: Remembered | None, took: _Took
    ) -> Iterator[tuple[float, Image]]:
        """The pictures of a film as they are kept, all as large as the first."""
        for frame in _spaced(recording, WHOLE_S if known is None else FRAME_S):
            image = blackened(took.sized(shrunk(frame.image, WIDEST_CLIP)), self._private)
            yield frame.t, unknowable(image) if known is None else hidden(image, known.at(frame.t))
            took.note(frame)
        if took.size is None:
            raise ValueError("the recording has no picture")


@dataclass(slots=True)
class _Took:
    """What a film shows, noted while it is written."""

    size: tuple[int, int] | None = None
    began: datetime = _NEVER
    ended: datetime = _NEVER

    def sized(self, image: Image) -> Image:
        """A picture as large as the first one: cameras may change their mind."""
        height, width = image.shape[:2]
        self.size = self.size or (width, height)
        if self.size == (width, height):
            return image
        return np.asarray(cv2.resize(image, self.size), dtype=np.uint8)

    def note(self, frame: Frame) -> None:
        """A picture went into it."""
        if self.began == _NEVER:
            self.began = frame.at
        self.ended = frame.at


def _spaced(recording: Recording, gap: float) -> Iterator[Frame]:
    """The pictures of a recording, none sooner than `gap` seconds after the one before."""
    last = -math.inf
    for frame in recording.frames():
        if frame.t - last >= gap:
            last = frame.t
            yield frame


def _jpeg(image: Image) -> bytes:
    taken, jpeg = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
    if not taken:
        raise ValueError("the picture cannot be made a JPEG")
    return jpeg.tobytes()


def _told(
    kind: Literal["still", "clip"],
    name: Written,
    faces: int | None,
    began: datetime,
    ended: datetime,
) -> Developed:
    return Developed(
        kind=kind,
        file=name.file,
        media_type="image/jpeg" if kind == "still" else "video/mp4",
        size=name.size,
        sha256=name.sha256,
        blurred="whole" if faces is None else "faces",
        began=began,
        ended=ended,
        faces=faces or 0,
    )
