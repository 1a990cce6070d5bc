"""How regular something was, as the bench of the hostile device counts it."""

from __future__ import annotations

import pytest

from tests.bench.hostile.beats import Beats, Waits, spread


def test_what_is_regular_is_off_by_nothing() -> None:
    """Beats of a second each, in a stretch of ten."""
    gaps = Beats([float(at) for at in range(20)]).between(5, 15)
    assert spread(gaps).mean_s == 1
    assert spread(gaps).off(spread(gaps)) == 0


def test_a_link_that_is_served_no_more_is_not_regular() -> None:
    """What is still waited for counts, with or without a beat before."""
    assert spread(Beats([5.0, 6.0]).between(5, 15)).worst_s == 9
    assert Beats([]).between(5, 15) == (10,)


def test_a_longer_period_is_told_as_a_part_of_the_usual_one() -> None:
    """Eleven tenths of it are off by a tenth."""
    assert spread([1.1, 1.1]).off(spread([1.0, 1.0])) == pytest.approx(0.1)


def test_what_was_said_in_a_stretch_counts_whenever_it_was_confirmed() -> None:
    """A confirmation that comes late belongs to the time at which it was wanted."""
    waits = Waits({1.0: 0.2, 4.9: 30.0, 5.0: 0.1})
    assert waits.between(1, 5) == (0.2, 30.0)
    assert spread(waits.between(1, 5)).worst_s == 30
    assert spread(waits.between(6, 9)).p99_s == float("inf")
