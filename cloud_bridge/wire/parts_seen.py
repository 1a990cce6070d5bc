"""The pieces of the contract that tell what cameras saw, and of the pictures that were kept."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from cloud_bridge.wire.parts import Document, Instant, Words
from edge.model import Blurred, EvidenceKind, VisionBasis, VisionPhase


class VisionDoc(Document, frozen=True, kw_only=True):
    """What a camera sees: the same `object` from begin to end.

    `box` is left, top, right, bottom in parts of the picture; `basis` what it rests on: a trained
    model, picture arithmetic, or the camera's own word.
    """

    phase: VisionPhase
    what: Words
    zone: Words = ""
    object: Words
    since: Instant
    dwell_seconds: Annotated[float, Meta(ge=0)]
    basis: VisionBasis
    confidence: Annotated[float, Meta(ge=0, le=1)]
    label: Words = ""
    box: tuple[float, float, float, float] | None = None
    model: Words = ""
    model_sha256: Words = ""


class EvidenceDoc(Document, frozen=True, kw_only=True):
    """A picture or a clip; `uri` names the bytes, which come in a lane of their own.

    `blurred`: each face found is made unknowable, or the whole picture where none could be found.
    """

    kind: EvidenceKind
    media_type: Words
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    bytes: Annotated[int, Meta(ge=1)]
    uri: Words
    blurred: Blurred
    began: Instant
    ended: Instant
