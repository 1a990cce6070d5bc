"""Whether a lift's faults have become more frequent than its own past and its neighbours say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, lgamma, log, log10
from statistics import median
from typing import Final

WINDOWS: Final = (3, 5, 7)
"""Days that are compared with those before: a steep rise shows in few, a slow one in many."""

ALL: Final = ""
"""The name of all faults of a lift together."""

DISTINCT: Final = 3
"""Days of a window on which there was a fault: one bad day is no trend."""

FEWEST: Final = 6
"""Faults in a window; fewer are never a trend."""

RARE: Final = 1 / 28
"""Faults a day that any lift may have: who had none for weeks is not surprised by the first."""

GROUP: Final = 3
"""Lifts that have to have a fault before a day counts as everybody's."""

MOST: Final = 0.65
"""The share of all lifts that have to."""


@dataclass(frozen=True, slots=True)
class History:
    """The days on which a lift was observed, oldest first, and its faults on each, by code.

    Each sequence is as long as `days`; days are ordinals. `total` is all codes together.
    """

    days: tuple[int, ...]
    counts: Mapping[str, Sequence[int]]
    total: Sequence[int]


def history_of(days: tuple[int, ...], counts: Mapping[str, Sequence[int]]) -> History:
    """The history of a lift with these counts."""
    total = [sum(day) for day in zip(*counts.values(), strict=True)]
    return History(days, counts, total or [0] * len(days))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one series of a lift stands: `recent` faults in `window` days, `expected` were usual.

    `lasting` is `recent` with the worst day counted like the second worst; `surprise` is minus
    the decimal logarithm of how probable that many are by chance.
    `neighbours` is what the median neighbour had in as many days.
    """

    code: str
    window: int
    recent: int
    lasting: int
    expected: float
    neighbours: float
    surprise: float


def common_days(histories: Mapping[str, History]) -> frozenset[int]:
    """Days that were everybody's: faults at most lifts, and at twice as many as usual.

    A power cut, a flood, a lightning stroke: they say nothing of any one lift.
    """
    hit: dict[int, int] = {}
    for history in histories.values():
        for day, count in zip(history.days, history.total, strict=True):
            hit[day] = hit.get(day, 0) + (count > 0)
    if not hit:
        return frozenset()
    usual = median(hit.values())
    limit = max(GROUP, MOST * len(histories), 2 * usual)
    return frozenset(day for day, lifts in hit.items() if lifts >= limit)


def without(history: History, days: frozenset[int]) -> History:
    """The history as if nobody had looked on these days."""
    kept = [at for at, day in enumerate(history.days) if day not in days]
    if len(kept) == len(history.days):
        return history
    return History(
        tuple(history.days[at] for at in kept),
        {code: [counts[at] for at in kept] for code, counts in history.counts.items()},
        [history.total[at] for at in kept],
    )


def findings(lift: str, histories: Mapping[str, History]) -> tuple[Finding, ...]:
    """Compare each series of a lift in each window with its own past and its neighbours.

    The method: were the rate unchanged, each of the `x + y` faults of the window (`w` days)
    and of the `b` days before would fall into the window with probability `w / (w + b)`; the
    exact binomial tail of `x` is the surprise. That holds for a Poisson process of unknown rate
    and accounts for how little is known of it. Three things make it harder to surprise: `y` is
    at least what the median neighbour had, and at least `RARE`; where the neighbours as a whole
    have become worse, the window is as much longer; the number of series that were looked at
    counts against each (Bonferroni). Faults that come in clusters are more variable than the
    method takes for granted: hence incidents instead of faults, at least `DISTINCT` days, and
    the worst day counts like the second worst, so that no single day decides.
    """
    own = histories[lift]
    others = [history for name, history in histories.items() if name != lift]
    series = {ALL: own.total, **own.counts}
    found: list[Finding] = []
    for window in WINDOWS:
        base = len(own.days) - window
        if base < window:
            continue
        for code, counts in series.items():
            recent = counts[-window:]
            if sum(recent) >= FEWEST and sum(1 for day in recent if day) >= DISTINCT:
                found.append(_compare(code, window, counts, others))
    tests = len(WINDOWS) * len(series)
    return tuple(_harder(each, log10(tests)) for each in found)


def _harder(finding: Finding, by: float) -> Finding:
    return replace(finding, surprise=max(0.0, finding.surprise - by))


def _compare(code: str, window: int, counts: Sequence[int], others: Sequence[History]) -> Finding:
    base = len(counts) - window
    ranked, before = sorted(counts[-window:]), sum(counts[:-window])
    lasting = sum(ranked[:-1]) + ranked[-2]
    beside = [_split(history, code, window) for history in others if len(history.days) > window]
    usual = median(rate for _, rate in beside) if beside else 0.0
    grown = _growth(beside)
    least = max(usual, RARE) * base
    past = max(before, ceil(least))
    share = window * grown / (window * grown + base)
    return Finding(
        code=code,
        window=window,
        recent=sum(ranked),
        lasting=lasting,
        expected=past / base * window * grown,
        neighbours=usual * window,
        surprise=-log_tail(lasting, lasting + past, share) / log(10),
    )


def _split(history: History, code: str, window: int) -> tuple[float, float]:
    """Faults a day in the window and before it."""
    counts = history.total if code == ALL else history.counts.get(code, ())
    recent, before = sum(counts[-window:]), sum(counts[:-window])
    return recent / window, before / (len(history.days) - window)


def _growth(beside: Sequence[tuple[float, float]]) -> float:
    """How much worse the neighbours have become as a whole, at least 1.

    The fifth of them that has become worse the most does not count: it may be failing itself.
    """
    ranked = sorted(beside, key=lambda rates: rates[0] - rates[1])
    rest = ranked[: len(ranked) - ceil(len(ranked) / 5)]
    recent = sum(rates[0] for rates in rest)
    before = sum(rates[1] for rates in rest)
    return max(1.0, recent / before) if before else 1.0


def log_tail(least: int, of: int, share: float) -> float:
    """The natural logarithm of the probability of at least so many of them, each with `share`."""
    if least <= 0:
        return 0.0
    first = (
        lgamma(of + 1)
        - lgamma(least + 1)
        - lgamma(of - least + 1)
        + least * log(share)
        + (of - least) * log(1 - share)
    )
    total, part, odds = 0.0, 1.0, share / (1 - share)
    for count in range(least, of + 1):
        total += part
        part *= (of - count) / (count + 1) * odds
    return min(0.0, first + log(total))
