"""The course of a point in the history's file, at the resolution that fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final

from edge.history.chunks import Ask, Chunks
from edge.history.rolling import HIGH, LOW
from edge.history.rolls import RAW, ROLLED, Tier
from edge.history.rows import Row
from edge.history.samples import Bucket, Stretch, stretch_of, stretches_of, thinned, width_of

COARSE: Final = 2
"""Minutes, or hours, that a stretch has to hold at least to be made of them: they fit its borders
only so well."""

FEW: Final = 5_000
"""Readings that are looked through sooner than minutes are looked up."""

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
        self.chunks = Chunks(ask)

    def latest(self, point: int, until: int, limit: int) -> Sequence[Row]:
        """Return its last readings up to `until`, newest first."""
        tracks = self.chunks.back(point, until)
        newest = (track.row(place) for track in tracks for place in range(len(track) - 1, -1, -1))
        return [*islice(newest, limit)]

    def before(self, point: int, since: int) -> Iterable[Row]:
        """Return what it read last up to `since`, in the finest words that are left."""
        if row := self.chunks.last(point, since):
            return (row,)
        for tier in ROLLED:
            begin = since - BEFORE * tier.width
            wanted = self._span(point, tier, begin, since) | {"until": since}
            for found in self._ask(_told(_LATEST_ROLLED, tier), wanted):
                return [Row(*found)]
        return ()

    def stretches(self, point: int, since: int, until: int, most: int) -> Iterable[Stretch]:
        """Return its course in at most so many stretches; few readings as they are."""
        tiers = self._whole(since)
        if RAW in tiers:
            rows = [*islice(self.chunks.rows(point, since, until), most + 1)]
            if len(rows) <= most:
                return map(stretch_of, rows)
            if self.chunks.are_few(point, since, until, FEW):
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
        width = width_of(since, until, most)
        if tier is RAW:
            tracks = self.chunks.forth(point, since, until)
            found = (each for track in tracks for each in stretches_of(track, since, width))
            return thinned(found, since, until, most)
        wanted = self._span(point, tier, since, until)
        wanted |= {"since": since, "until": until, "span": width}
        stretches = [_stretch(row) for row in self._ask(_told(_STRETCHES_ROLLED, tier), wanted)]
        cut = max(since, until // tier.width * tier.width - 1)
        return stretches + [stretch_of(row) for row in self.chunks.rows(point, cut, until)]


def _told(question: str, tier: Tier) -> str:
    return question.replace("{span}", _SPAN).format(table=tier.table, low=LOW, high=HIGH)


def _stretch(row: Sequence[Any]) -> Stretch:
    at, value, mark, low, high, marks = row
    return Stretch(Row(at, value, mark), low, high, marks)
