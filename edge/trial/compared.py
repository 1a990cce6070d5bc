"""What would have been raised beside what was: the same alarms, and those of one side alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Generic, Protocol, TypeVar

NEAR: Final = timedelta(minutes=1)
"""Two alarms of one key are the same when they were raised within this time."""

_DAY: Final = timedelta(days=1)


class Raised(Protocol):
    """An alarm of either side."""

    @property
    def key(self) -> str:
        """Which alarm."""
        ...

    @property
    def at(self) -> datetime:
        """When it was raised."""
        ...


Then = TypeVar("Then", bound=Raised)
Now = TypeVar("Now", bound=Raised)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Generic[Then, Now]):
    """One alarm: as it was, as it would have been; none on the side that does not have it.

    `one` is either, where it does not matter which: as it was, if it was.
    """

    one: Then | Now
    was: Then | None = None
    would: Now | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How many alarms of one day of the site's there were, would have been, and are the same."""

    begins: datetime
    was: int
    would: int
    both: int


def compare(was: Iterable[Then], would: Iterable[Now]) -> list[Pair[Then, Now]]:
    """Put the same alarms together; return all in order of time."""
    then: dict[str, list[Then]] = defaultdict(list)
    now: dict[str, list[Now]] = defaultdict(list)
    for one in was:
        then[one.key].append(one)
    for other in would:
        now[other.key].append(other)
    pairs = [pair for key in {**then, **now} for pair in _of_key(then[key], now[key])]
    return sorted(pairs, key=lambda pair: pair.one.at)


def _of_key(was: Sequence[Then], would: Sequence[Now]) -> list[Pair[Then, Now]]:
    pairs: list[Pair[Then, Now]] = []
    left = sorted(was, key=lambda each: each.at)
    right = sorted(would, key=lambda each: each.at)
    i = j = 0
    while i < len(left) and j < len(right):
        apart = right[j].at - left[i].at
        if abs(apart) <= NEAR:
            pairs.append(Pair(one=left[i], was=left[i], would=right[j]))
            i, j = i + 1, j + 1
        elif apart > NEAR:
            pairs.append(Pair(one=left[i], was=left[i]))
            i += 1
        else:
            pairs.append(Pair(one=right[j], would=right[j]))
            j += 1
    pairs += [Pair(one=each, was=each) for each in left[i:]]
    pairs += [Pair(one=each, would=each) for each in right[j:]]
    return pairs


def by_day(
    pairs: Iterable[Pair[Then, Now]], since: datetime, until: datetime, zone: tzinfo
) -> list[Day]:
    """Count every day of the time; what is the same counts on the day on which it was."""
    was: Counter[datetime] = Counter()
    would: Counter[datetime] = Counter()
    both: Counter[datetime] = Counter()
    for pair in pairs:
        day = _day(pair.one.at, zone)
        was[day] += pair.was is not None
        would[day] += pair.would is not None
        both[day] += pair.was is not None and pair.would is not None
    days: list[Day] = []
    begins = _day(since, zone)
    while begins < until:
        days.append(Day(begins=begins, was=was[begins], would=would[begins], both=both[begins]))
        begins = _day(begins + _DAY, zone)
    return days


def _day(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
