"""What a camera has seen lately: the steps of each thing put together, as a list tells it; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import msgspec

from edge.api.ui.camera.words import class_words
from edge.model import EventLine, Text
from edge.vision.findings import Basis
from edge.vision.names import BASES, name_of

DAY: Final = timedelta(hours=24)

MOST: Final = 60
"""Things in the list; who wants more opens the events."""

Box: TypeAlias = tuple[float, float, float, float]


class _Vision(msgspec.Struct, frozen=True):
    phase: str
    what: str
    object: str
    since: datetime
    dwell_seconds: float
    basis: Basis
    confidence: float
    zone: str = ""
    label: str = ""
    box: Box | None = None


class _Data(msgspec.Struct, frozen=True):
    vision: _Vision


class _Body(msgspec.Struct, frozen=True):
    data: _Data


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """One thing that was seen; `ended` is none while it goes on, `number` is its latest event.

    `box` is where it was last, in parts of the picture.
    """

    number: int
    what: Text
    zone: str
    zone_name: Text | None
    since: datetime
    ended: datetime | None
    dwell_s: float
    label: Text | None
    basis: Text
    confidence: int
    box: Box | None


def seen_lines(lines: Iterable[EventLine], zones: Mapping[str, Text]) -> tuple[SeenLine, ...]:
    """What events tell, the latest first; the steps of one thing are one line."""
    found: dict[str, SeenLine] = {}
    for line in lines:
        vision = _read(line.body)
        if vision is None:
            continue
        known = found.get(vision.object)
        if known is None:
            found[vision.object] = _line(line, vision, zones)
        elif known.box is None and vision.box is not None:
            found[vision.object] = replace(known, box=vision.box)
    return tuple(found.values())[:MOST]


def _line(line: EventLine, vision: _Vision, zones: Mapping[str, Text]) -> SeenLine:
    return SeenLine(
        number=line.number,
        what=name_of(vision.what),
        zone=vision.zone,
        zone_name=zones.get(vision.zone, Text(vision.zone, vision.zone)) if vision.zone else None,
        since=vision.since,
        ended=line.at if vision.phase == "end" else None,
        dwell_s=vision.dwell_seconds,
        label=class_words(vision.label) if vision.label else None,
        basis=BASES[vision.basis],
        confidence=round(vision.confidence * 100),
        box=vision.box,
    )


def _read(body: bytes) -> _Vision | None:
    with suppress(msgspec.DecodeError, UnicodeError):
        return msgspec.json.decode(body, type=_Body).data.vision
    return None
