"""Windows against a list of everything that ever came."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.rules.condition import Statistic
from edge.rules.windows import MOST_BUCKETS, Past, Tally, Window, width_of
from tests.fakes.time import EPOCH

LENGTHS = (timedelta(seconds=3), timedelta(seconds=59), timedelta(minutes=2), timedelta(hours=1))

values = st.integers(-50, 50).map(float)
waits = st.integers(1, 90_000)  # milliseconds


def naive(window: Window, heard: list[tuple[float, float | None]], now: float) -> float | None:
    """The same from all pieces `(from, to, value)` within the window, cut at its begin."""
    width = width_of(window.length).total_seconds()
    begin = max((math.floor(now / width + 1e-9) - window.buckets) * width, 0.0)
    ends = [*(at for at, _ in heard[1:]), now]
    lasting = [
        (max(at, begin), end, value)
        for (at, value), end in zip(heard, ends[-len(heard) :], strict=False)
        if value is not None and (end > begin or at >= begin)  # the newest may be of no length
    ]
    known = sum(end - at for at, end, _ in lasting)
    enough = known >= window.length.total_seconds() / 2 - 1e-9 or window.statistic == "change"
    rises = window.statistic in {"change", "rate"}
    if not lasting or not enough or (rises and heard[-1][1] is None):
        return None
    figures = [value for _, _, value in lasting]
    match window.statistic:
        case "min":
            return min(figures)
        case "max":
            return max(figures)
        case "mean":
            return sum((end - at) * value for at, end, value in lasting) / known
        case "change":
            return figures[-1] - figures[0]
        case "rate":
            return (figures[-1] - figures[0]) / (now - lasting[0][0]) * 60


@given(
    st.sampled_from(["min", "max", "mean", "change"]),
    st.sampled_from(LENGTHS),
    st.lists(st.tuples(waits, st.one_of(st.none(), values)), max_size=40),
    waits,
)
def test_a_statistic_is_that_of_all_values_in_whole_buckets(
    statistic: Statistic, length: timedelta, story: list[tuple[int, float | None]], rest: int
) -> None:
    """However readings, gaps and bad values fall, and however long nothing comes."""
    check(Window(statistic, length), story, rest)


@given(st.sampled_from(LENGTHS), st.lists(st.tuples(waits, values), max_size=40), waits)
def test_a_rate_is_the_rise_by_the_time_it_took(
    length: timedelta, story: list[tuple[int, float | None]], rest: int
) -> None:
    """Per minute, from the first to the last value in the window."""
    check(Window("rate", length), story, rest)


def check(window: Window, story: list[tuple[int, float | None]], rest: int) -> None:
    """Play a story to a window and to the list; they answer the same after each part of it."""
    past, now = Past(EPOCH), 0
    heard: list[tuple[float, float | None]] = []
    for waited, value in story:
        now += waited
        heard.append((now / 1000, value))
        past = window.observe(past, value, _at(now))
        assert len(past.closed) <= MOST_BUCKETS
        _same(window.answer(past, _at(now)), naive(window, heard, now / 1000))
    now += rest
    past = window.advance(past, _at(now))
    _same(window.answer(past, _at(now)), naive(window, heard, now / 1000))


def _same(got: float | None, wanted: float | None) -> None:
    assert got == (None if wanted is None else pytest.approx(wanted, abs=1e-6))


def _at(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)


@given(st.sampled_from(LENGTHS), st.lists(st.integers(0, 90_000), max_size=60), waits)
def test_a_count_is_that_of_all_events_in_whole_buckets(
    length: timedelta, gaps: list[int], rest: int
) -> None:
    """Also of many in one instant; and it asks to be woken just when fewer count."""
    tally, past, now = Tally(length), Past(EPOCH), 0
    came: list[int] = []
    for gap in gaps:
        now += gap
        came.append(now)
        past = tally.add(past, _at(now))
        assert len(past.closed) <= MOST_BUCKETS + 1
    until = now + rest
    while (wake := tally.wake(past)) is not None and wake <= _at(until):
        before = tally.answer(past)
        early = tally.advance(past, wake - timedelta(microseconds=1))
        assert tally.answer(early) == before
        past = tally.advance(past, wake)
        assert tally.answer(past) < before
    past = tally.advance(past, _at(until))
    width = width_of(length) / timedelta(milliseconds=1)
    oldest = math.floor(until / width) - math.ceil(length / width_of(length))
    assert tally.answer(past) == sum(math.floor(at / width) >= oldest for at in came)


@given(st.sampled_from(LENGTHS), st.lists(st.tuples(waits, values), max_size=20))
def test_after_a_restart_the_closed_buckets_are_still_there(
    length: timedelta, story: list[tuple[int, float]]
) -> None:
    """What was open is lost: that much less is known, and never something wrong."""
    window, past, now = Window("max", length), Past(EPOCH), 0
    for waited, value in story:
        now += waited
        past = window.observe(past, value, _at(now))
    after = window.advance(Past(past.origin, past.closed), _at(now))
    assert after.closed == past.closed
    known = window.answer(after, _at(now))
    lasting = window.answer(past, _at(now))
    assert known is None or (lasting is not None and known <= lasting)


def test_a_clock_that_was_ahead_leaves_nothing_behind() -> None:
    """Buckets that lie ahead of the clock are dropped; they would never fall out."""
    window = Window("max", timedelta(seconds=60))
    past = window.observe(Past(EPOCH), 9.0, EPOCH)
    past = window.advance(past, EPOCH + timedelta(seconds=59))
    back = window.advance(Past(EPOCH, past.closed), EPOCH + timedelta(seconds=10))
    assert {bucket[0] for bucket in back.closed} == set(range(10))
    tally = Tally(timedelta(seconds=60))
    counted = tally.add(Past(EPOCH), EPOCH + timedelta(seconds=59))
    assert tally.answer(tally.advance(counted, EPOCH)) == 0


@pytest.mark.parametrize(
    ("length", "width"),
    [
        (timedelta(seconds=1), timedelta(seconds=1)),
        (timedelta(seconds=90), timedelta(seconds=1.5)),
        (timedelta(days=31), timedelta(hours=12.4)),
    ],
)
def test_how_wide_a_bucket_is(length: timedelta, width: timedelta) -> None:
    """A sixtieth of the window, a second at least."""
    assert width_of(length) == width
    assert Window("mean", length).buckets <= MOST_BUCKETS
