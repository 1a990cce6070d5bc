"""The rules of a site and the life of its alarms, run in virtual time without a gateway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from edge.alarms import Alarms
from edge.config import Configuration
from edge.config.rules_of import rules_of
from edge.model import Command, Event, Reading, Record
from edge.rules.attentive import AttentiveEngine
from edge.rules.rule import Rule
from edge.rules.template import Template
from edge.state import State

MOST_WAKES: Final = 50_000
"""Times that ten rules may ask to be woken in one hour; more is a rule that never rests.

A statistic over a minute asks each second, and is none.
"""

_TEN: Final = 10
_MOST_TENS: Final = 100

_HOUR: Final = timedelta(hours=1)

Follow: TypeAlias = Event | Command

Rules: TypeAlias = tuple[Sequence[Rule[Any]], Sequence[Template]]
"""Rules, and those that are made for each component as it speaks."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What the rules told or wanted done, and when, counted from the beginning."""

    at: timedelta
    follow: Follow


class Stage:
    """Goes the way that the pipeline goes, but on a clock that is moved by hand.

    A `start` without a time zone is in the site's. Without `rules` all those of the site count.
    """

    def __init__(
        self, configuration: Configuration, start: datetime, rules: Rules | None = None
    ) -> None:
        self._configuration = configuration
        self._rules = rules
        local = start if start.tzinfo else start.replace(tzinfo=configuration.site.timezone)
        self.timezone = configuration.site.timezone
        self.start = local.astimezone(UTC)
        self._rule_states: dict[str, bytes] = {}
        self._alarm_states: dict[str, bytes] = {}
        self._number = 1
        self._wakes = 0
        self._counted_from = self.start
        self.now = self.start
        self.happened: list[Happened] = []
        self._begin()

    def _begin(self) -> None:
        self._state = State()
        self.alarms = Alarms(self._configuration.site)
        self.alarms.restore(self._alarm_states)
        self.engine = AttentiveEngine(*(self._rules or rules_of(self._configuration)), self._tell)
        self._most_wakes = MOST_WAKES * (1 + min(len(self.engine.rules) // _TEN, _MOST_TENS))
        self.engine.restore(self._rule_states)
        self._act(self.engine.begin(self.now))

    def restart(self) -> None:
        """Begin anew with what would be on disk."""
        self._rule_states |= self.engine.take_changed()
        for key, body in self.alarms.take_changed().items():
            if body is None:
                self._alarm_states.pop(key, None)
            else:
                self._alarm_states[key] = body
        self._begin()

    def go_to(self, at: timedelta) -> bool:
        """Let the time pass; return whether the rules ever rested."""
        until = self.start + at
        while (wake := self.wake_at()) is not None and wake <= until:
            self.now = max(wake, self.now)
            if self.now >= self._counted_from + _HOUR:
                self._counted_from, self._wakes = self.now, 0
            self._wakes += 1
            if self._wakes > self._most_wakes:
                return False
            for event in self.alarms.due(self.now):
                self._hear(event)
            self._act(self.engine.feed(None, self.now))
        self.now = until
        return True

    def give(self, record: Record) -> None:
        """Feed a record, and the reading of `online` that follows from it."""
        online = self._state.follow(record)
        for each in (record, online) if online else (record,):
            if isinstance(each, Reading):
                self._act(self.engine.feed(each, self.now))
            else:
                self.hear(each)

    def hear(self, event: Event) -> None:
        """Feed an event alone, without the reading of `online` that follows from it."""
        self._hear(event, given=event)

    def wake_at(self) -> datetime | None:
        """When something follows from the time alone, if nothing is given before."""
        return min(filter(None, (self.engine.wake_at(), self.alarms.wake_at())), default=None)

    def _hear(self, event: Event, given: Event | None = None) -> None:
        """Let the rules hear an event, as far as it changes anything; note what was not given."""
        before = len(self.happened)
        heard = self._tell(event, self.now)
        if given is not None:
            self.happened[before:] = [e for e in self.happened[before:] if e.follow != given]
        for each in heard:
            self._act(self.engine.feed(each, self.now))

    def _tell(self, event: Event, now: datetime) -> Sequence[Event]:
        told = [each.event for each in self.alarms.follow(self._number, event, now)]
        self._number += len(told)
        self.happened += [Happened(now - self.start, each) for each in told]
        return told

    def _act(self, follows: Sequence[Follow]) -> None:
        at = self.now - self.start
        self.happened += [Happened(at, each) for each in follows if isinstance(each, Command)]
