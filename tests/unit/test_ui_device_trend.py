"""The course of a point as a table: what it read in each stretch, as far as is known."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from edge.api.ui.device.trend import ROWS, Trend, trend_of
from edge.history import Sample
from edge.model import Point, Quality, Text, Value
from tests.fakes.time import EPOCH

SPEED = Point(name="speed", type="int", text=Text("速度", "Speed"), labels={2: Text("快", "fast")})
SINCE = EPOCH - timedelta(hours=1)


def sample(minute: float, value: Value | None, quality: Quality = Quality.GOOD) -> Sample:
    """What was read so many minutes after the beginning of the hour."""
    number = value if quality is not Quality.BAD else None
    at = SINCE + timedelta(minutes=minute)
    return Sample(at=at, value=value, low=number, high=number, quality=quality)


def hour(*samples: Sample) -> Trend:
    """The last hour of a point."""
    zone = ZoneInfo("Asia/Shanghai")
    return trend_of(
        "lift-1/speed", SPEED, "hour", samples, until=EPOCH, known_since=None, zone=zone
    )


def test_each_stretch_has_its_least_greatest_and_last_value() -> None:
    """Five minutes each; a reading on the border belongs to what follows, the last to the end."""
    trend = hour(sample(1, 5), sample(2, 9), sample(3, 7), sample(5, 2), sample(60, 1))
    first, second, last = trend.rows[0], trend.rows[1], trend.rows[-1]
    assert (first.low, first.high, first.last) == (5, 9, 7)
    assert (second.low, second.high, second.last) == (2, 2, 2)
    assert last.last == 1
    assert len(trend.rows) == ROWS


def test_a_point_goes_on_reading_what_it_read_last() -> None:
    """A stretch without a reading has a value, but no extremes; before the first there is none."""
    trend = hour(sample(12, 4))
    assert [row.last for row in trend.rows[:4]] == [None, None, 4, 4]
    assert trend.rows[3].low is None


def test_bad_quality_is_said_and_is_never_zero() -> None:
    """A value that nobody could read is none."""
    row = hour(sample(1, 5), sample(2, None, Quality.BAD)).rows[0]
    assert (row.bad, row.low, row.last) == (True, 5, None)


def test_nothing_read_is_empty() -> None:
    """So that no empty picture is drawn."""
    assert hour().empty
    assert not hour(sample(59, 0)).empty


def test_the_address_asks_for_the_same_time() -> None:
    """Of the point by its path, with instants that a plus sign does not spoil."""
    trend = hour()
    assert trend.url.startswith("/api/v1/points/lift-1/speed/readings?since=2025-12-31T23%3A00")
    assert "%2B00%3A00" in trend.url
    assert (trend.zone, trend.labels("en")) == ("Asia/Shanghai", '{"2": "fast"}')
