"""What the life of alarms remembers: occurrences, what is put aside, when to look again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from edge.alarms.flood import MARK, Floods, key_of
from edge.alarms.occurrences import Occurrences
from edge.alarms.rescue import rescued
from edge.alarms.suppression import Suppressions
from edge.alarms.wakes import Wakes
from edge.instants import reckonable
from edge.model import (
    Alarm,
    AlarmShelved,
    AlarmUnshelved,
    Issue,
    SuppressionBegan,
    SuppressionEnded,
)
from edge.salvage import plain

T = TypeVar("T", Alarm, Issue)
K = TypeVar("K")

ALARM = "alarm:"
SHELF = "shelf:"
WINDOW = "window:"
STORM = "storm:"


class Standing:
    """Where every alarm stands; kept in the transaction of the events that changed it."""

    def __init__(self) -> None:
        self._all = Occurrences()
        self.suppressions = Suppressions()
        self._floods = Floods()
        self._wakes = Wakes()
        self._changed: dict[str, bytes | None] = {}
        self._given_up = False

    @property
    def all(self) -> Mapping[int, Alarm]:
        """Every occurrence that is not over, by its number."""
        return self._all.all

    @property
    def active(self) -> Mapping[str, Alarm]:
        """Those that are active, by key."""
        return self._all.active

    def wake_at(self) -> datetime | None:
        """When `due` is to be asked next."""
        return self._wakes.next()

    def restore(self, states: Mapping[str, bytes]) -> list[str]:
        """Take up what was kept; return the names of what another release kept in another shape.

        Of an alarm all is taken that can be read of it: one that is on must not be forgotten. What
        cannot be read is given up; see `begin_anew`.
        """
        alarms: list[Alarm] = []
        misread: list[str] = []
        for key, body in states.items():
            try:
                if key.startswith(ALARM):
                    alarms.append(_read(body, Alarm))
                elif key.startswith(SHELF):
                    shelf = _read(body, AlarmShelved)
                    self.suppressions.shelves[shelf.alarm] = shelf
                elif key.startswith(WINDOW):
                    window = _read(body, SuppressionBegan)
                    self.suppressions.windows[window.id] = window
                elif key.startswith(STORM) and (times := _read(body, tuple[datetime, ...])):
                    self._floods.raised[key.removeprefix(STORM)] = times
            except (msgspec.MsgspecError, UnicodeDecodeError):
                misread.append(key)
                if alarm := self._rescued(key, body):
                    alarms.append(_calling(alarm))
                else:
                    self._changed[key] = None
        self._all.keep(alarms)
        self._wake_all()
        return misread

    def begin_anew(self, rules: Collection[str]) -> set[str]:
        """Return those of these rules that have to: an alarm was given up that may be theirs.

        They would take it for active, and not raise it again. Those go on whose alarm stands.
        """
        if not self._given_up:
            return set()
        standing = {alarm.raised.watched_by or alarm.key for alarm in self.active.values()}
        return set(rules) - standing

    def begin(self, now: datetime) -> None:
        """What was kept by a clock that ran ahead of this one is moved back, all by as much."""
        latest = max(self._past(), default=now)
        if latest > now:
            self.shift(now - latest)

    def take_changed(self) -> dict[str, bytes | None]:
        """Return what has to be written since the last call; none means: forget it."""
        changed, self._changed = self._changed, {}
        for number, alarm in self._all.take_changed():
            changed[f"{ALARM}{number}"] = msgspec.json.encode(alarm) if alarm else None
        return changed

    def shift(self, step: timedelta) -> None:
        """Move all that waits, because the clock was set by this much.

        What was told stays as it was told: the instants inside the raise event.
        """
        for alarm in tuple(self.all.values()):
            issue = alarm.issue and _moved(alarm.issue, step)
            self._put(replace(_moved(alarm, step), issue=issue))
        for shelf in tuple(self.suppressions.shelves.values()):
            self._suppress(replace(shelf, at=shelf.at + step, until=shelf.until + step))
        for window in tuple(self.suppressions.windows.values()):
            until = window.until and window.until + step
            self._suppress(replace(window, at=window.at + step, until=until))
        for key, times in tuple(self._floods.raised.items()):
            self._storms(key, tuple(at + step for at in times))

    def _rescued(self, key: str, body: bytes) -> Alarm | None:
        """Read what can be read of an alarm; none for anything else that was kept."""
        if not key.startswith(ALARM):
            return None
        number = key.removeprefix(ALARM)
        alarm = rescued(int(number), plain(body)) if number.isdecimal() else None
        self._given_up |= alarm is None
        return alarm

    def _put(self, alarm: Alarm) -> Alarm:
        alarm = self._all.put(alarm)
        self._wakes.set(f"{ALARM}{alarm.number}", () if alarm.over else instants(alarm))
        if not alarm.active and "flood" in alarm.suppressed:
            self._watch_storm(key_of(alarm.raised))
        return alarm

    def _suppress(
        self, event: AlarmShelved | AlarmUnshelved | SuppressionBegan | SuppressionEnded
    ) -> bool:
        """Take a word about what is put aside; return whether it changes anything."""
        if not self.suppressions.take(event):
            return False
        match event:
            case AlarmShelved(alarm=name, until=until):
                self._changed[f"{SHELF}{name}"] = msgspec.json.encode(event)
                self._wakes.set(f"{SHELF}{name}", (until,))
            case SuppressionBegan(id=name, until=until):
                self._changed[f"{WINDOW}{name}"] = msgspec.json.encode(event)
                self._wakes.set(f"{WINDOW}{name}", (until,))
            case AlarmUnshelved(alarm=name):
                self._changed[f"{SHELF}{name}"] = None
                self._wakes.set(f"{SHELF}{name}", ())
            case SuppressionEnded(id=name):
                self._changed[f"{WINDOW}{name}"] = None
                self._wakes.set(f"{WINDOW}{name}", ())
        return True

    def _count(self, key: str, now: datetime) -> bool:
        """Count one raise; return whether it is one too many."""
        over = self._floods.count(key, now)
        self._storms(key, self._floods.raised[key])
        return over

    def _storms(self, key: str, times: tuple[datetime, ...]) -> None:
        """Keep when the last raises were; none forgets them."""
        if times:
            self._floods.raised[key] = times
        else:
            self._floods.raised.pop(key, None)
        self._changed[f"{STORM}{key}"] = msgspec.json.encode(times) if times else None
        self._wakes.set(f"{STORM}{key}", (self._floods.quiet_at(key),))

    def _watch_storm(self, key: str) -> None:
        """Look at once whether a storm is over, when the last of its alarms is."""
        storm = self.active.get(key)
        if storm and not self._all.in_storm(key):
            self._wakes.set(f"{STORM}{key}", (self._floods.quiet_at(key) or storm.since,))

    def _wake_all(self) -> None:
        for alarm in self.all.values():
            self._wakes.set(f"{ALARM}{alarm.number}", instants(alarm))
        for shelf in self.suppressions.shelves.values():
            self._wakes.set(f"{SHELF}{shelf.alarm}", (shelf.until,))
        for window in self.suppressions.windows.values():
            self._wakes.set(f"{WINDOW}{window.id}", (window.until,))
        for key in self._floods.raised:
            self._wakes.set(f"{STORM}{key}", (self._floods.quiet_at(key),))
        for key in self.active:
            if MARK in key:
                self._watch_storm(key)

    def _past(self) -> Iterator[datetime]:
        """What the gateway's own clock has said of what is kept."""
        for alarm in self.all.values():
            yield alarm.since
            if issue := alarm.issue:
                yield from filter(None, (issue.responded_at, issue.ended_at))
        yield from (shelf.at for shelf in self.suppressions.shelves.values())
        yield from (window.at for window in self.suppressions.windows.values())
        yield from (times[-1] for times in self._floods.raised.values())


def _read(body: bytes, kind: type[K]) -> K:
    """Read what was kept; an error of msgspec for another shape, or impossible instants."""
    found: K = msgspec.json.decode(body, type=kind, strict=False)
    if not reckonable(found):
        raise msgspec.ValidationError("an instant that cannot be")
    return found


def _calling(alarm: Alarm) -> Alarm:
    """Let one call anew of which it is not known any more whom it has called."""
    known = alarm.issue is not None or alarm.acknowledged or not alarm.active
    return alarm if known else replace(alarm, realarm_at=alarm.since)


def next_realarm(alarm: Alarm, now: datetime) -> datetime | None:
    """When it calls anew if it is still active then; none when it never does."""
    return now + alarm.raised.realarm if alarm.raised.realarm else None


def instants(alarm: Alarm) -> tuple[datetime | None, ...]:
    """When something about an alarm is due."""
    return alarm.realarm_at, alarm.issue.escalate_at if alarm.issue else None


def _moved(what: T, step: timedelta) -> T:
    """Return it with its own instants moved."""
    instants: dict[str, Any] = {
        f.name: at + step for f in fields(what) if isinstance(at := getattr(what, f.name), datetime)
    }
    return replace(what, **instants)
