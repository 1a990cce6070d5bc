"""A reading as the history's file holds it: a few small numbers, and back again."""

from __future__ import annotations

import math
import sys
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, TypeAlias

from edge.model import Quality, Reading, Value

MOST_TEXT: Final = 500
"""Characters of a value that is text; more are cut: a point tells a state, not a story."""

BOOL: Final = 4
"""Added to the mark of a value that is true or false, as the file knows only 1 and 0."""

WORST: Final = BOOL - 1
"""The part of a mark that is the quality."""

BAD: Final = 2
"""The mark of a value of bad quality."""

NUMBERS: Final = frozenset((int, float))
"""The types of values that are numbers; true and false are none, or marked as such."""

_QUALITIES: Final = (Quality.GOOD, Quality.UNCERTAIN, Quality.BAD)
_MARKS: Final = {quality: mark for mark, quality in enumerate(_QUALITIES)}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
SMALL: Final = 2**63
"""An integer nearer to 0 than this is one for the file too."""

_GREATEST: Final = int(sys.float_info.max)

LATEST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""The last instant that there is; of a damaged file a row may say that it is from later."""

Plain: TypeAlias = int | float | str | None
"""A value as SQLite knows it."""


class Row(NamedTuple):
    """One reading of some point: microseconds since 1970, the value, and its mark.

    The mark is how bad the quality is (0 good, 1 uncertain, 2 bad), and `BOOL` with a truth value.
    """

    at: int
    value: Plain
    mark: int


def row_of(reading: Reading) -> Row:
    """Return what the file holds of a reading."""
    mark, value = _MARKS[reading.quality], reading.value
    if isinstance(value, bool):
        return Row(micros(reading.at), int(value), mark + BOOL)
    return Row(micros(reading.at), plain(value), mark)


def value_of(value: Plain, mark: int) -> Value | None:
    """Return a value as it was before it was kept."""
    return bool(value) if mark >= BOOL and value is not None else value


def quality_of(mark: int) -> Quality:
    """Return the quality that a mark says."""
    return _QUALITIES[mark & WORST]


def micros(at: datetime) -> int:
    """Return an instant as the file writes it."""
    return (at - _EPOCH) // _MICROSECOND


def instant(at: int) -> datetime:
    """Return the instant that the file writes so."""
    return _EPOCH + timedelta(microseconds=at)


def reading_of(point: str, row: Row, at: int | None = None) -> Reading:
    """Return the reading that was kept, as of another instant where one is given."""
    return Reading(
        point=point,
        value=value_of(row.value, row.mark),
        at=instant(row.at if at is None else at),
        quality=quality_of(row.mark),
    )


def plain(value: Value | None) -> Plain:
    """What is no number counts as no value; an integer beyond 64 bits as the nearest float."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case str():
            return value[:MOST_TEXT].encode(errors="replace").decode()
        case int() if not -SMALL <= value < SMALL:
            return float(max(-_GREATEST, min(value, _GREATEST)))
        case _:
            return value
