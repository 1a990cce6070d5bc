"""A figure that drifts from day to day: the mean of the day, or what is left of it at night."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import median
from typing import Final, TypeAlias

from edge.model import AlarmCleared, AlarmRaised, Reading, Record, Text
from edge.rules.anomaly.course import CALM_DAYS, ENOUGH, Course, Reference, live, reference
from edge.rules.anomaly.slots import LENGTH, Slot, advance, ends, near, number_of, observe
from edge.rules.anomaly.watched import ANY, Watched, midnight_after, plain
from edge.rules.explain import Explained, Latest
from edge.rules.quiet import Quiet
from edge.rules.rule import Step

NIGHT: Final = (1, 5)
"""Hours of local time in which nearly nothing is used: what flows then is lost."""

ALL_DAY: Final = (0, 24)

KNOWN: Final = 0.6
"""The part of its time for which a day has to be known to count."""

SATURDAY: Final = 5

NEAR: Final = 0.5
"""A value that differs by less than so many standard deviations of days is nothing new."""


Said: TypeAlias = tuple[AlarmRaised | AlarmCleared, ...]


@dataclass(frozen=True, slots=True)
class CourseState:
    """What is learnt and whether the alarm is on; what the day under way has brought is lost.

    `samples` are the day's, every `stride`th of them; `day` is its ordinal. `opened` is when a
    door began to open; whoever is `asleep` waits for the night.
    """

    course: Course = field(default_factory=Course)
    active: bool = False
    anew: str = ""
    day: int = field(default=-1, compare=False)
    samples: tuple[float, ...] = field(default=(), compare=False)
    slot: Slot = field(default_factory=Slot, compare=False)
    asleep: bool = field(default=False, compare=False)
    opened: datetime | None = field(default=None, compare=False)
    stride: int = field(default=1, compare=False)
    skipped: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class CourseRule(Watched):
    """Judges one figure a day against those of weeks before.

    The reference ends a week before today, and takes up no day on which the sum has become
    suspect: so that a slow fault is not compared with itself. It is over after three days as
    usual.
    """

    least: float = 0.0
    falling: bool = True

    @property
    def meant(self) -> Text:
        """What the figure is."""
        raise NotImplementedError

    def start(self) -> CourseState:
        """Begin with nothing learnt."""
        return CourseState(anew=self.anew)

    def renewed(self, state: CourseState, now: datetime) -> tuple[CourseState, Said]:
        """Forget all when the site file says so."""
        if state.anew == self.anew:
            return state, ()
        return self.start(), (self._cleared(now),) if state.active else ()

    def day_over(
        self, state: CourseState, figure: float, now: datetime
    ) -> tuple[CourseState, Said]:
        """Take up the figure of the day that is over, and judge it."""
        weekend = datetime.fromordinal(state.day).weekday() >= SATURDAY
        course = live(
            state.course,
            float(f"{figure:.6g}"),
            weekend=weekend,
            learnt=self.learn_days,
            least=self.least,
        )
        state = replace(state, course=course, samples=(), day=-1)
        if state.active and course.calm >= CALM_DAYS:
            course = course._replace(above=0.0, below=0.0)
            return replace(state, active=False, course=course), (self._cleared(now),)
        drift = max(course.above, course.below if self.falling else 0.0)
        if state.active or drift < ENOUGH:
            return state, ()
        return replace(state, active=True), (self._told(course, now, weekend=weekend),)

    def _reference(self, course: Course, *, weekend: bool) -> Reference | None:
        if len(course.figures) < self.learn_days:
            return None
        return reference(course, weekend=weekend, learnt=self.learn_days, least=self.least)

    def _told(self, course: Course, now: datetime, *, weekend: bool) -> AlarmRaised:
        usual = self._reference(course, weekend=weekend)
        limit = float(f"{usual.level:.6g}") if usual else None
        return self._raised(self._words(course, weekend=weekend), course.last, now, limit)

    def _words(self, course: Course, *, weekend: bool) -> Text:
        usual, meant, unit = self._reference(course, weekend=weekend), self.meant, self.unit
        if usual is None:
            return meant
        low, high = usual.level - 2 * usual.sigma, usual.level + 2 * usual.sigma
        near = high - low
        shown, low_, high_ = plain(course.last, near), plain(low, near), plain(high, near)
        return Text(
            f"{meant.zh} {shown} {unit}，前几周为 {low_} 至 {high_}",
            f"{meant.en} {shown} {unit}, in the weeks before {low_} to {high_}",
        )

    def explain(self, state: CourseState, now: datetime, latest: Latest) -> Explained:
        """Say how far it has learnt, what was usual, and how far the sum has come."""
        del latest
        course = state.course
        weekend = now.astimezone(self.zone).weekday() >= SATURDAY
        words = self._words(course, weekend=weekend)
        learnt = self._reference(course, weekend=weekend) is not None
        ways = (("高", "above", course.above), ("低", "below", course.below))
        sums = tuple(
            Explained(
                words=Text(
                    f"逐日偏{zh}的累积达到 {ENOUGH:g}（昨日：{words.zh}）",
                    f"the sum of days {en} the usual reaches {ENOUGH:g} (last day: {words.en})",
                ),
                truth=total >= ENOUGH if learnt else None,
                value=round(total, 1) if learnt else None,
            )
            for zh, en, total in ways[: 1 + self.falling]
        )
        days = Text("与前几周相比逐日偏离", "drifts from what it was in the weeks before")
        parts = (self._learnt(len(course.figures)), *sums)
        return self._account(days, parts, active=state.active)


@dataclass(frozen=True, kw_only=True)
class DailyRule(CourseRule):
    """The mean of a day, both ways; or the median of the night, upwards."""

    hours: tuple[int, int] = ALL_DAY

    @property
    def meant(self) -> Text:
        """The mean of the day, or the night's level."""
        if self.hours == ALL_DAY:
            return Text("日平均", "the mean of a day is")
        begins, ends_at = self.hours
        return Text(f"夜间（{begins}–{ends_at} 时）", f"at night, {begins} to {ends_at} h, it is")

    def quiet(self, state: CourseState) -> Quiet | None:
        """Values that are hardly different; outside its hours all."""
        if state.asleep:
            return self._hushed(ANY)
        check = near(state.slot, max(self.least, NEAR * state.course.sigma))
        return check and self._hushed(check)

    def step(self, state: CourseState, record: Record | None, now: datetime) -> Step[CourseState]:
        """Fill the slots; at the end of the day's time judge it."""
        state, out = self.renewed(state, now)
        if state.asleep:
            local = now.astimezone(self.zone)
            if local.hour >= self.hours[1]:
                return Step(state, out, midnight_after(local))
            state = replace(state, asleep=False)
        if isinstance(record, Reading) and record.point == self.ref:
            slot, closed = observe(state.slot, number_of(record), now.timestamp())
        elif self._lost(record):
            slot, closed = observe(state.slot, None, now.timestamp())
        else:
            slot, closed = advance(state.slot, now.timestamp())
        for each in closed:
            state, said = self._over(state, each.begun(self.zone), each.mean, now)
            out += said
        if state.asleep:
            local = now.astimezone(self.zone)
            return Step(replace(state, slot=Slot()), out, midnight_after(local))
        course, samples = state.course, state.samples
        state = CourseState(course, state.active, state.anew, state.day, samples, slot)
        return Step(state, out, ends((slot,), now))

    def _over(
        self, state: CourseState, begun: datetime, mean: float, now: datetime
    ) -> tuple[CourseState, Said]:
        """Take up a slot, or fall asleep when it lies after the day's time."""
        said: Said = ()
        day, hour = begun.toordinal(), begun.hour
        begins, until = self.hours
        if state.day >= 0 and (day != state.day or hour >= until):
            state, said = self._closed(state, now)
        if hour >= until:
            return replace(state, asleep=True), said
        if hour >= begins:
            state = replace(state, day=day, samples=(*state.samples, mean))
        return state, said

    def _closed(self, state: CourseState, now: datetime) -> tuple[CourseState, Said]:
        begins, until = self.hours
        if len(state.samples) < KNOWN * (until - begins) * 3600 / LENGTH:
            return replace(state, samples=(), day=-1), ()
        if self.hours == ALL_DAY:
            return self.day_over(state, sum(state.samples) / len(state.samples), now)
        return self.day_over(state, median(state.samples), now)
