"""When a rule would have raised its alarm, drawn along a line of time; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from edge.model import Lane
from edge.trial.dry_run import DryRun
from edge.trial.tally import WouldRaise

WIDTH: Final = 720
"""Units of the drawing; it is shown as wide as there is room."""

NARROWEST: Final = 2.0
"""What lasted a second is still to be seen in a day."""

MOST_TICKS: Final = 8

_STEPS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A time in which the alarm would have been on."""

    x: float
    width: float
    lane: Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """An instant that is written below the line."""

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """The drawing, and what it says in numbers; `tried` is how far it was tried."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    tried: float
    raised: int
    longest: timedelta
    on: timedelta


def time_line(run: DryRun, until: datetime, zone: ZoneInfo) -> TimeLine:
    """Draw a dry run from its beginning to the instant up to which it was asked for."""
    span = max((until - run.since).total_seconds(), 1.0)

    def x(at: datetime) -> float:
        return round(min(max((at - run.since).total_seconds() / span, 0.0), 1.0) * WIDTH, 1)

    bars = tuple(_bar(each, x(each.at), x(each.cleared_at or run.until)) for each in run.raised)
    ticks = tuple(Tick(x=x(at), label=label) for at, label in _ticks(run.since, until, zone))
    return TimeLine(
        bars=bars,
        ticks=ticks,
        tried=x(run.until),
        raised=run.raised_count,
        longest=max((each.lasted for each in run.raised), default=timedelta(0)),
        on=_together(run.raised, run.until),
    )


def _bar(each: WouldRaise, begins: float, ends: float) -> Bar:
    width = max(ends - begins, NARROWEST)
    return Bar(x=min(begins, WIDTH - width), width=round(width, 1), lane=each.lane)


def _ticks(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, str]]:
    """Round instants of the site's time."""
    step = next((each for each in _STEPS if (until - since) / each <= MOST_TICKS), _STEPS[-1])
    begin, end = since.astimezone(zone), until.astimezone(zone)
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + step * ((begin - midnight) // step + 1)
    while at < end:
        whole_day = at.hour == at.minute == 0
        yield at, f"{at:%m-%d}" if whole_day else f"{at:%H:%M}"
        at += step


def _together(raised: Sequence[WouldRaise], until: datetime) -> timedelta:
    """How long at least one was on."""
    total, reached = timedelta(0), None
    for each in sorted(raised, key=lambda one: one.at):
        ends = each.cleared_at or until
        begins = each.at if reached is None else max(each.at, reached)
        if ends > begins:
            total += ends - begins
            reached = ends
    return total
