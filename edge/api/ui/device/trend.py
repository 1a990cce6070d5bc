"""The course of a point: which time is shown, and the same as a table for who does not see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias
from urllib.parse import quote
from zoneinfo import ZoneInfo

from edge.api.ui.device.points import labels_of
from edge.api.words import Language
from edge.history import Sample
from edge.model import Point, Quality, Text, Value

Span: TypeAlias = Literal["hour", "day", "week"]

SPANS: Final[Mapping[Span, timedelta]] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}
SPAN_WORDS: Final[Mapping[Span, Text]] = {
    "hour": Text("一小时", "Hour"),
    "day": Text("一天", "Day"),
    "week": Text("一周", "Week"),
}

ROWS: Final = 12
"""Of the table: five minutes each of an hour, two hours of a day, fourteen of a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRow:
    """One stretch of time: the least, the greatest and the last value; none where none is known."""

    since: datetime
    until: datetime
    low: Value | None
    high: Value | None
    last: Value | None
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What is drawn, in the time of `zone`: from `url` the samples are fetched.

    Since `known_since` readings are kept.
    """

    path: str
    point: Point
    span: Span
    since: datetime
    until: datetime
    known_since: datetime | None
    url: str
    zone: str
    rows: tuple[TrendRow, ...]

    def labels(self, language: Language) -> str:
        """What its numbers mean, as JSON for the script that draws it."""
        return labels_of(self.point, language)

    @property
    def empty(self) -> bool:
        """Whether nothing was read in this time."""
        return all(row.last is None for row in self.rows)


def trend_of(  # noqa: PLR0913 - what the course of a point consists of
    path: str,
    point: Point,
    span: Span,
    samples: Sequence[Sample],
    *,
    until: datetime,
    known_since: datetime | None,
    zone: ZoneInfo,
) -> Trend:
    """A point over the last hour, day or week."""
    since = until - SPANS[span]
    asked = f"since={quote(since.isoformat())}&until={quote(until.isoformat())}"
    return Trend(
        path=path,
        point=point,
        span=span,
        since=since,
        until=until,
        known_since=known_since,
        url=f"/api/v1/points/{quote(path)}/readings?{asked}",
        zone=zone.key,
        rows=tuple(_rows(samples, since, SPANS[span] / ROWS)),
    )


def _rows(samples: Sequence[Sample], since: datetime, width: timedelta) -> list[TrendRow]:
    """Each stretch goes on with what the one before has ended with."""
    rows: list[TrendRow] = []
    last: Value | None = None
    for number in range(ROWS):
        begin, end = since + number * width, since + (number + 1) * width
        last_one = number == ROWS - 1
        within = [
            each for each in samples if begin <= each.at < end or (last_one and each.at == end)
        ]
        lows = [each.low for each in within if each.low is not None]
        highs = [each.high for each in within if each.high is not None]
        rows.append(
            TrendRow(
                since=begin,
                until=end,
                low=min(lows, default=None),
                high=max(highs, default=None),
                last=within[-1].value if within else last,
                bad=any(each.quality is Quality.BAD for each in within),
            )
        )
        last = rows[-1].last
    return rows
