"""What several points read in a time, one point after the other, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from edge.history.look import Look
from edge.history.rolls import HOURS, MINUTES, RAW, Tier
from edge.history.rows import Row
from edge.history.samples import Bucket

Resolution: TypeAlias = Literal["raw", "minute", "hour"]

AT_ONCE: Final = 5_000
"""Lines of one piece."""

_TIERS: Final[Mapping[Resolution, Tier]] = {"raw": RAW, "minute": MINUTES, "hour": HOURS}


class Line(NamedTuple):
    """What one point read at an instant, or in a minute or an hour."""

    point: str
    read: Row | Bucket


class Here(NamedTuple):
    """Where a piece ended: the next one begins behind it."""

    point: str
    at: int


START: Final = Here("", 0)


class Label(NamedTuple):
    """What a person calls a point, and its unit."""

    name: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which points, in order, and which time: from `since` on, up to `until`.

    Instants are microseconds since 1970. Minutes and hours are there some hours later.
    """

    points: Sequence[str]
    since: int
    until: int
    resolution: Resolution = "raw"
    labels: Mapping[str, Label] = field(default_factory=dict)


def piece(look: Look, wanted: Wanted, here: Here = START, limit: int = AT_ONCE) -> Sequence[Line]:
    """Return the next lines, at most so many; none when there are no more."""
    lines: list[Line] = []
    tier = _TIERS[wanted.resolution]
    for point in wanted.points:
        if point < here.point:
            continue
        begin = here.at if point == here.point else wanted.since - 1
        left = limit - len(lines)
        found: Sequence[Row | Bucket] = (
            look.rows(point, begin, wanted.until, left)
            if tier is RAW
            else look.buckets(point, tier, begin, wanted.until, left)
        )
        lines += [Line(point, read) for read in found]
        if len(lines) >= limit:
            break
    return lines


def pieces(look: Look, wanted: Wanted) -> Iterator[Sequence[Line]]:
    """Give all lines, a piece at a time."""
    here = START
    while lines := piece(look, wanted, here, AT_ONCE):
        yield lines
        here = behind(lines)


def behind(lines: Sequence[Line]) -> Here:
    """Return where the next piece begins."""
    return Here(lines[-1].point, lines[-1].read.at)
