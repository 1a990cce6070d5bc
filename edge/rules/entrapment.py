"""Passengers trapped in a lift, by the device's own word or by how the car stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from edge import model
from edge.faults import fault
from edge.model import (
    AlarmCleared,
    AlarmRaised,
    Cause,
    Event,
    Lane,
    Quality,
    Reading,
    Record,
    Value,
)
from edge.rules.explain import Explained, Latest
from edge.rules.expression import conforms
from edge.rules.lift_account import by_facts, free, own_word
from edge.rules.lift_facts import BELIEVED_FOR, Car, Claims, Seen, deciding, read_car
from edge.rules.lift_sensors import SensorWatch
from edge.rules.lift_state import EntrapmentState, Source
from edge.rules.rule import BuiltIn, Step
from edge.schema import Duration, Strict
from edge.site import Claim, Lift, OwnWord, Site

CATEGORY: Final = "lift.entrapment"

SEEN_FOR: Final = timedelta(seconds=10)
"""So long a car has to be seen like this without a break before the time counts: longer than a
car with passengers waits at a landing with its door closed."""

MOST_SILENT: Final = timedelta(minutes=5)
"""When nothing was known for longer, the time begins anew."""


def _one_to_two_minutes(after: timedelta) -> timedelta:
    if not timedelta(seconds=60) <= after <= timedelta(seconds=120):
        raise fault(
            model.Text("困人判定要 60 到 120 秒", "an entrapment is told after 60 to 120 seconds"),
            model.Text("写 60s 到 120s", "write 60s to 120s"),
        )
    return after


class EntrapmentSection(Strict):
    """When a car that stands counts as holding people."""

    after: Annotated[Duration, AfterValidator(_one_to_two_minutes)] = Field(
        timedelta(seconds=90),
        description="How long the car stands outside the door zone, or its door does not open,"
        " with somebody inside.",
    )
    clear_for: Duration = Field(
        timedelta(seconds=10),
        description="How long the people are out before that is told, where the lift's own alarm"
        " does not say so.",
    )
    implausible_for: Duration = Field(
        timedelta(seconds=60), description="How long sensors contradict each other before a fault."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrapmentRule:
    """Raises `<lift>/entrapment` at the device's own word, or when the facts have said so for long.

    The facts: the car stands outside the door zone, or at a landing with a door that does
    not open, and nobody is known to be out; not in inspection and not with firefighters. There
    is one alarm, whichever comes first. A value of bad quality is not heard; what was last
    heard counts for some seconds, then it is unknown, and what is unknown neither raises nor
    clears. Facts that contradict each other raise `<lift>/sensor_implausible` when they go on,
    and no entrapment meanwhile; the device's own word is heard all the same. Once raised the
    alarm ends only when the car is seen empty or its door open, whatever the mode:
    rescuers switch to inspection and move the car.
    """

    lift: str
    claims: Claims
    after: timedelta
    own: OwnWord
    clear_for: timedelta
    implausible_for: timedelta

    @property
    def id(self) -> str:
        """One of each lift."""
        return f"{self.lift}/.entrapment"

    @property
    def points(self) -> tuple[str, ...]:
        """The points that the lift's profile names for the facts."""
        return tuple({claim.point: None for each in self.claims.values() for claim in each})

    @property
    def kinds(self) -> tuple[str, ...]:
        """No event matters."""
        return ()

    @property
    def _watch(self) -> SensorWatch:
        return SensorWatch(self.lift, self.implausible_for)

    @property
    def raises(self) -> tuple[str, ...]:
        """People in the car, and sensors that nobody can believe."""
        return (f"{self.lift}/entrapment", self._watch.key)

    def account(
        self, alarm: str, state: EntrapmentState, now: datetime, latest: Latest
    ) -> Explained:
        """Say how each fact stands, for how long, and whether all of it is plausible."""
        del latest
        if alarm == self._watch.key:
            return self._watch.account(state.implausible, state.sensors, now)
        since = state.since or state.watched
        due = _latest(since, self.after, state.watched, SEEN_FOR)
        told = (
            *own_word(self.claims, state, self.own.lasts, now),
            by_facts(self.claims, state, self.after, due, now),
        )
        out = (free(self.claims, state, self.clear_for, now),) if state.source else ()
        return Explained(words=self.own.text, truth=bool(state.source), parts=(*told, *out))

    def start(self) -> EntrapmentState:
        """Begin with a car of which nothing is known."""
        return EntrapmentState()

    def step(
        self, state: EntrapmentState, record: Record | None, now: datetime
    ) -> Step[EntrapmentState]:
        """Follow a point, or the end of a time."""
        if isinstance(record, Reading) and record.value is not None:
            if record.quality is Quality.BAD or not _is_plain(record.value):
                return Step(state, wake=self._wake(state, now))
            before = state.seen.get(record.point)
            state = replace(state, seen={**state.seen, record.point: Seen(record.value, now)})
            if before and before.value == record.value and now - before.at <= BELIEVED_FOR:
                return Step(state, wake=self._wake(state, now))
        car = read_car(self.claims, state.seen, now)
        watch = self._watch
        sensors, car = watch.follow(state.sensors, car, now)
        implausible, told = watch.verdict(state.implausible, sensors, now)
        state = replace(self._timed(state, car, now), sensors=sensors, implausible=implausible)
        state, found = self._settled(state, car, now)
        return Step(state, (*told, *found), wake=self._wake(state, now))

    def _timed(self, state: EntrapmentState, car: Car, now: datetime) -> EntrapmentState:
        """Bring the times up to date that run towards an alarm."""
        if car.trapped is not None:
            state = replace(state, said=(state.said or now) if car.trapped else None)
        holding = False if car.attended else car.holding
        if holding is False:
            return replace(state, since=None, watched=None)
        if holding is None:
            return replace(state, watched=None)
        watched, since = state.watched or now, state.since
        if since and state.watched is None and now - since > self.after + MOST_SILENT:
            since = None
        if since is None and now >= watched + SEEN_FOR:
            since = watched
        return replace(state, watched=watched, since=since)

    def _settled(
        self, state: EntrapmentState, car: Car, now: datetime
    ) -> tuple[EntrapmentState, tuple[Event, ...]]:
        """Raise or clear what is due."""
        if state.source:
            return self._over(state, car, now)
        if car.trapped and state.said and now >= state.said + self.own.lasts:
            return self._raised(state, car, "device", now)
        due = _latest(state.since, self.after, state.watched, SEEN_FOR)
        if due and now >= due:
            return self._raised(state, car, "facts", now)
        return state, ()

    def _over(
        self, state: EntrapmentState, car: Car, now: datetime
    ) -> tuple[EntrapmentState, tuple[Event, ...]]:
        by_device = state.source == "device" and car.trapped is False
        if car.trapped or car.between_floors:
            state = replace(state, freed=None)
        elif state.freed is None and (car.freed or by_device):
            state = replace(state, freed=now)
        if state.freed is None or now < state.freed + self.clear_for:
            return state, ()
        state = replace(state, source="", freed=None, said=None, since=None, watched=None)
        return state, (AlarmCleared(alarm=f"{self.lift}/entrapment", at=now),)

    def _raised(
        self, state: EntrapmentState, car: Car, source: Source, now: datetime
    ) -> tuple[EntrapmentState, tuple[Event, ...]]:
        fact, text, limit = "trapped", self.own.text, self.own.lasts
        if source == "facts":
            fact = "outside_door_zone" if car.outside else "door_not_opening"
            text, limit = _WORDS[bool(car.outside), bool(car.passenger)], self.after
            if fact not in self.claims:
                fact = "in_door_zone" if car.outside else "door_closed"
        point, value = deciding(self.claims, fact, state.seen)
        raised = AlarmRaised(
            alarm=f"{self.lift}/entrapment",
            device=self.lift,
            rule="entrapment",
            category=self.own.category,
            severity=self.own.severity,
            lane=self.own.lane,
            text=text,
            cause=Cause(
                point=point or self.lift,
                value=value,
                about=f"{fact} for {limit.total_seconds():g} s",
            ),
            at=now,
            group=self.own.group,
            latch=self.own.latch,
            realarm=self.own.realarm,
        )
        return replace(state, source=source, freed=None), (raised,)

    def _wake(self, state: EntrapmentState, now: datetime) -> datetime | None:
        """The next instant at which something may be due."""
        times = [self._watch.wake(state.implausible, state.sensors)]
        if state.source:
            times.append(state.freed and state.freed + self.clear_for)
        else:
            times.append(state.said and state.said + self.own.lasts)
            times.append(state.watched and state.watched + SEEN_FOR)
            times.append(_latest(state.since, self.after, state.watched, SEEN_FOR))
        return min((at for at in times if at and at > now), default=None)


def _is_plain(value: Value) -> bool:
    """Whether it is no number beyond all measure, which could be neither kept nor compared."""
    return isinstance(value, bool | str) or conforms(value, "float")


def _latest(
    since: datetime | None, after: timedelta, watched: datetime | None, seen_for: timedelta
) -> datetime | None:
    return max(since + after, watched + seen_for) if since and watched else None


_NO_WORD: Final = OwnWord(
    says=Claim(point="", holds=lambda _: False),
    lasts=timedelta(0),
    over=timedelta(0),
    category=CATEGORY,
    severity=900,
    lane=Lane.LIFE_SAFETY,
    text=model.Text("电梯困人", "Passengers trapped in the lift"),
)
_WORDS: Final = {
    (True, True): model.Text(
        "电梯困人：停在门区外，轿厢内有人",
        "Passengers trapped: the lift stands outside the door zone with somebody inside",
    ),
    (True, False): model.Text(
        "电梯可能困人：停在门区外，不知轿厢内是否有人",
        "Passengers may be trapped: the lift stands outside the door zone,"
        " whether anybody is inside is not known",
    ),
    (False, True): model.Text(
        "电梯困人：停在层站，门不开，轿厢内有人",
        "Passengers trapped: the lift stands at a landing, its door does not open,"
        " somebody is inside",
    ),
    (False, False): model.Text(
        "电梯可能困人：停在层站，门不开，不知轿厢内是否有人",
        "Passengers may be trapped: the lift stands at a landing, its door does not open,"
        " whether anybody is inside is not known",
    ),
}


def _rule(id_: str, lift: Lift, options: EntrapmentSection) -> EntrapmentRule:
    own = lift.own or _NO_WORD
    return EntrapmentRule(
        lift=id_,
        claims={**lift.facts, "trapped": (own.says,)} if lift.own else lift.facts,
        own=own,
        after=options.after,
        clear_for=own.over or options.clear_for,
        implausible_for=options.implausible_for,
    )


def _build(site: Site, options: EntrapmentSection) -> Iterable[EntrapmentRule]:
    return tuple(_rule(id_, lift, options) for id_, lift in site.lifts.items())


BUILT_IN: Final = BuiltIn("entrapment", EntrapmentSection, _build)
