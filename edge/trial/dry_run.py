"""What a rule would have done: over past readings, in virtual time, with nothing carried out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from heapq import merge
from threading import Event as Flag
from typing import Final, Literal, TypeAlias

from edge.config import Configuration
from edge.model import Event, Reading, Record, Text
from edge.trial.chosen import Chosen, choose_rules
from edge.trial.stage import Stage
from edge.trial.tally import Tally, WouldCommand, WouldRaise

LISTED: Final = 1_000
"""Alarms and commands that are told one by one; a rule that would raise more is wrong anyway."""

PATIENCE_S: Final = 20.0
"""How long a trial may take; what has come of it by then is told."""

REST_EVERY: Final = 20
REST_S: Final = 50e-6
"""After so many records others have their turn so long: a gateway does more than try rules out."""

_HOUR: Final = timedelta(hours=1)

Ended: TypeAlias = Literal["whole", "too_many", "restless", "too_long"]
"""All was tried; the readings were as many as may be; a rule never rested; it took too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many alarms would have been raised in an hour or a day of the site's time."""

    begins: datetime
    raised: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What would have followed from `since` to `until`, and how far that can be trusted.

    `until` is how far the trial came. Of alarms and commands the first `LISTED` are there, the
    counts are of all. `days` are all days, `hours` those in which something would have been raised.

    `complete`: nothing in between was missing, and there was something of every point. `unheard`
    are the points of which there was nothing, `untried` the conditions that wait for events, of
    which none were given; `silences` those on a silence so short that the history does not show
    it: they were tried with `SHORTEST_SILENCE`.
    """

    points: tuple[str, ...]
    since: datetime
    until: datetime
    readings: int
    ended: Ended
    complete: bool
    raised_count: int
    raised: tuple[WouldRaise, ...]
    commands: tuple[WouldCommand, ...]
    hours: tuple[Count, ...]
    days: tuple[Count, ...]
    unheard: tuple[str, ...]
    untried: tuple[Text, ...]
    silences: tuple[Text, ...]


def points_of(configuration: Configuration, rule: str) -> tuple[str, ...]:
    """Return the points that a rule listens to, and those of the rules that it follows.

    `rule` is a rule's id, its name in the file, or an alarm's key; an alarm on each component of a
    device is `fire-1/*/fire`, and its point the pattern `fire-1/*.fire`. Raises `NoSuchRule`.
    """
    return choose_rules(configuration, rule).points


def dry_run(  # noqa: PLR0913 - a record and its limits
    configuration: Configuration,
    rule: str,
    readings: Sequence[Reading],
    since: datetime,
    until: datetime,
    *,
    most: int = 200_000,
    events: Sequence[Event] = (),
    kept_since: datetime | None = None,
) -> DryRun:
    """Run one rule over what its points read, in order of time; blocks for seconds.

    What was read before `since` only brings the rule to where it stood then. `kept_since` is from
    when on the record has everything, where that is known. Raises `NoSuchRule`.
    """
    chosen = choose_rules(configuration, rule)
    trial = _Trial(configuration, chosen, since, min([since, *(each.at for each in readings[:1])]))
    records: Iterator[Record] = merge(readings[:most], events, key=lambda record: record.at)
    cut = len(readings) >= most  # by whoever asked for no more than that, too
    ended = trial.play(records, readings[most - 1].at if cut else until)
    if ended == "whole" and cut:
        ended = "too_many"
    unheard, tally = tuple(_unheard(chosen.points, readings)), trial.tally
    return DryRun(
        points=chosen.points,
        since=since,
        until=trial.now,
        readings=min(len(readings), most),
        ended=ended,
        complete=ended == "whole" and not unheard and (kept_since or since) <= since,
        raised_count=tally.raised_count,
        raised=tuple(tally.raised()),
        commands=tuple(tally.commands),
        hours=tuple(Count(begins=at, raised=n) for at, n in sorted(tally.hours.items())),
        days=tuple(Count(begins=at, raised=n) for at, n in tally.each_day()),
        unheard=unheard,
        untried=() if events else chosen.untried,
        silences=chosen.silences,
    )


def _unheard(points: Iterable[str], readings: Iterable[Reading]) -> Iterator[str]:
    """Those of which nothing was read."""
    heard = {reading.point for reading in readings}
    return (point for point in points if not any(fnmatchcase(each, point) for each in heard))


class _Trial:
    """Gives the record to the stage, and keeps of what follows what is the rule's own."""

    def __init__(
        self, configuration: Configuration, chosen: Chosen, since: datetime, start: datetime
    ) -> None:
        rules = (*chosen.rules, *chosen.followed), (chosen.template,) if chosen.template else ()
        self._stage = Stage(configuration, start, rules)
        self._others = Flag()  # set by nobody
        self._deadline = time.monotonic() + PATIENCE_S
        self.tally = Tally(self._stage, since, LISTED, chosen.is_own)

    @property
    def now(self) -> datetime:
        """How far it has come."""
        return self._stage.now

    def play(self, records: Iterator[Record], until: datetime) -> Ended:
        """Give each record at its instant, then let the time pass to the end."""
        for count, record in enumerate(records):
            if count % REST_EVERY == 0:
                self._others.wait(REST_S)
            if (ended := self._go_to(min(record.at, until))) != "whole":
                return ended
            self._stage.give(record)
            self.tally.take()
        return self._go_to(until)

    def _go_to(self, at: datetime) -> Ended:
        """Let the time pass in small pieces: rules that wake often may take long."""
        while True:
            step = max(self.now, min(at, self.now + _HOUR))
            if not self._stage.go_to(step - self._stage.start):
                return "restless"
            self.tally.take()
            if time.monotonic() > self._deadline:
                return "too_long"
            if step >= at:
                return "whole"
