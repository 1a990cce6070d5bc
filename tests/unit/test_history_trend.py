"""The course of a point: thinned for the eye, and no peak is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.history import History, Sample
from edge.history import history_file as file_module
from edge.model import Quality, Reading, Value
from tests.fakes.history import at, live, read

SPAN = 3600
VALUES = st.one_of(st.integers(-5, 5), st.floats(-1e6, 1e6), st.none())
STEPS = st.lists(
    st.tuples(st.integers(1, 40), VALUES, st.sampled_from(tuple(Quality))), max_size=150
)


async def filled(history: History, readings: Sequence[Reading], sorted_by: int) -> None:
    """Note readings: some are in the sorted part of the file, some not yet, some in memory."""
    for number, reading in enumerate(readings):
        history.add(reading)
        if number == sorted_by:
            await history.flush()
            await history._writing.attempt(lambda file, now: file.sort() if now else None)
        if number == 2 * sorted_by:
            await history.flush()


def course_of(steps: Sequence[tuple[int, Value | None, Quality]]) -> list[Reading]:
    """Readings one after the other, from a little before the span that is looked at."""
    readings, second = [], -60
    for pause, value, quality in steps:
        second += pause
        readings.append(read(second, value, quality=quality))
    return readings


def worst(qualities: Iterable[Quality]) -> int:
    """How bad the worst of them is."""
    return max(map([*Quality].index, qualities), default=-1)


@settings(max_examples=40)
@given(steps=STEPS, most=st.integers(2, 40), sorted_by=st.integers(0, 80))
def test_extremes_survive(
    steps: list[tuple[int, Value | None, Quality]], most: int, sorted_by: int
) -> None:
    """However few samples: their least and greatest value, and worst quality, are the readings'."""
    readings = course_of(steps)

    async def story(history: History) -> None:
        await filled(history, readings, sorted_by)
        raw = [*await history.readings(["p/x"], at(0), at(SPAN), 10_000)]
        course = await history.trend("p/x", at(0), at(SPAN), most)
        assert len(course) <= most
        told = [r.value for r in raw if r.quality is not Quality.BAD and r.value is not None]
        lows = [sample.low for sample in course if sample.low is not None]
        highs = [sample.high for sample in course if sample.high is not None]
        assert min(told, default=None) == min(lows, default=None)
        assert max(told, default=None) == max(highs, default=None)
        assert worst(each.quality for each in raw) == worst(each.quality for each in course)
        assert [sample.at for sample in course] == sorted({sample.at for sample in course})
        assert {(sample.at, sample.value) for sample in course} <= {(r.at, r.value) for r in raw}
        assert bool(raw) is bool(course)
        if raw:
            assert (course[-1].at, course[-1].value) == (raw[-1].at, raw[-1].value)
        if len(raw) <= most - 1:
            assert [sample.value for sample in course] == [each.value for each in raw]

    with tempfile.TemporaryDirectory() as store:
        live(Path(store), story)


def test_few_readings_are_told_as_they_are(tmp_path: Path) -> None:
    """What it read at the beginning of the span, then each reading."""

    async def story(history: History) -> Sequence[Sample]:
        for second, value in ((0, 1.0), (10, 4.0), (20, 2.0)):
            history.add(read(second, value))
        return await history.trend("p/x", at(5), at(15))

    good = Quality.GOOD
    assert live(tmp_path, story) == [
        Sample(at=at(5), value=1.0, low=1.0, high=1.0, quality=good),
        Sample(at=at(10), value=4.0, low=4.0, high=4.0, quality=good),
    ]


@pytest.mark.parametrize("sorted_after", [1, 10_000])
def test_many_readings_are_stretches(
    sorted_after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sample ends a stretch: its last value, the extremes, the worst quality; sorted or not."""
    monkeypatch.setattr(file_module, "SORT_ROWS", sorted_after)
    monkeypatch.setattr(file_module, "SORT_OF_EACH", 0)

    async def story(history: History) -> Sequence[Sample]:
        for second in range(1, 1001):
            spike = 900.0 if second == 555 else -900.0 if second == 333 else float(second % 10)
            quality = Quality.UNCERTAIN if second == 777 else Quality.GOOD
            history.add(read(second, spike, quality=quality))
        await history.flush()
        return await history.trend("p/x", at(0), at(1000), most=11)

    course = live(tmp_path, story)
    assert [sample.at for sample in course] == [at(100 * n) for n in range(1, 11)]
    assert [sample.low for sample in course] == [0, 0, 0, -900.0, 0, 0, 0, 0, 0, 0]
    assert [sample.high for sample in course] == [9, 9, 9, 9, 9, 900.0, 9, 9, 9, 9]
    uncertain = [sample.at for sample in course if sample.quality is Quality.UNCERTAIN]
    assert uncertain == [at(800)]


def test_truth_and_text_are_steps(tmp_path: Path) -> None:
    """Of a truth value the extremes say whether it was ever so; text has a last value only."""

    async def story(history: History) -> None:
        for second in range(200):
            history.add(read(second, second % 2 == 0 and second < 100))
            history.add(read(second, f"step {second}", "p/text"))
            if second == 150:
                await history.flush()
        course = await history.trend("p/x", at(0), at(200), most=5)
        assert [(s.value, s.low, s.high) for s in course] == [
            (True, True, True),
            (True, False, True),
            (False, False, True),
        ]
        assert [type(s.low) for s in course] == [bool] * 3
        words = await history.trend("p/text", at(0), at(200), most=5)
        assert [(s.value, s.low, s.high) for s in words[1:]] == [
            (f"step {n}", None, None) for n in (50, 100, 150, 199)
        ]

    live(tmp_path, story)


@pytest.mark.parametrize("sorted_after", [1, 10_000])
def test_bad_quality_is_shown_and_never_a_number(
    sorted_after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stretch with a failure says so; the failure is neither its least nor its greatest value."""
    monkeypatch.setattr(file_module, "SORT_ROWS", sorted_after)
    monkeypatch.setattr(file_module, "SORT_OF_EACH", 0)

    async def story(history: History) -> None:
        for second in range(100):
            bad = second in {50, 60}
            value = (-99.0 if second == 50 else 999.0) if bad else 20.0 + second
            quality = Quality.BAD if bad else Quality.GOOD
            history.add(read(second, value, quality=quality))
        history.add(read(150, -99.0, quality=Quality.BAD))
        await history.flush()
        course = await history.trend("p/x", at(0), at(200), most=3)
        assert [(s.low, s.high, s.quality) for s in course] == [
            (20.0, 20.0, Quality.GOOD),
            (21.0, 119.0, Quality.BAD),
            (None, None, Quality.BAD),
        ]
        assert course[-1].value == -99.0

    live(tmp_path, story)


def test_of_a_point_that_never_spoke_there_is_nothing(tmp_path: Path) -> None:
    """No sample, with a file and without one."""

    async def story(history: History) -> None:
        assert await history.trend("p/x", at(0), at(9)) == []
        await history.flush()
        assert await history.trend("p/x", at(0), at(9)) == []
        history.add(read(20, 1))
        assert await history.trend("p/x", at(0), at(9)) == []

    live(tmp_path, story)
