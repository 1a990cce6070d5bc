"""What is going on before a camera: each thing once, from its beginning to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from edge.model import VisionChanged, VisionPhase
from edge.vision.findings import Basis

MOST_OPEN: Final = 200
"""At once, before one camera; more people than that are a crowd, which is one thing."""


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is going on, as it was told last."""

    what: str
    zone: str
    object: str
    since: datetime
    basis: Basis
    confidence: float
    dwell_s: float = 0.0
    label: str = ""
    box: tuple[float, float, float, float] | None = None
    model: str = ""
    model_sha256: str = ""


_DECODER: Final = msgspec.json.Decoder(tuple[Sight, ...])


class Episodes:
    """Those of one camera; what was open when the gateway ended is known from what was kept."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._open: dict[str, Sight] = {}
        self.dropped = 0

    @property
    def open(self) -> Sequence[Sight]:
        """What is going on."""
        return tuple(self._open.values())

    def take(self, phase: VisionPhase, sight: Sight, at: datetime) -> VisionChanged | None:
        """Take one step; none where it changes nothing: an end of what never began."""
        known = sight.object in self._open
        if phase == "begin" and not known:
            if len(self._open) >= MOST_OPEN:
                self.dropped += 1
                return None
            self._open[sight.object] = sight
            return self._changed("begin", sight, at)
        if not known:
            return None
        if phase == "end":
            del self._open[sight.object]
            return self._changed("end", sight, at)
        self._open[sight.object] = sight
        return self._changed("update", sight, at)

    def close(self, at: datetime) -> tuple[VisionChanged, ...]:
        """End everything: nobody looks any more."""
        ended = tuple(self._changed("end", sight, at) for sight in self._open.values())
        self._open.clear()
        return ended

    def kept(self) -> bytes | None:
        """What is going on, to be kept beside what has been told of it; none for nothing."""
        return msgspec.json.encode(tuple(self._open.values())) if self._open else None

    def recall(self, kept: bytes) -> None:
        """Know again what was going on; what cannot be read is forgotten."""
        try:
            sights = _DECODER.decode(kept)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return
        self._open = {sight.object: sight for sight in sights[:MOST_OPEN]}

    def _changed(self, phase: VisionPhase, sight: Sight, at: datetime) -> VisionChanged:
        return VisionChanged(
            device=self._device,
            phase=phase,
            what=sight.what,
            zone=sight.zone,
            object=sight.object,
            since=sight.since,
            at=at,
            dwell_s=round(sight.dwell_s, 1),
            basis=sight.basis,
            confidence=sight.confidence,
            label=sight.label,
            box=sight.box,
            model=sight.model,
            model_sha256=sight.model_sha256,
        )
