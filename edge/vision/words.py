"""What the gateway and a camera's process say to each other over their socket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from edge.vision.findings import Box, Finding, Ill, Verdict


class _Word(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One message; msgpack, its length in four bytes ahead of it."""


class Job(_Word, frozen=True, kw_only=True, tag=True):
    """Said once, down: what the camera is to do.

    `source` and `address` are sections of the site file as JSON, `password` what the gateway has
    read for them. `detector` is the path of the shared detector's socket, empty when there is
    none; `objects` and `faces` the models to ask it for. `evidence` is the folder that pictures
    may be written into once nobody can be known in them. `timezone` is the site's.
    """

    camera: str
    source: bytes
    password: str
    address: bytes
    detector: str
    objects: str
    faces: str
    evidence: str
    timezone: str
    ring_s: float = 12.0


class Capture(_Word, frozen=True, kw_only=True, tag=True):
    """Down: keep a still of now, and a clip from `before_s` ago until `after_s` from now."""

    id: str
    before_s: float = 6.0
    after_s: float = 4.0


class Look(_Word, frozen=True, kw_only=True, tag=True):
    """Down: a still of now for a technician to look at, as large as `width` at most."""

    id: str
    width: int = 960


class Opened(_Word, frozen=True, kw_only=True, tag=True):
    """Up: the first picture is there."""

    width: int
    height: int
    codec: str = ""


class State(_Word, frozen=True, kw_only=True, tag=True):
    """Up, once a second: how it goes. Counts are since the session began.

    `age_s` of the newest picture; `wanted` pictures that had to be looked at for objects, `shed`
    those of them that the detector had no time for. `missing` says in words what it lacks
    (a model), empty when nothing; `unable` which watches, as `zone.what`, cannot tell anything
    just now, each with why not.
    """

    age_s: float
    fps: float
    frames: int
    broken: int
    motion: bool
    analysed: int
    wanted: int
    shed: int
    cpu_s: float
    memory: int
    ills: Mapping[Ill, Verdict]
    missing: str = ""
    unable: Mapping[str, str] = msgspec.field(default_factory=dict)


class Found(_Word, frozen=True, kw_only=True, tag=True):
    """Up: a step of a finding, and when that was."""

    finding: Finding
    at: datetime


class Kept(_Word, frozen=True, kw_only=True, tag=True):
    """Up: a still or a clip is in the evidence folder, synced, under a name of its own.

    `blurred`: `faces` where each face found is made unknowable, `whole` where nothing could find
    faces and the whole picture is. `capture` is the id of the request.
    """

    capture: str
    kind: Literal["still", "clip"]
    file: str
    media_type: str
    size: int
    sha256: str
    blurred: Literal["faces", "whole"]
    began: datetime
    ended: datetime
    faces: int = 0


class Seen(_Word, frozen=True, kw_only=True, tag=True):
    """Up: the answer to `Look`, a JPEG in which nobody can be known; boxes of what is followed.

    `blurred` is what of it was made unknowable, as of `Kept`.
    """

    id: str
    jpeg: bytes
    at: datetime
    boxes: tuple[tuple[str, Box], ...] = ()
    blurred: Literal["faces", "whole"] = "faces"


class Refused(_Word, frozen=True, kw_only=True, tag=True):
    """Up: a request cannot be fulfilled."""

    id: str
    reason: str


class Ended(_Word, frozen=True, kw_only=True, tag=True):
    """Up: why the session is over, in words for a technician.

    After it come only `Kept` and `Refused` of captures that were under way.
    """

    reason: str


Down: TypeAlias = Job | Capture | Look
Up: TypeAlias = Opened | State | Found | Kept | Seen | Refused | Ended
