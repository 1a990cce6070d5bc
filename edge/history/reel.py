"""Readings of a time, straight from the history's file: those that matter, the rest counted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import apsw

from edge.all_or_nothing import release
from edge.history.history_file import late
from edge.history.rows import Row
from edge.history.schema import APPLICATION, VERSION, UnknownFile
from edge.schema_steps import goes_on

BUSY_MS: Final = 5_000
"""How long to wait while the gateway makes or ends its file."""

# Which rows are no good number from :low to :high; what is no number, or bad, always is one.
_LOUD: Final = "(mark < 2 AND value BETWEEN :low AND :high) IS NOT TRUE"

_SPAN: Final = "point = :point AND at > :after AND at <= :until"

_SORTED: Final = f"SELECT at, value, mark FROM reading WHERE {_SPAN}"  # noqa: S608 - ours

# What came lately may be sorted meanwhile: then it is the same row twice, and is told once.
_WITH_LATE: Final = f"{_SORTED} UNION SELECT at, value, mark FROM temp.late WHERE {_SPAN}"  # noqa: S608 - ours

_SOURCES: Final = (_SORTED, _WITH_LATE)

_ROWS: Final = tuple(
    f"SELECT at, value, mark FROM ({rows}) WHERE {_LOUD} ORDER BY at LIMIT :limit"  # noqa: S608 - ours
    for rows in _SOURCES
)
_COUNT: Final = tuple(
    f"SELECT count(*), min(CASE WHEN {_LOUD} THEN at END) FROM ({rows})"  # noqa: S608 - ours
    for rows in _SOURCES
)
_BEFORE: Final = tuple(
    f"SELECT at, value, mark FROM ({rows}) ORDER BY at DESC LIMIT 1"  # noqa: S608 - ours
    for rows in _SOURCES
)

_LATE: Final = """
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE late (
  point INTEGER NOT NULL, at INTEGER NOT NULL, value ANY, mark INTEGER NOT NULL,
  PRIMARY KEY (point, at)
) STRICT, WITHOUT ROWID
"""


class Span(NamedTuple):
    """The good numbers that are passed over, both ends included."""

    low: float
    high: float


NOTHING: Final = Span(math.inf, -math.inf)
"""No number lies in it: nothing is passed over."""


class Reel:
    """A connection that only reads, be there a gateway that writes or not; every call blocks.

    Instants are microseconds since 1970; a span of time begins after `after` and ends with `until`.
    Nothing is held between two calls: the gateway can tidy its file as ever. Raises `UnknownFile`
    for what is no history, and `apsw.Error`, as every call may.
    """

    def __init__(self, path: Path) -> None:
        self._db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        self._db.set_busy_timeout(BUSY_MS)
        self._late: dict[int, int] = {}
        try:
            self._begin()
        except (apsw.Error, UnknownFile):
            release(self._db)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        release(self._db)

    @property
    def since(self) -> int:
        """From when on nothing has been forgotten."""
        [(since,)] = self._db.execute("SELECT since FROM kept")
        return int(since)

    def points(self) -> Mapping[int, str]:
        """The points that the file knows: each id with its name."""
        return dict(self._db.execute("SELECT id, name FROM point ORDER BY id"))

    def rows(self, point: int, after: int, until: int, limit: int, span: Span) -> list[Row]:
        """Return the next rows of a point in order, at most so many, but for those in the span."""
        wanted = self._wanted(point, after, until, span) | {"limit": limit}
        question = _ROWS[self._is_late(point, until)]
        return [Row(*row) for row in self._db.execute(question, wanted)]

    def count(self, point: int, after: int, until: int, span: Span) -> tuple[int, int | None]:
        """Return how many rows there are, and when the first comes that is not in the span."""
        question = _COUNT[self._is_late(point, until)]
        [(count, first)] = self._db.execute(question, self._wanted(point, after, until, span))
        return int(count), None if first is None else int(first)

    def before(self, point: int, until: int) -> Row | None:
        """Return what a point read last up to an instant."""
        question = _BEFORE[self._is_late(point, until)]
        wanted = self._wanted(point, -(2**63), until, NOTHING)
        return next((Row(*row) for row in self._db.execute(question, wanted)), None)

    def _wanted(self, point: int, after: int, until: int, span: Span) -> dict[str, float]:
        return {
            "point": point,
            "after": after,
            "until": until,
            "low": span.low,
            "high": span.high,
        }

    def _is_late(self, point: int, until: int) -> bool:
        """Whether something of it may not be sorted yet."""
        late = self._late.get(point)
        return late is not None and late <= until

    def _begin(self) -> None:
        """Read what is not sorted yet."""
        [(application,)] = self._db.execute("PRAGMA application_id")
        [(version,)] = self._db.execute("PRAGMA user_version")
        if application != APPLICATION or not goes_on(self._db, VERSION):
            raise UnknownFile(f"application {application:#x}, schema {version}")
        self._db.execute(_LATE)
        for points, rows in late(self._db):
            for point, row in zip(points, rows, strict=True):
                self._late[point] = min(row.at, self._late.get(point, row.at))
            self._db.executemany(
                "INSERT OR REPLACE INTO temp.late VALUES (?,?,?,?)",
                ((point, *row) for point, row in zip(points, rows, strict=True)),
            )
