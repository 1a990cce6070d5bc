"""Minutes and hours: what they say is what the readings say, however these came."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.history.history_file import HistoryFile
from edge.history.look import Look, looking
from edge.history.rolls import FOREVER, HOUR, HOURS, MINUTE, MINUTES, RAW, SECOND
from edge.history.rows import Row, micros
from edge.history.samples import Bucket
from edge.model import Quality, Reading, Value
from tests.fakes.history import at, read, rolled

START = micros(at(0))

GOLDEN = [
    # second, value, mark
    (10, 2.0, 0),
    (40, 4, 0),
    (70, None, 2),
    (80, 6.0, 1),
    (200, "运行", 0),
    (210, 1, 4),
]


def test_a_minute_in_figures() -> None:
    """The mean by time, from what was read before on; bad time apart, text in no figure."""
    rows = [Row(START + second * SECOND, value, mark) for second, value, mark in GOLDEN]
    before = Row(START - 5 * MINUTE, 1.0, 0)

    def bucket(second: int, *rest: object) -> Bucket:
        return Bucket(START + second * SECOND, *rest)  # type: ignore[arg-type]

    assert list(rolled(rows, before, MINUTE)) == [
        # 10 s at 1, 30 s at 2, 20 s at 4
        bucket(0, 2, 2.0, 4, 150 / 60, 4, rows[1].at, 0, 0, 0),
        # 10 s at 4, 10 s bad, 40 s at 6, uncertain
        bucket(60, 2, 6.0, 6.0, 280 / 50, 6.0, rows[3].at, 2, 40 * SECOND, 10 * SECOND),
        # 20 s at 6, uncertain; 10 s of text; 30 s of true
        bucket(180, 2, 1, 1, 150 / 50, 1, rows[5].at, 4, 20 * SECOND, 0),
    ]
    assert next(rolled(rows[4:5], None, MINUTE)).mean is None


@dataclass
class Told:
    """What the readings of one bucket say, reckoned second by second."""

    kept: int
    low: float | None
    high: float | None
    mean: float | None
    last: Value | None
    uncertain: int
    bad: int


def told(readings: Sequence[Reading], begin: int, seconds: int) -> Told | None:
    """Reckon naively: what was in force in each second of a bucket."""
    within = [r for r in readings if begin <= (r.at - at(0)).total_seconds() < begin + seconds]
    if not within:
        return None
    figures = [r.value for r in within if r.quality is not Quality.BAD and r.value is not None]
    course: list[Reading] = []
    for second in range(begin, begin + seconds):
        before = [r for r in readings if r.at <= at(second)]
        course += [max(before, key=lambda r: r.at)] if before else []
    held = [r.value for r in course if r.quality is not Quality.BAD and r.value is not None]
    return Told(
        kept=len(within),
        low=min(figures, default=None),  # type: ignore[arg-type]
        high=max(figures, default=None),  # type: ignore[arg-type]
        mean=sum(held) / len(held) if held else None,  # type: ignore[arg-type]
        last=within[-1].value,
        uncertain=sum(r.quality is Quality.UNCERTAIN for r in course) * SECOND,
        bad=sum(r.quality is Quality.BAD for r in course) * SECOND,
    )


def buckets(look: Look, width: int) -> dict[int, Bucket]:
    """The buckets of one tier, by the second in which they begin."""
    tier = MINUTES if width == MINUTE else HOURS
    found = look.buckets("p/x", tier, START - HOUR, FOREVER, 10_000)
    return {(each.at - START) // SECOND: each for each in found}


VALUES = st.one_of(st.integers(-5, 5), st.none())
STEPS = st.lists(
    st.tuples(st.integers(0, 9_000), VALUES, st.sampled_from(tuple(Quality))),
    max_size=25,
    unique_by=lambda step: step[0],
)


@settings(max_examples=30, deadline=None)
@given(steps=STEPS, at_once=st.integers(1, 10))
def test_back_filled_or_not_it_is_what_was_read(
    steps: list[tuple[int, int | None, Quality]], at_once: int
) -> None:
    """In whatever order readings come, and however they are sorted in: the buckets are the same."""
    readings = [read(second, value, quality=quality) for second, value, quality in steps]
    with tempfile.TemporaryDirectory() as store:
        path = Path(store) / "history.db"
        file = HistoryFile(path, START)
        for begin in range(0, len(readings), at_once):
            file.write(readings[begin : begin + at_once])
            file.sort()
        file.close()
        readings.sort(key=lambda reading: reading.at)
        with looking(path) as look:
            for width in (MINUTE, HOUR):
                found = buckets(look, width)
                seconds = width // SECOND
                for begin in range(0, 9_001, seconds):
                    wanted = told(readings, begin, seconds) if begin in found else None
                    assert (begin in found) is any(
                        begin <= step[0] < begin + seconds for step in steps
                    )
                    if wanted is None:
                        continue
                    bucket = found[begin]
                    assert bucket.mean == pytest.approx(wanted.mean)
                    assert wanted == Told(
                        kept=bucket.kept,
                        low=bucket.low,
                        high=bucket.high,
                        mean=wanted.mean,
                        last=bucket.last,
                        uncertain=bucket.uncertain,
                        bad=bucket.bad,
                    )


def test_minutes_outlive_the_readings(tmp_path: Path) -> None:
    """When readings are forgotten their minutes stay as they were, and a course is made of them."""
    path = tmp_path / "history.db"
    file = HistoryFile(path, START)
    file.write([read(second, float(second % 600)) for second in range(0, 4 * 3600, 20)])
    file.sort()
    span = (START - 1, START + 4 * HOUR)
    with looking(path) as look:
        whole, before = look.trend("p/x", *span, 60), buckets(look, MINUTE)
    file._forgetting._forget_until(RAW, START + 3 * HOUR)
    while file._forgetting._to_forget:
        file._forgetting.tidy(START)
    file.write([read(2 * 3600 + 5, -1.0), read(3 * 3600 + 5, -2.0)])
    file.sort()
    file.close()
    with looking(path) as look:
        assert len(look.rows("p/x", *span, 10**6)) < 300
        after, course = buckets(look, MINUTE), look.trend("p/x", *span, 60)
    assert {begin: after[begin] for begin in after if begin < 3 * 3600} == {
        begin: before[begin] for begin in before if begin < 3 * 3600
    }
    assert after[3 * 3600].low == -2.0
    assert max(each.high for each in whole) == max(each.high for each in course) == 580  # type: ignore[type-var]
    assert 50 <= len(course) <= 60
    assert course[0].last.at <= START + timedelta(minutes=10) // timedelta(microseconds=1)
