"""The course of a point in the history's file, at the resolution that fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from edge.history.rolling import HIGH, LOW
from edge.history.rolls import RAW, ROLLED, Tier
from edge.history.rows import Row
from edge.history.samples import Bucket, Stretch, stretch_of, width_of

Ask: TypeAlias = Callable[[str, Sequence[object] | Mapping[str, object]], list[Any]]

ALL: Final = -1
"""No limit, in SQLite's words."""

COARSE: Final = 2
"""Minutes, or hours, that a stretch has to hold at least to be made of them: they fit its borders
only so well."""

_COURSE: Final = """
SELECT at, value, mark FROM reading
WHERE point = ? AND at > ? AND at <= ? ORDER BY at LIMIT ?
"""

FEW: Final = 5_000
"""Readings that are looked through sooner than minutes are looked up."""

_COUNT: Final = """
SELECT count(*) FROM (
  SELECT 1 FROM reading WHERE point = ? AND at > ? AND at <= ? LIMIT ?)
"""

_LATEST: Final = """
SELECT at, value, mark FROM reading WHERE point = ? AND at <= ? ORDER BY at DESC LIMIT ?
"""

# Minutes and hours of all points lie together: each is looked up by itself.
_SPAN: Final = """
WITH RECURSIVE span(number) AS (
  SELECT :first UNION ALL SELECT number + 1 FROM span WHERE number < :last
), row AS (
  SELECT at * :width AS begun, count, {low} AS low, {high} AS high, mean, last,
    at * :width + last_at AS ended, mark, uncertain, bad
  FROM span CROSS JOIN {table} ON at = number AND point = :point
)
"""

_ENDS: Final = "SELECT (SELECT min(at) FROM {table}), (SELECT max(at) FROM {table})"

_LATEST_ROLLED: Final = """
{span} SELECT ended, last, mark FROM row WHERE ended <= :until ORDER BY ended DESC LIMIT 1
"""

# Of each stretch the last row is looked up; the others never leave SQLite.
_STRETCHES: Final = """
WITH stretch AS (
  SELECT max(at) AS ended, max(mark & 3) | max(mark & 4) AS marks,
    min(CASE WHEN mark & 3 < 2 AND typeof(value) <> 'text' THEN value END) AS low,
    max(CASE WHEN mark & 3 < 2 AND typeof(value) <> 'text' THEN value END) AS high
  FROM reading WHERE point = :point AND at > :since AND at <= :until
  GROUP BY (at - :since - 1) / :span)
SELECT ended, value, mark, low, high, marks
FROM stretch JOIN reading ON point = :point AND at = ended
"""

_STRETCHES_ROLLED: Final = """
{span}, stretch AS (
  SELECT max(ended) AS ending, max(mark & 3) | max(mark & 4) AS marks,
    min(low) AS least, max(high) AS greatest
  FROM row WHERE ended > :since AND ended <= :until GROUP BY (ended - :since - 1) / :span)
SELECT ending, last, mark, least, greatest, marks
FROM stretch CROSS JOIN {table} ON at = ending / :width AND point = :point
"""

_BUCKETS: Final = "{span} SELECT * FROM row ORDER BY begun LIMIT :limit"

BEFORE: Final = 25
"""Minutes, or hours, in which to look for what a point read last: it is told more often."""


class Courses:
    """What the file holds of one point; instants are microseconds since 1970."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def rows(self, point: int, since: int, until: int, limit: int = ALL) -> Sequence[Row]:
        """Return its first readings after `since`, up to `until`."""
        return [Row(*row) for row in self._ask(_COURSE, (point, since, until, limit))]

    def latest(self, point: int, until: int, limit: int) -> Sequence[Row]:
        """Return its last readings up to `until`, newest first."""
        return [Row(*row) for row in self._ask(_LATEST, (point, until, limit))]

    def before(self, point: int, since: int) -> Iterable[Row]:
        """Return what it read last up to `since`, in the finest words that are left."""
        if rows := self.latest(point, since, 1):
            return rows
        for tier in ROLLED:
            begin = since - BEFORE * tier.width
            wanted = self._span(point, tier, begin, since) | {"until": since}
            if found := self._ask(_told(_LATEST_ROLLED, tier), wanted):
                return [Row(*found[0])]
        return ()

    def stretches(self, point: int, since: int, until: int, most: int) -> Iterable[Stretch]:
        """Return its course in at most so many stretches; few readings as they are."""
        tiers = self._whole(since)
        if RAW in tiers:
            rows = self.rows(point, since, until, most + 1)
            if len(rows) <= most:
                return map(stretch_of, rows)
            [(count,)] = self._ask(_COUNT, (point, since, until, FEW + 1))
            if count <= FEW:
                return self._stretches(point, RAW, since, until, most)
        width = width_of(since, until, most)
        fine = [tier for tier in tiers if tier.width * COARSE <= width]
        return self._stretches(point, fine[-1] if fine else tiers[0], since, until, most)

    def buckets(
        self, point: int, tier: Tier, since: int, until: int, limit: int
    ) -> Iterable[Bucket]:
        """Return its first minutes or hours that begin after `since`, up to `until`."""
        wanted = self._span(point, tier, since + tier.width, until) | {"limit": limit}
        return [Bucket(*row) for row in self._ask(_told(_BUCKETS, tier), wanted)]

    def _span(self, point: int, tier: Tier, since: int, until: int) -> dict[str, int]:
        """Return which rows to look up: none before the first of a table, none after its last."""
        [(first, last)] = self._ask(_ENDS.format(table=tier.table), ())
        return {
            "point": point,
            "width": tier.width,
            "first": max(since // tier.width, first or 0),
            "last": min(until // tier.width, last or 0),
        }

    def _whole(self, since: int) -> Sequence[Tier]:
        """Return the tiers, finest first, that hold all that any of them holds from then on."""
        [kept] = self._ask("SELECT since, minutes_since, hours_since FROM kept", ())
        oldest = max(since, min(kept))
        return [tier for tier, begun in zip((RAW, *ROLLED), kept, strict=True) if begun <= oldest]

    def _stretches(
        self, point: int, tier: Tier, since: int, until: int, most: int
    ) -> Iterable[Stretch]:
        wanted = {"point": point, "since": since, "until": until}
        wanted["span"] = width_of(since, until, most)
        if tier is RAW:
            return map(_stretch, self._ask(_STRETCHES, wanted))
        wanted |= self._span(point, tier, since, until)
        stretches = [_stretch(row) for row in self._ask(_told(_STRETCHES_ROLLED, tier), wanted)]
        cut = self.rows(point, max(since, until // tier.width * tier.width - 1), until)
        return stretches + [stretch_of(row) for row in cut]


def _told(question: str, tier: Tier) -> str:
    return question.replace("{span}", _SPAN).format(table=tier.table, low=LOW, high=HIGH)


def _stretch(row: Sequence[Any]) -> Stretch:
    at, value, mark, low, high, marks = row
    return Stretch(Row(at, value, mark), low, high, marks)
