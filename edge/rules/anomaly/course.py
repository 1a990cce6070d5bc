"""A figure a day, compared with what it was weeks ago: a cumulative sum tells a slow change."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final, NamedTuple, TypeAlias

KEPT: Final = 42
"""Figures, one a day, of days that were as usual."""

GAP: Final = 7
"""The last days are no reference: what creeps up would be compared with itself."""

FEWEST: Final = 3
"""Days of a kind that make a reference of their own."""

SLACK: Final = 1.0
"""Standard deviations a day that do not count."""

ENOUGH: Final = 7.0
"""A cumulative sum of so many is a drift; found by simulation."""

SUSPECT: Final = 3.0
"""From here on days are not taken for usual ones."""

MOST: Final = 3.0
"""Standard deviations that a single day counts at most: one day is no drift."""

CALM: Final = 2.0
"""Standard deviations within which a day is as usual again."""

CALM_DAYS: Final = 3

MAD: Final = 1.4826
"""A standard deviation in median absolute deviations."""

Figure: TypeAlias = tuple[bool, float]
"""Whether it is of a Saturday or Sunday, and the day's figure."""


class Course(NamedTuple):
    """The figures of usual days, and the sums above and below; `calm` counts days as usual."""

    figures: tuple[Figure, ...] = ()
    above: float = 0.0
    below: float = 0.0
    calm: int = 0
    last: float = 0.0
    sigma: float = 0.0


class Reference(NamedTuple):
    """What is usual on such a day, and the standard deviation about it."""

    level: float
    sigma: float

    def stray(self, figure: float) -> float:
        """How many standard deviations a figure is off."""
        return (figure - self.level) / self.sigma


def reference(course: Course, *, weekend: bool, learnt: int, least: float) -> Reference:
    """What is usual on such a day, by the days that lie a week back or more.

    A weekend is compared with weekends where three of them are known, else with all days.
    """
    older = course.figures[: max(learnt, len(course.figures) - GAP)]
    levels = {
        kind: median(figures) if len(figures) >= FEWEST else median(f for _, f in older)
        for kind in (False, True)
        for figures in ([figure for each, figure in older if each is kind],)
    }
    strays = [abs(figure - levels[kind]) for kind, figure in older]
    sigma = max(MAD * median(strays), 1.25 * sum(strays) / len(strays))
    level = levels[weekend]
    return Reference(level, max(sigma, least, 0.01 * abs(level), 1e-9))


def live(course: Course, figure: float, *, weekend: bool, learnt: int, least: float) -> Course:
    """Take the figure of a day that is over; the first days are only learnt."""
    if len(course.figures) < learnt:
        figures = (*course.figures, (weekend, figure))
        return course._replace(figures=figures, last=figure)
    stray = _nearer(course, figure, weekend=weekend, learnt=learnt, least=least)
    counted = max(-MOST, min(MOST, stray))
    above = min(max(0.0, course.above + counted - SLACK), 2 * ENOUGH)
    below = min(max(0.0, course.below - counted - SLACK), 2 * ENOUGH)
    calm = min(course.calm + 1, CALM_DAYS) if abs(stray) < CALM else 0
    figures = course.figures
    if max(above, below) < SUSPECT:
        figures = (*figures, (weekend, figure))[-KEPT:]
    sigma = reference(course, weekend=weekend, learnt=learnt, least=least).sigma
    return Course(figures, above, below, calm, figure, float(f"{sigma:.6g}"))


def _nearer(course: Course, figure: float, *, weekend: bool, learnt: int, least: float) -> float:
    """The stray from such a day; a holiday may be like a weekend, a weekend be worked."""
    strays: Sequence[float] = [
        reference(course, weekend=kind, learnt=learnt, least=least).stray(figure)
        for kind in (weekend, not weekend)
    ]
    if strays[0] * strays[1] < 0:
        return 0.0
    return min(strays, key=abs)
