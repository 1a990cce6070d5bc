"""A residual current that rises towards its limit, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Annotated, Final

from pydantic import Field

from edge.duration import format_duration
from edge.model import AlarmCleared, AlarmRaised, Cause, Lane, Reading, Record, Text
from edge.rules.comparing import good_value
from edge.rules.explain import Explained, Latest
from edge.rules.rule import BuiltIn, Step
from edge.schema import Duration, Strict
from edge.site import Site

HOUR: Final = timedelta(hours=1)
DAY: Final = 24
"""Hours; each is compared with the same hour of the day before."""

RISES: Final = 3
"""From day to day, one after the other; a wet weekend makes two."""

REMEMBERED: Final = (RISES + 1) * DAY
"""Hours: so many rises can be seen in them."""

ENOUGH: Final = 16
"""Of the 24 hours of a day so many have to be known on both days."""

_TEXT: Final = Text("剩余电流持续上升", "Residual current rises day by day")


class LeakageOptions(Strict):
    """When a rising residual current needs an electrician."""

    enabled: bool = True
    limit: Annotated[float, Field(gt=0)] = Field(300.0, description="mA at which it is too much.")
    rise: Annotated[float, Field(gt=0)] = Field(
        10.0, description="mA a day; what rises more slowly is left to the next inspection."
    )
    ahead: Duration = Field(
        timedelta(days=7), description="It is told when the limit is nearer than this."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour's median, in mA."""

    begun: datetime
    median: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakageState:
    """The medians of four days; what the hour under way has brought begins anew."""

    hours: tuple[Hour, ...] = ()
    active: bool = False
    begun: datetime | None = field(default=None, compare=False)
    minute: int = field(default=-1, compare=False)
    samples: tuple[float, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What four days show, in mA: the level now, the rise a day, and how much of it is sure."""

    level: float
    rise: float
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakageRule:
    """Compares each hour with the same hour of the day before, over four days.

    So the daily course of loads and damp falls out. The rise is the median of the last day's
    differences; it is sure when three quarters of the hours have risen, on each of three days
    in a row: peaks, one step (a new appliance) and a wet weekend make no trend. In 40 simulated
    breakers over 60 days with rain and weekends that told nothing wrong; with two days instead
    of three it did 1.8 times a year and breaker. Nothing is said in the first three days and
    sixteen hours, nor where more than eight hours of a day are missing. What rises within hours
    is left to the alarm on the limit itself.
    """

    device: str
    point: str
    limit: float
    rise: float
    ahead: timedelta

    @property
    def id(self) -> str:
        """One of each point."""
        return f"{self.device}/.leakage/{self.point}"

    @property
    def points(self) -> tuple[str, ...]:
        """The residual current."""
        return (f"{self.device}/{self.point}",)

    @property
    def kinds(self) -> tuple[str, ...]:
        """No event matters."""
        return ()

    @property
    def raises(self) -> tuple[str, ...]:
        """The point's one."""
        return (self._key,)

    def explain(self, state: LeakageState, now: datetime, latest: Latest) -> Explained:
        """Say what is learnt, how fast it rises, and when the limit would be reached."""
        del now
        found, (point,) = trend(state.hours), self.points
        learnt = Explained(
            words=Text(
                f"{REMEMBERED} 小时中已知足够多（每天 {ENOUGH} 小时）",
                f"enough of {REMEMBERED} hours are known: {ENOUGH} of each day",
            ),
            truth=found is not None,
            value=len(state.hours),
            unit="h",
        )
        reading = latest.get(point)
        level = _rounded(found.level) if found else reading.value if reading else None
        near = Explained(
            words=Text(
                f"{format_duration(self.ahead)} 内将达到 {self.limit:g} mA",
                f"{self.limit:g} mA will be reached within {format_duration(self.ahead)}",
            ),
            truth=self._near(found) if found else None,
            value=level,
            unit="mA",
        )
        sure = Explained(
            words=Text(
                f"连续三天、四分之三的小时每天上升至少 {self.rise:g} mA",
                f"three quarters of the hours rise by at least {self.rise:g} mA a day, three days",
            ),
            truth=found.sure >= self.rise if found else None,
            value=_rounded(found.sure) if found else None,
            unit="mA/d",
        )
        parts = (learnt, near, sure, *((self._goes_on(found),) if state.active else ()))
        return Explained(words=_TEXT, truth=state.active, parts=parts)

    def _goes_on(self, found: Trend | None) -> Explained:
        """What an alarm that is on lives from."""
        return Explained(
            words=Text(
                f"每天上升不少于 {self.rise / 2:g} mA（低于此则结束）",
                f"it rises by {self.rise / 2:g} mA a day or more: over when it is less",
            ),
            truth=found.rise >= self.rise / 2 if found else None,
            value=_rounded(found.rise) if found else None,
            unit="mA/d",
        )

    def start(self) -> LeakageState:
        """Begin with nothing learnt."""
        return LeakageState()

    def step(self, state: LeakageState, record: Record | None, now: datetime) -> Step[LeakageState]:
        """Take one reading a minute; at the end of an hour judge the trend."""
        value = good_value(record, "float") if isinstance(record, Reading) else None
        if not isinstance(value, int | float):
            return Step(state)
        begun = now.replace(minute=0, second=0, microsecond=0)
        out: tuple[AlarmRaised | AlarmCleared, ...] = ()
        if begun != state.begun:
            state, out = self._judged(_folded(state, begun), now)
        elif now.minute == state.minute:
            return Step(state)
        samples = (*state.samples, float(value))
        return Step(replace(state, begun=begun, minute=now.minute, samples=samples), out)

    def _judged(
        self, state: LeakageState, now: datetime
    ) -> tuple[LeakageState, tuple[AlarmRaised | AlarmCleared, ...]]:
        found = trend(state.hours)
        if found is None:
            return state, ()
        if state.active and found.rise < self.rise / 2:
            return replace(state, active=False), (AlarmCleared(alarm=self._key, at=now),)
        if state.active or found.sure < self.rise or not self._near(found):
            return state, ()
        return replace(state, active=True), (self._raised(found, now),)

    def _near(self, found: Trend) -> bool:
        return found.level + found.rise * (self.ahead / timedelta(days=1)) >= self.limit

    @property
    def _key(self) -> str:
        return f"{self.device}/{self.point}_trend"

    def _raised(self, found: Trend, now: datetime) -> AlarmRaised:
        rise, level = round(found.rise), round(found.level)
        return AlarmRaised(
            alarm=self._key,
            device=self.device,
            rule="leakage",
            category="electric.leakage_trend",
            severity=500,
            lane=Lane.FAULT,
            text=Text(
                f"剩余电流每天上升约 {rise} mA，趋近限值",
                f"Residual current rises by about {rise} mA a day, towards its limit",
            ),
            cause=Cause(point=self.points[0], value=level, unit="mA", limit=self.limit),
            at=now,
        )


def trend(hours: Sequence[Hour]) -> Trend | None:
    """Return what four days of hourly medians show; none while too few of them are known.

    The median of the last day is half a day old on average; the level is brought up to now.
    """
    if not hours:
        return None
    latest = max(hour.begun for hour in hours)
    known = {round((latest - hour.begun) / HOUR): hour.median for hour in hours}
    rises = [_rises(known, range(day * DAY, (day + 1) * DAY)) for day in range(RISES)]
    if min(len(day) for day in rises) < ENOUGH:
        return None
    rise = median(rises[0])
    return Trend(
        level=median(known[age] for age in range(DAY) if age in known) + rise / 2,
        rise=rise,
        sure=min(_lower_quarter(day) for day in rises),
    )


def _rises(known: Mapping[int, float], ages: range) -> list[float]:
    both = (age for age in ages if age in known and age + DAY in known)
    return sorted(known[age] - known[age + DAY] for age in both)


def _lower_quarter(rises: Sequence[float]) -> float:
    """What three quarters of the hours have risen by at least."""
    return rises[len(rises) // 4]


def _rounded(current: float) -> float:
    """A current as a person reads it; never minus nothing."""
    return round(current, 1) + 0.0


def _folded(state: LeakageState, begun: datetime) -> LeakageState:
    """Close the hour under way and forget what is older than four days."""
    if state.begun is None:
        return state
    hour = Hour(begun=state.begun, median=median(state.samples))
    oldest = begun - REMEMBERED * HOUR
    hours = tuple(each for each in state.hours if oldest <= each.begun < hour.begun)
    return replace(state, hours=(*hours, hour), samples=())


def _build(site: Site, options: LeakageOptions) -> Iterable[LeakageRule]:
    for device in site.devices.values():
        for point in device.points.values():
            if options.enabled and device.kind == "electric" and point.unit == "mA":
                yield LeakageRule(
                    device=device.id,
                    point=point.name,
                    limit=options.limit,
                    rise=options.rise,
                    ahead=options.ahead,
                )


BUILT_IN: Final = BuiltIn("leakage", LeakageOptions, _build)
