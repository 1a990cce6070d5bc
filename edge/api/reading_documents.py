"""What was read, as the API speaks of it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from edge.api.words import Document
from edge.history.export import Line
from edge.history.rows import Row, instant, quality_of, value_of
from edge.model import Quality, Value

_SECOND = 10**6


class ReadingView(Document):
    """What a point read at an instant; or in the minute or the hour that begins then."""

    point: str
    at: datetime
    value: Value | None = Field(description="Of a minute or an hour the last.")
    quality: Quality = Field(description="Of a minute or an hour the worst.")
    count: int | None = Field(None, description="Readings of a minute or an hour.")
    low: float | None = None
    high: float | None = None
    mean: float | None = Field(None, description="Weighted by time, without what was bad.")
    uncertain_s: float | None = None
    bad_s: float | None = None

    @classmethod
    def of(cls, line: Line) -> ReadingView:
        """A line as the API shows it."""
        point, read = line
        at, quality = instant(read.at), quality_of(read.mark)
        if isinstance(read, Row):
            value = value_of(read.value, read.mark)
            return cls(point=point, at=at, value=value, quality=quality)
        return cls(
            point=point,
            at=at,
            value=value_of(read.last, read.mark),
            quality=quality,
            count=read.kept,
            low=read.low,
            high=read.high,
            mean=read.mean,
            uncertain_s=read.uncertain / _SECOND,
            bad_s=read.bad / _SECOND,
        )
