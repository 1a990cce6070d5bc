"""What follows from a written rule: its alarm, with its words filled in, and its commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Final

from edge.model import AlarmRaised, Cause, Command, Location, Point, Text, Value
from edge.rules.alarm import Words
from edge.rules.spec import DEVICE_FIELD, fields_of
from edge.rules.wording import spoken

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one device is told."""

    device: str
    action: str
    args: Mapping[str, Value] = field(default_factory=dict)
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What a rule does when it becomes true.

    `key` is its alarm's and its own id; `device` is whose alarm it is, be it the site; `named`
    what a person calls that, `place` where it stands. `points` are those that the text names.
    """

    key: str
    rule: str
    device: str
    named: Text
    words: Words | None
    place: Location | None = None
    points: Mapping[str, Point] = field(default_factory=dict)
    orders: tuple[Order, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The points whose values the text names."""
        return tuple(self.points)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The own alarm, where commands wait for what becomes of it."""
        return (f"{self.device}/alarm.raised",) if self.words and self.orders else ()

    def raised(
        self, words: Words, cause: Cause, shown: Sequence[Value | None], at: datetime
    ) -> AlarmRaised:
        """The alarm, with the values that its text names."""
        return AlarmRaised(
            alarm=self.key,
            device=self.device,
            rule=self.rule,
            category=words.category,
            severity=words.severity,
            lane=words.lane,
            text=self.filled(words.text, shown),
            cause=cause,
            at=at,
            location=None if cause.point.startswith(f"{self.device}/") else self.place,
            group=words.group,
            latch=words.latch,
            realarm=words.realarm,
        )

    def commands(self, at: datetime, now: datetime) -> tuple[Command, ...]:
        """The commands for what began at an instant; the same again have the same ids."""
        stamp = (at - _EPOCH) // timedelta(milliseconds=1)
        return tuple(
            Command(
                id=f"{self.key}/{number}/{order.device}/{stamp}",
                device=order.device,
                action=order.action,
                args=order.args,
                issuer="rule",
                issued_by=f"rule:{self.key}",
                expires_at=now + order.within,
                about=self.key if self.words else "",
            )
            for number, order in enumerate(self.orders)
        )

    def filled(self, text: Text, shown: Sequence[Value | None]) -> Text:
        """A text with the values that it names, in the order of `shown`."""
        values = {
            name: spoken(value, point)
            for (name, point), value in zip(self.points.items(), shown, strict=True)
        }
        values[DEVICE_FIELD] = self.named
        return Text(
            _fill(text.zh, {name: words.zh for name, words in values.items()}),
            _fill(text.en, {name: words.en for name, words in values.items()}),
        )


def points_in(text: Text) -> tuple[str, ...]:
    """The points that a text names in braces."""
    named = dict.fromkeys((*fields_of(text.zh), *fields_of(text.en)))
    return tuple(name for name in named if name != DEVICE_FIELD)


def _fill(template: str, values: Mapping[str, str]) -> str:
    return "".join(
        before + (values[name] if name is not None else "")
        for before, name, _, _ in Formatter().parse(template)
    )
