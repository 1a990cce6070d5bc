"""The life of rules: they are told things, wait, are killed, have their clock set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from edge.model import (
    AlarmCleared,
    AlarmRaised,
    Cause,
    Command,
    Device,
    Event,
    Lane,
    Location,
    Point,
    Quality,
    Reading,
    Record,
    Suppression,
    Text,
    Value,
)
from edge.rules.engine import Engine
from edge.rules.rule import Rule
from tests.fakes.time import EPOCH


def at(seconds: float) -> datetime:
    """An instant of the story."""
    return EPOCH + timedelta(seconds=seconds)


class RuleLife:
    """Rules in an engine; what they say is kept together with their states, as on a disk."""

    def __init__(self, make: Callable[[], Iterable[Rule[Any]]], begun: float = 0) -> None:
        self._make = make
        self.said: list[tuple[float, AlarmRaised | AlarmCleared]] = []
        self.disk: dict[str, bytes] = {}
        self.engine = Engine(make())
        self._take(self.engine.begin(at(begun)), begun)

    def _take(self, follows: Sequence[Event | Command], seconds: float) -> None:
        for each in follows:
            assert isinstance(each, AlarmRaised | AlarmCleared)
            self.said.append((seconds, each))
        self.disk |= self.engine.take_changed()

    def wait(self, until: float) -> None:
        """Feed nothing whenever the engine asks for it, and at no other time."""
        while (wake := self.engine.wake_at()) is not None and wake <= at(until):
            self._take(self.engine.feed(None, wake), (wake - EPOCH).total_seconds())

    def tell(self, seconds: float, *records: Record) -> None:
        """Wait until then; then this happens."""
        self.wait(seconds)
        for record in records:
            self._take(self.engine.feed(record, at(seconds)), seconds)

    def killed(self, back: float) -> None:
        """Nothing but the disk is left; another process begins at that second."""
        self.engine = Engine(self._make())
        assert self.engine.restore(self.disk) == []
        self._take(self.engine.begin(at(back)), back)

    @property
    def story(self) -> list[tuple[float, str, str]]:
        """When, `raised` or `cleared`, and which alarm."""
        return [
            (seconds, each.kind.removeprefix("alarm."), each.alarm) for seconds, each in self.said
        ]

    @property
    def raised(self) -> list[AlarmRaised]:
        """The alarms that were raised, in order."""
        return [each for _, each in self.said if isinstance(each, AlarmRaised)]


def reading(
    point: str, value: Value | None, seconds: float = 0, quality: Quality = Quality.GOOD
) -> Reading:
    """A reading that was made at that second."""
    return Reading(point=point, value=value, at=at(seconds), quality=quality)


def raised(  # noqa: PLR0913 - an alarm has this many sides
    alarm: str,
    category: str,
    seconds: float = 0,
    *,
    rule: str = "",
    location: Location | None = None,
    suppressed: tuple[Suppression, ...] = (),
) -> AlarmRaised:
    """An alarm of another rule."""
    return AlarmRaised(
        alarm=alarm,
        device=alarm.partition("/")[0],
        rule=rule or alarm.rpartition("/")[2],
        category=category,
        severity=900,
        lane=Lane.LIFE_SAFETY,
        text=Text("报警", "alarm"),
        cause=Cause(point=alarm.partition("/")[0], value=True),
        at=at(seconds),
        location=location,
        suppressed=suppressed,
    )


def cleared(alarm: str, seconds: float = 0) -> AlarmCleared:
    """The end of an alarm of another rule."""
    return AlarmCleared(alarm=alarm, at=at(seconds))


def device(
    name: str,
    *,
    kind: str = "gate",
    building: str = "",
    direction: Any = "",
    units: dict[str, str] | None = None,
    **rest: Any,
) -> tuple[str, Device]:
    """A device of that id, with points of the units given."""
    points = {
        point: Point(name=point, type="int", text=Text(point, point), unit=unit)
        for point, unit in (units or {}).items()
    }
    made = Device(
        id=name,
        kind=kind,
        name=Text(name, name),
        link=rest.pop("link", "broker"),
        profile="",
        make="",
        model="",
        location=Location(building=building),
        points=points,
        direction=direction,
        **rest,
    )
    return name, made
