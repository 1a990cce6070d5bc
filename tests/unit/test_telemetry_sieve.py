"""Which readings a platform gets: told at once, held back, told at the latest."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge.sieve import Sieve
from edge.model import Quality, Reading, Reporting, one_by_one
from tests.fakes.history import at, read

EVERY = timedelta(seconds=60)


def sieved(reporting: Reporting | None, *groups: list[Reading]) -> list[list[Reading]]:
    """What passes of each group that came together, the clock at its last reading."""
    sieve = Sieve(lambda _: reporting)
    passing = (sieve.passing(group, max(r.at for r in group)) for group in groups)
    return [[*one_by_one(passed)] for passed in passing]


def test_without_a_word_on_it_all_passes() -> None:
    """What the history keeps is what the platform gets."""
    group = [read(0, 1), read(1, 1), read(2, 1)]
    assert sieved(None, group) == [group]


def test_a_change_is_told_at_once_and_a_small_one_at_the_latest() -> None:
    """A deadband holds back; after `every` the latest of what was held back is told."""
    reporting = Reporting(deadband=0.5, every=EVERY)
    told = sieved(
        reporting,
        [read(0, 10.0)],
        [read(1, 10.4), read(2, 10.5), read(3, 10.5)],
        [read(4, 10.6), read(5, 10.7)],
        [read(61, 3.0, "other/point")],
        [read(62.5, 3.0, "other/point")],
    )
    assert told == [
        [read(0, 10.0)],
        [read(2, 10.5)],
        [],
        [read(61, 3.0, "other/point")],
        [read(5, 10.7)],
    ]


def test_what_came_back_to_what_was_told_is_not_told() -> None:
    """Nothing is held back any more; a value that stays is told once in `every`."""
    reporting = Reporting(deadband=5, every=EVERY)
    groups = [[read(0, 10)], [read(1, 11)], [read(2, 10)], [read(59, 10)], [read(60, 10)]]
    assert sieved(reporting, *groups) == [[read(0, 10)], [], [], [], [read(60, 10)]]


def test_one_reading_in_a_period() -> None:
    """Without `on_change` the latest is told when the period has passed, whatever it says."""
    reporting = Reporting(on_change=False, every=EVERY)
    group = [read(float(second), second) for second in range(180)]
    [told] = sieved(reporting, group)
    assert [reading.value for reading in told] == [0, 60, 120]
    singly = sieved(reporting, *([reading] for reading in group))
    assert [reading.value for each in singly for reading in each] == [0, 60, 120]


def test_quality_and_late_readings_are_told_at_once() -> None:
    """A bad value is news; what is older than the last comes late, or under a clock set back."""
    reporting = Reporting(on_change=False, every=EVERY)
    bad = read(2, None, quality=Quality.BAD)
    groups = [[read(0, 1)], [bad], [read(3, 2)], [read(-5, 7)], [read(-4, 8)]]
    assert sieved(reporting, *groups) == [[read(0, 1)], [bad], [read(3, 2)], [read(-5, 7)], []]


def test_a_device_in_the_far_future_silences_nothing() -> None:
    """Its clock is wrong once: what comes after, and of others, is told as ever."""
    sieve = Sieve(lambda _: Reporting(deadband=5, every=EVERY))
    far = Reading(point="p/x", value=1, at=at(1e9))
    assert sieve.passing([far], at(0)) == [far]
    assert sieve.passing([read(1, 2), read(1, 1, "q/y")], at(1)) == [read(1, 2), read(1, 1, "q/y")]
    assert sieve.passing([read(2, 2, "q/y"), far], at(2)) == [far]
    assert sieve.passing([read(70, 2, "r/z")], at(70)) == [read(70, 2, "r/z"), read(2, 2, "q/y")]


SERIES = st.lists(
    st.tuples(
        st.floats(0.01, 40),  # seconds since the one before
        st.floats(-10, 10) | st.integers(-10, 10),
        st.sampled_from([Quality.GOOD, Quality.GOOD, Quality.GOOD, Quality.UNCERTAIN]),
        st.booleans(),  # whether a group ends after it
    ),
    min_size=1,
    max_size=60,
)


@given(series=SERIES, deadband=st.floats(0, 8), on_change=st.booleans())
def test_the_platform_is_never_far_from_the_truth(
    series: list[tuple[float, float, Quality, bool]], deadband: float, *, on_change: bool
) -> None:
    """Nothing is invented or doubled; it knows each change that counts, and the rest in time."""
    sieve = Sieve(lambda _: Reporting(on_change=on_change, deadband=deadband, every=EVERY))
    seconds = 0.0
    came: list[Reading] = []
    passed: list[Reading] = []
    group: list[Reading] = []
    unknown: datetime | None = None
    for step, value, quality, ends in series:
        seconds += step
        last = read(seconds, value, quality=quality)
        group.append(last)
        came.append(last)
        if not ends:
            continue
        told = [*one_by_one(sieve.passing(group, last.at))]
        group = []
        passed += told
        known = passed[-1]
        assert known.quality is last.quality
        if on_change:
            assert known.value == last.value or apart(known, last) < deadband
        changed = known.value != last.value
        unknown = (unknown if unknown and not told else last.at) if changed else None
        assert unknown is None or last.at - unknown < EVERY
    assert all(reading in came for reading in passed)
    assert len(passed) == len({reading.at for reading in passed})


def apart(one: Reading, other: Reading) -> float:
    """How far two numbers are from each other."""
    assert isinstance(one.value, int | float)
    assert isinstance(other.value, int | float)
    return abs(one.value - other.value)
