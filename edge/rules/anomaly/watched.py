"""A point that is watched for one kind of anomaly: its names, and the words that all have."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from edge.model import AlarmCleared, AlarmRaised, Cause, Lane, Point, Reading, Record, Text, Value
from edge.rules.explain import Explained
from edge.rules.quiet import ByPoint, Quiet, Within
from edge.rules.units import LARGEST

Watch: TypeAlias = Literal["usual", "drift", "night", "flat", "jump", "range", "apart", "cycle"]

CATEGORIES: Final[Mapping[Watch, str]] = {
    "usual": "anomaly.unusual",
    "drift": "anomaly.drift",
    "night": "anomaly.night",
    "flat": "anomaly.flat",
    "jump": "anomaly.jump",
    "range": "anomaly.range",
    "apart": "anomaly.apart",
    "cycle": "anomaly.cycle",
}

_FIGURES: Final = 2
"""Digits of a number that count, beside how far apart the numbers are that it stands among."""

ANY: Final = Within(-LARGEST, LARGEST)
"""Every good number is nothing new."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What every rule of this package is told; `anew` begins learning again when it is another."""

    device: str
    link: str
    point: Point
    watch: Watch
    zone: ZoneInfo
    learn_days: int
    severity: int
    anew: str = ""

    @cached_property
    def ref(self) -> str:
        """The point as readings name it."""
        return f"{self.device}/{self.point.name}"

    @property
    def id(self) -> str:
        """One of each point and kind of anomaly."""
        return f"{self.device}/.anomaly/{self.point.name}.{self.watch}"

    @property
    def unit(self) -> str:
        """The unit of what is judged."""
        return self.point.unit

    @property
    def points(self) -> tuple[str, ...]:
        """The one point, and whether its device can be heard: its last value ends when not."""
        return (self.ref, *self._senses)

    @cached_property
    def _senses(self) -> tuple[str, ...]:
        """By these it is known whether it can be heard."""
        return tuple(dict.fromkeys((f"{self.device}/online", f"{self.link}/online")))

    @property
    def kinds(self) -> tuple[str, ...]:
        """No event matters."""
        return ()

    @property
    def _alarm(self) -> str:
        """The key of its alarm."""
        return f"{self.device}/{self.point.name}_{self.watch}"

    @property
    def raises(self) -> tuple[str, ...]:
        """The one."""
        return (self._alarm,)

    def _lost(self, record: Record | None) -> bool:
        """Whether it is told that it cannot be heard any more."""
        return (
            isinstance(record, Reading)
            and record.point in self._senses
            and record.value is not True
        )

    def _hushed(self, check: Quiet) -> ByPoint:
        """What is nothing new: that it is still heard, and what `check` says of the point."""
        return ByPoint({**self._hears, self.ref: check})

    @cached_property
    def _hears(self) -> Mapping[str, Quiet]:
        return dict.fromkeys(self._senses, _heard)

    def _raised(self, words: Text, value: Value, now: datetime, limit: float | None) -> AlarmRaised:
        """The alarm in these words."""
        return AlarmRaised(
            alarm=self._alarm,
            device=self.device,
            rule=f"{self.point.name}_{self.watch}",
            category=CATEGORIES[self.watch],
            severity=self.severity,
            lane=Lane.FAULT,
            text=self._named(words),
            cause=Cause(point=self.ref, value=value, unit=self.unit, limit=limit),
            at=now,
        )

    def _cleared(self, now: datetime) -> AlarmCleared:
        """Its end."""
        return AlarmCleared(alarm=self._alarm, at=now)

    def _learnt(self, days: int) -> Explained:
        """How far it has learnt; nothing is raised before it has."""
        known = min(days, self.learn_days)
        words = Text(f"已学满 {self.learn_days} 天", f"{self.learn_days} days are learnt")
        if known < self.learn_days:
            words = Text(
                f"学习中，{self.learn_days} 天中的第 {known} 天；学满之前不报警",
                f"learning, {known} of {self.learn_days} days; raises nothing before",
            )
        return Explained(words=words, truth=known >= self.learn_days, value=known, unit="d")

    def _account(self, words: Text, parts: tuple[Explained, ...], *, active: bool) -> Explained:
        """The alarm over its conditions."""
        return Explained(words=self._named(words), truth=active, parts=parts)

    def _named(self, words: Text) -> Text:
        """Words with what the point is called before them."""
        name = self.point.text
        return Text(f"{name.zh}：{words.zh}", f"{name.en}: {words.en}")


def _heard(reading: Reading) -> bool:
    return reading.value is True


def midnight_after(local: datetime) -> datetime:
    """The next local midnight, in UTC."""
    midnight = datetime.combine(local.date() + _DAY, time(), tzinfo=local.tzinfo)
    return midnight.astimezone(UTC)


def plain(number: float, near: float) -> str:
    """Write a number as exactly as needed to tell it from one that is `near` away."""
    if not near:
        return f"{number:.4g}"
    digits = _FIGURES - 1 - math.floor(math.log10(abs(near)))
    return f"{round(number, digits) + 0.0:.{max(0, digits)}f}"
