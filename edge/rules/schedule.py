"""Times of the day and days of the week, as they fall in the site's own time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from edge.rules.spec import DAYS, Calendar, ScheduleSection

LOOK_AGAIN: Final = timedelta(minutes=1)
"""When the clock is set, delays move with it; the time of the day is right after this."""

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """From one time of the day to another, on some days; what crosses midnight is its first day's.

    A time that does not exist (the clock is put forward) is as much later as the clock was put;
    one that comes twice begins with the first and ends with the last.
    """

    begins: timedelta
    ends: timedelta
    days: frozenset[int]
    zone: ZoneInfo
    but: frozenset[date] = frozenset()
    also: frozenset[date] = frozenset()
    nth: frozenset[int | Literal["last"]] = frozenset()

    def applies(self, now: datetime) -> bool:
        """Whether it is that time now."""
        return any(begin <= now < end for begin, end in self._near(now))

    def until(self, now: datetime) -> datetime | None:
        """Its next begin or end, if it has one by the end of tomorrow."""
        edges = (edge for interval in self._near(now) for edge in interval)
        return min((edge for edge in edges if edge > now), default=None)

    def wake(self, now: datetime) -> datetime:
        """When to look again."""
        return min(self.until(now) or now + LOOK_AGAIN, now + LOOK_AGAIN)

    def _near(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The times that begin yesterday, today or tomorrow, where the schedule has them."""
        today = now.astimezone(self.zone).date()
        for day in (today - _DAY, today, today + _DAY):
            if day in self.also or (self._fits(day) and day not in self.but):
                ends = self.ends if self.ends > self.begins else self.ends + _DAY
                yield self._instant(day, self.begins, 0), self._instant(day, ends, 1)

    def _fits(self, day: date) -> bool:
        """Whether it is one of the weekdays, and which of them in its month."""
        last = (day + _WEEK).month != day.month
        which = (day.day - 1) // _WEEK.days + 1
        return day.weekday() in self.days and (
            not self.nth or which in self.nth or (last and "last" in self.nth)
        )

    def _instant(self, day: date, after: timedelta, fold: int) -> datetime:
        local = datetime.combine(day, time()) + after
        instant = local.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None, fold=0) != local:
            return local.replace(tzinfo=self.zone).astimezone(UTC)
        return instant


def schedule_of(section: ScheduleSection, calendar: Calendar, zone: ZoneInfo) -> Schedule:
    """The schedule that a site file writes; a list that its calendar lacks is empty."""
    dates_alone = section.dates and "days" not in section.model_fields_set
    return Schedule(
        begins=_time(section.begins),
        ends=_time(section.ends),
        days=frozenset(() if dates_alone else map(DAYS.index, section.days)),
        zone=zone,
        but=frozenset(calendar.get(section.but, ())),
        also=frozenset((*calendar.get(section.also, ()), *section.dates)),
        nth=frozenset(section.nth),
    )


def _time(written: str) -> timedelta:
    hours, minutes = written.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
