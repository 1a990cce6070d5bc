"""Points, lines and areas in a picture."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.vision.findings import Box
from edge.vision.geometry import crossings, distance, inside, overlap, passed, share

WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
ELL = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.5, 0.5), (0.5, 1.0), (0.0, 1.0))
UP = ((0.5, 1.0), (0.5, 0.0))
PLACES = st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99))


def test_the_rim_of_the_picture_is_inside_it() -> None:
    """Whose feet are cut off by the picture's edge stands in a zone over all of it."""
    assert inside((0.5, 1.0), WHOLE)
    assert inside((0.0, 0.0), WHOLE)
    assert inside((1.0, 0.3), WHOLE)
    assert not inside((1.001, 0.3), WHOLE)


def test_an_area_may_have_a_bay() -> None:
    """A corridor round a corner is one zone, and what lies in its bend is not in it."""
    assert inside((0.25, 0.75), ELL)
    assert inside((0.75, 0.25), ELL)
    assert not inside((0.75, 0.75), ELL)


@given(PLACES, PLACES)
@settings(max_examples=60)
def test_a_way_in_and_out_of_an_area_crosses_its_edge(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    """Where one end is inside and the other is not, the crossing found lies on the edge."""
    clear = all(distance(end, (*ELL, ELL[0])) > 1e-6 for end in (one, other))
    if not clear or inside(one, ELL) == inside(other, ELL):
        return
    part = passed(one, other, ELL)
    x, y = (a + part * (b - a) for a, b in zip(one, other, strict=True))
    assert distance((x, y), (*ELL, ELL[0])) < 1e-6


def test_right_is_to_the_right_of_who_looks_along_the_line() -> None:
    """From the line's first point to its next: a line drawn upwards has its right at the right."""
    assert crossings((0.4, 0.5), (0.6, 0.5), UP) == 1
    assert crossings((0.6, 0.5), (0.4, 0.5), UP) == -1
    assert crossings((0.4, 0.5), (0.6, 0.5), UP[::-1]) == -1


def test_a_way_past_the_end_of_a_line_does_not_cross_it() -> None:
    """A line ends where it was drawn to end."""
    short = ((0.5, 0.4), (0.5, 0.0))
    assert crossings((0.4, 0.5), (0.6, 0.5), short) == 0


@given(st.lists(PLACES, min_size=2, max_size=8))
@settings(max_examples=60)
def test_a_way_over_the_corner_of_a_line_counts_once(stops: list[tuple[float, float]]) -> None:
    """However somebody walks over a bent line: the sum says on which side he is."""
    bent = ((0.5, 1.5), (0.5, 0.5), (0.7, 0.3), (0.7, -0.5))
    right = (*bent, (2.0, -0.5), (2.0, 1.5))
    net = sum(crossings(one, other, bent) for one, other in pairwise(stops))
    sides = [inside(stop, right) for stop in (stops[0], stops[-1])]
    if all(distance(stop, bent) > 1e-6 for stop in stops):
        assert net == sides[1] - sides[0]


def test_distance_is_in_heights() -> None:
    """A picture twice as wide as high: what is a tenth across is a fifth of the height."""
    assert distance((0.6, 0.5), UP, 2.0) == pytest.approx(0.2)
    assert distance((0.5, 1.2), UP, 2.0) == pytest.approx(0.2)


def test_shares() -> None:
    """Of boxes and areas that touch, cover and miss each other."""
    box = Box(0.4, 0.4, 0.6, 0.6)
    assert share(box, WHOLE) == pytest.approx(1.0)
    assert share(box, ELL) == pytest.approx(0.75)
    assert share(Box(0.6, 0.6, 0.9, 0.9), ELL) == pytest.approx(0.0)
    assert share(Box(0.5, 0.5, 0.5, 0.5), WHOLE) == 0.0
    assert overlap(box, box) == pytest.approx(1.0)
    assert overlap(box, Box(0.5, 0.4, 0.7, 0.6)) == pytest.approx(1 / 3)
    assert overlap(box, Box(0.7, 0.7, 0.8, 0.8)) == 0.0
