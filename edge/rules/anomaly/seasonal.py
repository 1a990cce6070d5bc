"""A value, or its difference from a neighbour's, that is not as usual at this hour of the week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from edge.model import AlarmCleared, AlarmRaised, Reading, Record, Text
from edge.rules.anomaly.season import Band, Season, hour_of_week, learn, usual
from edge.rules.anomaly.slots import Closed, Slot, advance, ends, near, number_of, observe
from edge.rules.anomaly.watched import Watched, plain
from edge.rules.explain import Explained, Latest
from edge.rules.quiet import ByPoint, Quiet
from edge.rules.rule import Step

LIMIT: Final = 6.0
"""So many standard deviations beyond the usual are an anomaly; found by simulation."""

BACK: Final = 0.5
"""It is over within this part of them."""

NEEDED: Final = 3
"""Slots in a row that have to say so, for its begin and for its end."""

QUARTER: Final = 6
"""Hours; what they have brought is learnt and kept together, a restart forgets no more."""

QUARTERS: Final = 4

NEAR: Final = 0.5
"""A value that differs by less than so many standard deviations is nothing new."""

SHARE: Final = 0.02
"""A stray of less than this part of the value itself is nobody's matter."""

Said: TypeAlias = tuple[AlarmRaised | AlarmCleared, ...]


class Lately(NamedTuple):
    """What the hours under way have brought, by hour of the week, and how they stand.

    `strange` counts the slots in a row that are beyond the usual (below: negative), `calm` those
    that are well within it. `last` is the last slot's value; what differs by less than `near` is
    nothing new.
    """

    quarter: int = -1
    pending: tuple[tuple[int, float], ...] = ()
    strange: int = 0
    calm: int = 0
    last: float | None = None
    near: float = 0.0


@dataclass(frozen=True, slots=True)
class SeasonalState:
    """What is learnt and whether the alarm is on; what the hours under way have brought is lost."""

    season: Season = field(default_factory=Season)
    active: bool = False
    anew: str = ""
    lately: Lately = field(default_factory=Lately, compare=False)
    slots: tuple[Slot, ...] = field(default=(), compare=False)


@dataclass(frozen=True, kw_only=True)
class SeasonalRule(Watched):
    """Learns a level for each hour of the week, and raises when half an hour is far from it.

    What is beyond the limit is never learnt, nor anything while the alarm is on: a fault does
    not become usual by lasting. What creeps slowly enough to stay within the limit does; that
    is for the rule of `drift`. With a neighbour it is the difference of both that is watched:
    which of the two is wrong cannot be told.
    """

    neighbour: str = ""
    behind: str = ""

    @property
    def points(self) -> tuple[str, ...]:
        """The point, its neighbour's, and whether they can be heard."""
        return (*self._measured, *self._senses)

    @cached_property
    def _measured(self) -> tuple[str, ...]:
        return (self.ref, self.neighbour) if self.neighbour else (self.ref,)

    @cached_property
    def _senses(self) -> tuple[str, ...]:
        """By these it is known whether both can be heard; `behind` is the neighbour's link."""
        names = [self.device, self.link]
        if self.neighbour:
            names += [self.neighbour.partition("/")[0], self.behind]
        return tuple(dict.fromkeys(f"{name}/online" for name in names))

    def start(self) -> SeasonalState:
        """Begin with nothing learnt."""
        return SeasonalState(anew=self.anew)

    def quiet(self, state: SeasonalState) -> Quiet | None:
        """Values that are hardly different from those that are known."""
        least = max(self.point.deadband / 2, state.lately.near)
        checks = [check for slot in state.slots if (check := near(slot, least)) is not None]
        if len(checks) < len(self._measured):
            return None
        hushed = self._hushed(checks[0])
        return ByPoint({**hushed.checks, self.neighbour: checks[1]}) if checks[1:] else hushed

    def step(
        self, state: SeasonalState, record: Record | None, now: datetime
    ) -> Step[SeasonalState]:
        """Fill the slots; judge each that is over, and learn it."""
        out: Said = ()
        if state.anew != self.anew:
            out = (self._cleared(now),) if state.active else ()
            state = self.start()
        slots, closed = self._filled(state.slots, record, now.timestamp())
        for each in closed:
            state, said = self._judged(state, each, now)
            out += said
        state = SeasonalState(state.season, state.active, state.anew, state.lately, slots)
        return Step(state, out, ends(slots, now))

    def _filled(
        self, slots: tuple[Slot, ...], record: Record | None, seconds: float
    ) -> tuple[tuple[Slot, ...], tuple[Closed, ...]]:
        """The slots with what is new, and what is over: of two points their difference."""
        heard = record.point if isinstance(record, Reading) else ""
        if isinstance(record, Reading) and heard == self.ref and len(slots) == 1:
            slot, past = observe(slots[0], number_of(record), seconds)
            return (slot,), past
        lost = self._lost(record)
        changed: list[Slot] = []
        over: list[tuple[Closed, ...]] = []
        for point, before in zip(self._measured, slots or (Slot(),) * 2, strict=False):
            if point == heard and isinstance(record, Reading):
                slot, closed = observe(before, number_of(record), seconds)
            elif lost:
                slot, closed = observe(before, None, seconds)
            else:
                slot, closed = advance(before, seconds)
            changed.append(slot)
            over.append(closed)
        return tuple(changed), over[0] if len(over) == 1 else tuple(_apart(*over))

    def _judged(
        self, state: SeasonalState, closed: Closed, now: datetime
    ) -> tuple[SeasonalState, Said]:
        begun, mean = closed.begun(self.zone), closed.mean
        at, quarter = hour_of_week(begun), begun.toordinal() * QUARTERS + begun.hour // QUARTER
        season, lately, active = state.season, state.lately, state.active
        if quarter != lately.quarter:
            if lately.pending:
                season = learn(season, lately.pending, self._least(0))
            lately = lately._replace(quarter=quarter, pending=())
        band = usual(season, at) if self._has_learnt(season) else None
        pending = (*lately.pending, (at, mean))
        if band is None:
            lately = Lately(quarter, pending, last=mean)
            return replace(state, season=season, lately=lately), ()
        beyond = band.beyond(mean) / self._limit(band)
        strange = _counted(lately.strange, beyond)
        calm = min(lately.calm + 1, NEEDED) if abs(beyond) <= BACK else 0
        kept = lately.pending if strange or active else pending
        said: Said = ()
        if active and calm >= NEEDED:
            active, said = False, (self._cleared(now),)
        elif not active and abs(strange) >= NEEDED:
            active, said = True, (self._told(mean, band, now),)
        lately = Lately(quarter, kept, strange, calm, mean, NEAR * band.sigma)
        return replace(state, season=season, active=active, lately=lately), said

    def _has_learnt(self, season: Season) -> bool:
        return season.folds >= self.learn_days * QUARTERS

    def _least(self, level: float) -> float:
        """A stray that is smaller than this is within what the point tells at all."""
        return max(self.point.deadband, SHARE * abs(level))

    def _limit(self, band: Band) -> float:
        least = self._least(max(abs(band.low), abs(band.high))) if not self.neighbour else 0.0
        return max(LIMIT * band.sigma, least, self.point.deadband, 1e-9)

    def _words(self, value: float, band: Band) -> Text:
        low, high = _shown(band)
        near, unit = max(high - low, 1e-9), self.unit
        shown, low_, high_ = plain(value, near), plain(low, near), plain(high, near)
        if self.neighbour:
            return Text(
                f"与 {self.neighbour} 相差 {shown} {unit}，此时通常为 {low_} 至 {high_}",
                f"differs from {self.neighbour} by {shown} {unit},"
                f" at this hour usually {low_} to {high_}",
            )
        return Text(
            f"{shown} {unit}，此时通常为 {low_} 至 {high_}",
            f"{shown} {unit}, at this hour usually {low_} to {high_}",
        )

    def _told(self, value: float, band: Band, now: datetime) -> AlarmRaised:
        limit = self._limit(band)
        edge = band.high + limit if value > band.high else band.low - limit
        words, shown = self._words(value, band), float(f"{value:.6g}")
        return self._raised(words, shown, now, float(f"{edge:.6g}"))

    def explain(self, state: SeasonalState, now: datetime, latest: Latest) -> Explained:
        """Say how far it has learnt, what is usual now, and how far the value is from it."""
        del latest
        learnt = self._learnt(state.season.folds // QUARTERS)
        band = usual(state.season, hour_of_week(now.astimezone(self.zone)))
        last = state.lately.last
        words = Text("与此时通常的值相比", "compared with what is usual at this hour")
        if band is None or last is None:
            part = Explained(words=words, truth=None, value=last, unit=self.point.unit)
            return self._account(words, (learnt, part), active=state.active)
        limit = self._limit(band)
        low, high = plain(band.low - limit, limit), plain(band.high + limit, limit)
        told = self._words(last, band)
        part = Explained(
            words=Text(
                f"{told.zh}；低于 {low} 或高于 {high} 连续 {NEEDED * 10} 分钟才报警",
                f"{told.en}; told when below {low} or above {high} for {NEEDED * 10} minutes",
            ),
            truth=abs(band.beyond(last)) > limit,
            value=float(plain(last, limit)),
            unit=self.point.unit,
        )
        return self._account(words, (learnt, part), active=state.active)


def _shown(band: Band) -> tuple[float, float]:
    """Between these are nineteen of twenty values."""
    return band.low - 2 * band.sigma, band.high + 2 * band.sigma


def _counted(strange: int, beyond: float) -> int:
    """Slots in a row on the same side of the usual."""
    if abs(beyond) <= 1:
        return 0
    way = 1 if beyond > 0 else -1
    return strange + way if strange * way > 0 else way


def _apart(own: tuple[Closed, ...], other: tuple[Closed, ...]) -> Iterator[Closed]:
    """The differences of the slots that are known of both."""
    known = {each.number: each.mean for each in other}
    for each in own:
        if each.number in known:
            yield Closed(each.number, each.mean - known[each.number])
