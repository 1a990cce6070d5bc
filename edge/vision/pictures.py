"""Pictures and what is found in them: frames, boxes, detections, tracks, scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from edge.vision.findings import Box

Image: TypeAlias = npt.NDArray[np.uint8]
"""A picture in colour: rows × columns × 3, blue first, 0 to 255."""

Gray: TypeAlias = npt.NDArray[np.uint8]
"""A picture without colour: rows × columns, 0 to 255."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    `t` is when it was taken in seconds of a clock that never jumps (of a recording: its own
    time), `at` the same instant as a date, in UTC.
    """

    image: Image
    t: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One object in one picture; `score` from 0 to 1.

    Not `sure` is what lies below the model card's threshold: it may be something known, half
    hidden, but says of nothing new that it is there.
    """

    box: Box
    label: str
    score: float
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One object followed over pictures; `id` is given once in the life of a tracker.

    `seen` is when it was last detected, in the seconds of its frames: a track that is only
    guessed on (hidden for a moment) has a box but an older `seen`. `sure` once a detection of it
    was; `best` is its best score.
    """

    id: int
    box: Box
    label: str
    score: float
    since: float
    seen: float
    sure: bool = True
    best: float = 1.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scene:
    """What an analysed picture shows.

    `local` is the instant in the site's time zone, for schedules. `tracks` are none where no
    detector has looked; `looked` says whether one did at this very frame. `basis` names the
    model that looked, empty without one.
    """

    frame: Frame
    local: datetime
    tracks: Sequence[Track] = ()
    looked: bool = False
    model: str = ""
    model_sha256: str = ""
