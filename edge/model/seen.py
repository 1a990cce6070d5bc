"""What cameras tell: what they saw, and pictures that were kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

VisionPhase: TypeAlias = Literal["begin", "update", "end"]

VisionBasis: TypeAlias = Literal["model", "classical", "camera"]
"""What it rests on: a trained model, picture arithmetic, or the camera's own word."""

EvidenceKind: TypeAlias = Literal["still", "clip"]

Blurred: TypeAlias = Literal["faces", "whole"]
"""What of a picture was made unknowable: each face found, or all where none could be looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionChanged:
    """A camera sees something begin, go on or end.

    `what` is such as `loitering`, `zone` the name of the place in the picture, empty for all of
    it. `object` is the same from begin to end. `dwell_s` is how long the object has been at it.
    `box` is left, top, right, bottom in parts of the picture. `confidence` is from 0 to 1.
    """

    device: str
    phase: VisionPhase
    what: str
    zone: str
    object: str
    since: datetime
    at: datetime
    dwell_s: float
    basis: VisionBasis
    confidence: float
    label: str = ""
    box: tuple[float, float, float, float] | None = None
    model: str = ""
    model_sha256: str = ""

    @property
    def kind(self) -> str:
        """Which of the vision events this is."""
        return f"vision.{self.phase}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceKept:
    """A picture in which nobody can be known is on the gateway's disk, for the alarm `alarm`.

    `device` is the camera; `alarm` is empty for what a person has asked for. The file's name
    on every way is its hash. What it shows lies between `began` and `ended`.
    """

    device: str
    alarm: str
    what: EvidenceKind
    media_type: str
    sha256: str
    size: int
    blurred: Blurred
    began: datetime
    ended: datetime
    at: datetime
    kind: Literal["evidence.kept"] = "evidence.kept"
