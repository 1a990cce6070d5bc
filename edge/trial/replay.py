"""The whole engine over the history, in virtual time: what these rules would have raised."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from edge.config import Configuration
from edge.config.rules_of import rules_of
from edge.history.reel import Reel
from edge.history.rows import instant, micros, reading_of
from edge.model import Event, GatewayChanged, Text
from edge.trial.ahead import Ahead, Place
from edge.trial.chosen import patient, silences_of
from edge.trial.stage import Stage
from edge.trial.tally import Tally, WouldCommand, WouldRaise

MOST_TOLD: Final = 100_000
"""Alarms that are told one by one, some 50 MB; more are counted."""

LEAD: Final = timedelta(days=1)
"""How long before its time a replay begins, so that what lasts a day is as it was."""

FIRST_STRETCH: Final = 3600 * 10**6
"""Microseconds that are looked at first; then twice as many, as long as that is little."""

ENOUGH: Final = 1_000
"""Readings of a point that are worth a look at it: a look costs as much as some hundred of them."""

Ended: TypeAlias = Literal["whole", "restless"]
"""All was gone through, or a rule never rested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event of the past, and when the gateway heard of it, which may be long after it was."""

    at: datetime
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What would have followed from `since` to `until`, the end of what was gone through.

    `readings` are those of points that rules listen to, from `begun` on; `kept` is from when on
    the history has everything. Of alarms and commands the first `MOST_TOLD` are there. `silences`
    are the conditions on a silence that the history does not show, tried with a longer one.
    """

    begun: datetime
    since: datetime
    until: datetime
    kept: datetime
    ended: Ended
    readings: int
    events: int
    raised_count: int
    raised: tuple[WouldRaise, ...]
    command_count: int
    commands: tuple[WouldCommand, ...]
    silences: tuple[Text, ...]


def replay(  # noqa: PLR0913 - a past, its limits, and who watches
    configuration: Configuration,
    reel: Reel,
    heard: Iterable[Heard],
    since: datetime,
    until: datetime,
    *,
    told: Callable[[datetime, int], None] = lambda _at, _readings: None,
) -> Replayed:
    """Run every rule of a configuration from `since` to `until`; blocks for minutes.

    `heard` is in order of time, from `LEAD` before `since` on. `told` is called now and then with
    how far it has come, and how many readings that was.
    """
    rules, templates = rules_of(configuration)
    begun = max(since - LEAD, min(since, instant(reel.since)))
    stage = Stage(configuration, begun, (tuple(map(patient, rules)), templates))
    tally = Tally(stage, since, MOST_TOLD, lambda _: True)
    course = _Course(stage, reel, heard, tally)
    ended = course.play(micros(until), told)
    return Replayed(
        begun=begun,
        since=since,
        until=stage.now,
        kept=instant(reel.since),
        ended=ended,
        readings=course.readings,
        events=course.events,
        raised_count=tally.raised_count,
        raised=tuple(tally.raised()),
        command_count=tally.command_count,
        commands=tuple(tally.commands),
        silences=tuple(dict.fromkeys(text for rule in rules for text in silences_of(rule))),
    )


class _Course:
    """Gives the stage what matters, each at its instant: events before readings."""

    def __init__(self, stage: Stage, reel: Reel, heard: Iterable[Heard], tally: Tally) -> None:
        self._stage = stage
        self._reel = reel
        self._ahead = Ahead(reel, stage.engine)
        self._heard = iter(heard)
        self._event = self._next_event()
        self._tally = tally
        self._place = Place(micros(stage.start))
        self.readings = 0
        self.events = 0

    def play(self, until: int, told: Callable[[datetime, int], None]) -> Ended:
        """Begin with what every point read last, then go through the time, stretch by stretch."""
        self._begin()
        width, enough = FIRST_STRETCH, ENOUGH * len(self._ahead.points)
        while self._place.at < until:
            end = min(self._place.at + width, until)
            count = self._ahead.open(self._place.at, end)
            if not self._go_through(end):
                return "restless"
            self.readings += count
            self._place = Place(end)
            if count < enough:
                width *= 2
            told(instant(end), self.readings)
        return "whole"

    def _begin(self) -> None:
        at = self._place.at
        for point, name in self._ahead.points.items():
            row = self._reel.before(point, at)
            if row is not None:
                self._stage.give(reading_of(name, row, at))
        self._tally.take()

    def _go_through(self, end: int) -> bool:
        """Go on to the end of a stretch; return whether the rules rested whenever they could."""
        while True:
            place, event = self._ahead.next(), self._event
            due = end if event is None else min(end, micros(event.at))
            due = due if place is None else min(due, place.at)
            wake = self._stage.wake_at()
            if wake is not None and (at := micros(wake)) <= due:
                if not self._go_to(at):
                    return False
            elif event is not None and micros(event.at) <= due:
                self._hear(event)
            elif place is not None and place.at <= due:
                self._go_to(place.at)
                self._place = place
                self._stage.give(self._ahead.take(place))
            else:
                return self._go_to(end)
            self._ahead.refresh(self._place)
            self._tally.take()

    def _go_to(self, at: int) -> bool:
        """Let the time pass; what time brings about comes before the readings of that instant."""
        self._place = max(self._place, Place(at))
        return self._stage.go_to(max(instant(at), self._stage.now) - self._stage.start)

    def _hear(self, heard: Heard) -> None:
        """Give an event; where the gateway began anew, the rules do, with what they had kept."""
        self._go_to(micros(heard.at))
        self._event = self._next_event()
        self.events += 1
        event = heard.event
        if isinstance(event, GatewayChanged) and event.state == "started":
            self._stage.restart()
            self._ahead.follow(self._stage.engine, self._place)
        else:
            self._stage.hear(event)

    def _next_event(self) -> Heard | None:
        return next(self._heard, None)
