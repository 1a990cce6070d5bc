"""The incidents of one lift, counted by code and day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from edge.model import Text
from edge.rules.fault_rates import History, history_of

KEPT: Final = 60
"""Days of history."""

MOST_CODES: Final = 32
"""Codes of one lift that are told apart; further ones are counted together."""

LATELY: Final = 21
"""Days that hold the longest window, those that nobody saw included."""

OTHERS: Final = "others"

SAME_CODE: Final = timedelta(hours=2)
"""A fault that comes back within this time is the same incident, not a second one."""

SAME_LIFT: Final = timedelta(minutes=10)
"""What follows another fault within this time is a consequence of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """An alarm that is on: since which day, for which code, and how many a day were usual."""

    day: str
    code: str
    usual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One lift; days are ISO dates of the site's local time.

    `known` is the first day that counts, `unseen` those on which the lift could not be heard,
    `latest` is when each code last occurred, `texts` are its words. `health` is 0 to 100, none
    while it is being learnt what is usual; `learning` is how many days that still takes.
    """

    known: str
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    latest: dict[str, datetime] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
    deaf: bool = False
    warned: Warned | None = None
    health: int | None = None
    learning: int = 0


def counted(tally: Tally, code: str, text: Text, day: date, now: datetime) -> Tally:
    """Count a fault, unless it belongs to an incident that is counted already."""
    if code not in tally.latest and len(tally.latest) >= MOST_CODES:
        code, text = OTHERS, Text("其他", "others")
    before = tally.latest
    repeated = code in before and now - before[code] < SAME_CODE
    follows = any(now - at < SAME_LIFT for at in before.values())
    tally = replace(tally, latest={**before, code: now}, texts={**tally.texts, code: text})
    if repeated or follows:
        return tally
    days = tally.counts.get(code, {})
    days = {**days, day.isoformat(): days.get(day.isoformat(), 0) + 1}
    return replace(tally, counts={**tally.counts, code: days})


def rolled(tally: Tally, closed: date, today: date) -> Tally:
    """Go on to another day: what nobody saw is noted, what is too old or lies ahead is dropped."""
    first = (today - timedelta(days=KEPT)).isoformat()
    away = [today - timedelta(days=n) for n in range(1, min(KEPT + 1, (today - closed).days))]
    unseen = {*tally.unseen, *(day.isoformat() for day in away)}
    if tally.deaf and closed < today:
        unseen.add(closed.isoformat())
    last = today.isoformat()
    counts = {
        code: kept
        for code, days in tally.counts.items()
        if (kept := {day: count for day, count in days.items() if first <= day <= last})
    }
    return replace(
        tally,
        known=max(min(tally.known, last), first),
        counts=counts,
        latest={code: at for code, at in tally.latest.items() if code in counts},
        texts={code: text for code, text in tally.texts.items() if code in counts},
        unseen=tuple(sorted(day for day in unseen if first <= day <= last)),
    )


def history(tally: Tally, through: date) -> History:
    """The days on which the lift was observed, up to and with this one."""
    first, last = date.fromisoformat(tally.known).toordinal(), through.toordinal()
    unseen = {date.fromisoformat(day).toordinal() for day in tally.unseen}
    days = tuple(day for day in range(first, last + 1) if day not in unseen)
    place = {day: at for at, day in enumerate(days)}
    return history_of(days, {code: _series(place, counts) for code, counts in tally.counts.items()})


def lately(tally: Tally, today: date) -> int:
    """Incidents of the last weeks, more of them than any window is long."""
    since = (today - timedelta(days=LATELY)).isoformat()
    return sum(
        count for days in tally.counts.values() for day, count in days.items() if day > since
    )


def _series(place: Mapping[int, int], counts: Mapping[str, int]) -> list[int]:
    """The counts of each day, in the places that the days have."""
    series = [0] * len(place)
    for day, count in counts.items():
        at = place.get(date.fromisoformat(day).toordinal())
        if at is not None:
            series[at] = count
    return series
