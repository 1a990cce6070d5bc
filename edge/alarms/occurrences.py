"""Every occurrence that is not over: by its number, its key, its group, its storm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from edge.alarms import flood
from edge.model import Alarm

MOST_WAITING = 10_000
"""Cleared alarms that still wait for somebody's word; of more, the oldest is given up."""

MOST_OF_KEY = 100
"""The same of one key: a person acknowledges all of them at once, and looks at the last."""


class Occurrences:
    """The alarms that something can still happen to, oldest first."""

    def __init__(self) -> None:
        self._all: dict[int, Alarm] = {}
        self._active: dict[str, Alarm] = {}
        self._by_key: dict[str, dict[int, None]] = defaultdict(dict)
        self._by_group: dict[str, dict[int, None]] = defaultdict(dict)
        self._by_storm: dict[str, dict[int, None]] = defaultdict(dict)
        self._changed: set[int] = set()

    @property
    def all(self) -> Mapping[int, Alarm]:
        """Every occurrence by its number."""
        return MappingProxyType(self._all)

    @property
    def active(self) -> Mapping[str, Alarm]:
        """Those that are active, by key: at most one of each."""
        return MappingProxyType(self._active)

    def put(self, alarm: Alarm) -> Alarm:
        """Take an occurrence as it stands now; one that is over is forgotten."""
        number = alarm.number
        self._changed.add(number)
        if alarm.active:
            self._active[alarm.key] = alarm
        elif getattr(self._active.get(alarm.key), "number", None) == number:
            del self._active[alarm.key]
        if alarm.over:
            self._forget(alarm)
            return alarm
        self._all[number] = alarm
        for index, name in self._indexes(alarm):
            index[name][number] = None
        if not alarm.active:
            self._by_storm_without(alarm)
            self._give_up(alarm.key)
        return alarm

    def unacknowledged(self, key: str) -> list[Alarm]:
        """Those of one key that nobody has acknowledged, oldest first; always the last ones."""
        return [alarm for alarm in self._found(self._by_key, key) if not alarm.acknowledged]

    def last(self, key: str) -> Alarm | None:
        """The last one of a key."""
        number = next(reversed(self._by_key.get(key, {})), None)
        return self._all[number] if number is not None else None

    def in_group(self, group: str) -> Iterator[Alarm]:
        """The active ones of a group, oldest first; none of no group."""
        return (alarm for alarm in self._found(self._by_group, group) if alarm.active)

    def in_storm(self, key: str) -> bool:
        """Whether an active one is among those that a storm's alarm stands for."""
        return key in self._by_storm

    def take_changed(self) -> Iterator[tuple[int, Alarm | None]]:
        """Yield what has to be written since the last call; none means: forget it."""
        for number in sorted(self._changed):
            yield number, self._all.get(number)
        self._changed.clear()

    def keep(self, alarms: Sequence[Alarm]) -> None:
        """Take up occurrences as they were kept."""
        for alarm in sorted(alarms, key=lambda alarm: alarm.number):
            self.put(alarm)
        self._changed.clear()

    def _found(self, index: Mapping[str, Mapping[int, None]], name: str) -> Iterator[Alarm]:
        return (self._all[number] for number in index.get(name, ()))

    def _indexes(self, alarm: Alarm) -> Iterator[tuple[dict[str, dict[int, None]], str]]:
        yield self._by_key, alarm.key
        if alarm.raised.group:
            yield self._by_group, alarm.raised.group
        if "flood" in alarm.suppressed:
            yield self._by_storm, flood.key_of(alarm.raised)

    def _by_storm_without(self, alarm: Alarm) -> None:
        if "flood" in alarm.suppressed:
            _remove(self._by_storm, flood.key_of(alarm.raised), alarm.number)

    def _give_up(self, key: str) -> None:
        """Forget the oldest cleared ones where too many wait."""
        if len(self._by_key[key]) > MOST_OF_KEY:
            self._forget(next(each for each in self._found(self._by_key, key) if not each.active))
        if len(self._all) - len(self._active) > MOST_WAITING:
            self._forget(next(each for each in self._all.values() if not each.active))

    def _forget(self, alarm: Alarm) -> None:
        self._changed.add(alarm.number)
        self._all.pop(alarm.number, None)
        for index, name in self._indexes(alarm):
            _remove(index, name, alarm.number)


def _remove(index: dict[str, dict[int, None]], name: str, number: int) -> None:
    if name in index:
        index[name].pop(number, None)
        if not index[name]:
            del index[name]
