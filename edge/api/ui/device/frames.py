"""Frames as a technician reads them: the bytes in groups, and beside them what each group means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from edge.api.link_routes import AHEAD
from edge.keeper import Keeper
from edge.model import Text
from edge.trace import MOST_BYTES, Frame, Part, Way

SHOWN: Final = 60
"""Frames of one device that are listed; at three questions a second the last ten seconds."""

BEGINNING: Final = 24
"""Bytes of a frame that its line shows; the rest stands beside it when it is opened."""

PRINTABLE: Final = range(0x20, 0x7F)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameLine:
    """One frame in the list, newest first."""

    number: int
    at: datetime
    way: Way
    size: int
    beginning: str
    more: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    """Bytes that stand together because the same parts are about them; `parts` are their places."""

    hex: str
    text: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One part of a frame: from byte `start` to the one before `end`; 0 and 0 for none.

    `inner` is what lies within a part that was told before it: a point in its register.
    """

    place: int
    start: int
    end: int
    name: Text
    value: str
    words: Text | None
    inner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One frame with what it means; `cut` where it was longer than what is kept of one."""

    line: FrameLine
    bytes: tuple[Bytes, ...]
    fields: tuple[Field, ...]
    cut: bool
    is_text: bool


def frame_lines(keeper: Keeper, device: str) -> tuple[FrameLine, ...]:
    """The last frames of a device, newest first."""
    return tuple(line_of(each) for each in reversed(keeper.trace.frames(device)[-SHOWN:]))


def opened(keeper: Keeper, device: str, number: int) -> Opened | None:
    """One frame of a device taken apart; none where it is not kept any more."""
    every = keeper.trace.frames()
    place = next((at for at, each in enumerate(every) if each.number == number), None)
    if place is None or every[place].device != device:
        return None
    frame = every[place]
    parts = keeper.link.describe(frame, every[max(0, place - AHEAD) : place])
    return taken_apart(frame, parts)


def taken_apart(frame: Frame, parts: Sequence[Part]) -> Opened:
    """The frame's bytes, cut where a part begins or ends, and the parts beside them."""
    size = len(frame.body)
    edges = {0, size} | {at for part in parts for at in (part.start, part.end) if 0 < at < size}
    steps = sorted(edges)
    return Opened(
        line=line_of(frame),
        bytes=tuple(
            _bytes(frame.body[begin:end], begin, end, parts) for begin, end in pairwise(steps)
        ),
        fields=tuple(
            Field(
                place=place,
                start=part.start,
                end=part.end,
                name=part.name,
                value=part.value,
                words=part.words,
                inner=_lies_in(part, parts[:place]),
            )
            for place, part in enumerate(parts)
        ),
        cut=size >= MOST_BYTES,
        is_text=bool(frame.body) and _is_text(frame.body),
    )


def line_of(frame: Frame) -> FrameLine:
    """A frame as it is listed."""
    body = frame.body
    text = _is_text(body)
    return FrameLine(
        number=frame.number,
        at=frame.at,
        way=frame.way,
        size=len(body),
        beginning=_text(body[: 3 * BEGINNING]) if text else body[:BEGINNING].hex(" "),
        more=len(body) > (3 * BEGINNING if text else BEGINNING),
        note=frame.note,
    )


def _lies_in(part: Part, before: Sequence[Part]) -> bool:
    return any(part.end and each.start <= part.start and part.end <= each.end for each in before)


def _bytes(body: bytes, begin: int, end: int, parts: Sequence[Part]) -> Bytes:
    about = (place for place, part in enumerate(parts) if part.start < end and begin < part.end)
    return Bytes(hex=body.hex(" "), text=_text(body), parts=tuple(about))


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _is_text(body: bytes) -> bool:
    """Whether it is a message for eyes, such as JSON, and no bytes of a bus."""
    begins = body[:1] in {b"{", b"["}
    return begins and all(each >= PRINTABLE.start or each in b"\t\r\n" for each in body[:BEGINNING])
