"""What follows in a trial, noted: alarms from begin to end, commands, counts by hour and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from edge.model import AlarmCleared, AlarmRaised, Command, Lane, Text, Value
from edge.trial.stage import Happened, Stage

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldRaise:
    """An alarm that would have been raised; one that would still be on has no `cleared_at`.

    `lasted` is how long it would have been on by the end of the trial. `suppressed` when it would
    have called nobody: one of a storm, or in the time of a test.
    """

    at: datetime
    key: str
    text: Text
    severity: int
    lane: Lane
    point: str
    value: Value | None
    lasted: timedelta
    cleared_at: datetime | None = None
    suppressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldCommand:
    """A command that would have been given."""

    at: datetime
    device: str
    action: str


class Tally:
    """Counts what follows from `since` on; of alarms and commands the first `most` are kept.

    `is_own` says of a rule whether what it says or wants done is what is tried.
    """

    def __init__(
        self, stage: Stage, since: datetime, most: int, is_own: Callable[[str], bool]
    ) -> None:
        self._stage = stage
        self._timezone = stage.timezone
        self._since = since
        self._most = most
        self._is_own = is_own
        self._active: dict[str, WouldRaise] = {}
        self._over: list[WouldRaise] = []
        self.commands: list[WouldCommand] = []
        self.command_count = 0
        self.hours: Counter[datetime] = Counter()
        self.days: Counter[datetime] = Counter()

    @property
    def raised_count(self) -> int:
        """How many alarms were raised."""
        return self.days.total()

    def take(self) -> None:
        """Note what has happened on the stage, which forgets it."""
        happened = self._stage.happened
        if happened:
            self._note(happened)
            happened.clear()

    def raised(self) -> list[WouldRaise]:
        """What was raised, in order."""
        now = self._stage.now
        still = [replace(each, lasted=now - each.at) for each in self._active.values()]
        return sorted((*self._over, *still), key=lambda each: each.at)[: self._most]

    def each_day(self) -> Iterator[tuple[datetime, int]]:
        """Every day of the trial with its count."""
        day, last = self.day_of(self._since), self.day_of(self._stage.now)
        while day <= last:
            yield day, self.days[day]
            day = self.day_of(day + _DAY)

    def day_of(self, at: datetime) -> datetime:
        """The beginning of a day of the site's."""
        return self._local(at).replace(hour=0, minute=0, second=0, microsecond=0)

    def _note(self, happened: Iterable[Happened]) -> None:
        for each in happened:
            match each.follow:
                case AlarmRaised() as raised if self._is_own(raised.watched_by):
                    self._raise(raised)
                case AlarmCleared(alarm=key, at=at) if key in self._active:
                    alarm = self._active.pop(key)
                    if at >= self._since:
                        self._over.append(replace(alarm, cleared_at=at, lasted=at - alarm.at))
                case Command() as command if self._is_own(_issuer(command)):
                    self._command(command, self._stage.start + each.at)

    def _raise(self, raised: AlarmRaised) -> None:
        if raised.at >= self._since:
            self.days[self.day_of(raised.at)] += 1
            self.hours[self._local(raised.at).replace(minute=0, second=0, microsecond=0)] += 1
        if len(self._over) < self._most:
            self._active[raised.alarm] = WouldRaise(
                at=raised.at,
                key=raised.alarm,
                text=raised.text,
                severity=raised.severity,
                lane=raised.lane,
                point=raised.cause.point,
                value=raised.cause.value,
                lasted=timedelta(0),
                suppressed=bool(raised.suppressed),
            )

    def _command(self, command: Command, at: datetime) -> None:
        if at < self._since:
            return
        self.command_count += 1
        if len(self.commands) < self._most:
            self.commands.append(WouldCommand(at=at, device=command.device, action=command.action))

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._timezone)


def _issuer(command: Command) -> str:
    return command.issued_by.removeprefix("rule:")
