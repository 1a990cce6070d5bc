"""Why somebody counts as trapped in a lift, or does not: each fact of its car, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from edge.duration import format_duration
from edge.model import Text
from edge.rules.explain import Explained
from edge.rules.lift_facts import BELIEVED_FOR, Car, Claims, Seen, read_car, without_passenger
from edge.rules.lift_sensors import TRIPS
from edge.rules.lift_state import EntrapmentState
from edge.rules.reasons import unless

_FACTS: Final[Mapping[str, Text]] = {
    "stopped": Text("停着", "it stands"),
    "moving": Text("在运行", "it moves"),
    "outside_door_zone": Text("在门区外", "outside the door zone"),
    "in_door_zone": Text("在门区内", "inside the door zone"),
    "door_open": Text("门开着", "its door is open"),
    "door_closed": Text("门关着", "its door is closed"),
    "door_not_opening": Text("门打不开", "its door does not open"),
    "passenger": Text("轿厢有人", "somebody is inside"),
    "empty": Text("轿厢无人", "nobody is inside"),
    "attended": Text("检修或消防员在操作", "in inspection or with firefighters"),
    "trapped": Text("报告困人", "it reports people trapped"),
}
_PLAUSIBLE: Final[Mapping[str, Text]] = {
    "": Text("传感器没有互相矛盾", "its sensors do not contradict each other"),
    "motion": Text("传感器可信（现在既停又动）", "plausible (it stands and moves at once)"),
    "door_zone": Text(
        "传感器可信（现在既在门区又不在门区）", "plausible (inside and outside the door zone)"
    ),
    "door": Text("传感器可信（现在门既开又关）", "plausible (its door is open and closed)"),
    "passenger": Text("传感器可信（现在轿厢既有人又无人）", "plausible (empty and not empty)"),
    "moving_door_open": Text(
        "传感器可信（现在运行中门开着）", "plausible (moves with its door open)"
    ),
}


def own_word(
    claims: Claims, state: EntrapmentState, lasts: timedelta, now: datetime
) -> tuple[Explained, ...]:
    """What the lift says itself; nothing where it cannot."""
    if "trapped" not in claims:
        return ()
    since = state.said
    whole = Explained(
        words=Text(
            f"电梯自己报告，持续 {format_duration(lasts)}",
            f"the lift says so itself, for {format_duration(lasts)}",
        ),
        truth=bool(since and now >= since + lasts),
        since=since,
        until=since + lasts if since and now < since + lasts else None,
        parts=points(claims, state.seen, now, "trapped"),
    )
    return (whole,)


def by_facts(
    claims: Claims, state: EntrapmentState, after: timedelta, due: datetime | None, now: datetime
) -> Explained:
    """How the car stands; `due` is when that has lasted for long enough."""
    car, lasts = read_car(claims, state.seen, now), format_duration(after)
    if state.sensors.trips >= TRIPS:
        car = without_passenger(car)
    return Explained(
        words=Text(
            f"轿厢停着、出不来，持续 {lasts}",
            f"the car stands and nobody can leave it, for {lasts}",
        ),
        truth=bool(due and now >= due),
        since=state.since or state.watched,
        until=due if due and due > now else None,
        parts=(
            _fact(claims, state, now, "stopped", "moving", truth=car.stopped),
            _held(claims, state, now, car),
            unless(
                _fact(claims, state, now, "empty", "passenger", truth=car.passenger is False),
                "不能确定轿厢无人",
                "it is not known to be empty",
            ),
            unless(
                _fact(claims, state, now, "attended", truth=bool(car.attended)),
                "不在检修，也不由消防员操作",
                "neither in inspection nor with firefighters",
            ),
            Explained(words=_PLAUSIBLE[car.contradiction], truth=not car.contradiction),
        ),
    )


def free(claims: Claims, state: EntrapmentState, lasts: timedelta, now: datetime) -> Explained:
    """What ends an alarm that is on."""
    since, over = state.freed, format_duration(lasts)
    return Explained(
        words=Text(
            f"人已出来：轿厢空、在层站开门，或电梯不再报告，持续 {over}",
            f"the people are out, for {over}: it is empty, its door open at a landing,"
            " or it says so no more",
        ),
        truth=since is not None,
        since=since,
        until=since + lasts if since else None,
        parts=points(claims, state.seen, now, "empty", "passenger", "door_open", "door_closed"),
    )


def points(
    claims: Claims, seen: Mapping[str, Seen], now: datetime, *facts: str
) -> tuple[Explained, ...]:
    """The points that claim these facts; what was heard too long ago is not known any more."""
    parts = []
    for fact in facts:
        for claim in claims.get(fact, ()):
            last, words = seen.get(claim.point), _FACTS[fact]
            fresh = last is not None and now - last.at <= BELIEVED_FOR
            parts.append(
                Explained(
                    words=Text(f"{claim.point} 表明{words.zh}", f"{claim.point} says: {words.en}"),
                    truth=claim.holds(last.value) if last and fresh else None,
                    value=last.value if last and fresh else None,
                    since=last.at if last and not fresh else None,
                )
            )
    return tuple(parts)


def _fact(
    claims: Claims, state: EntrapmentState, now: datetime, *facts: str, truth: bool | None
) -> Explained:
    """The first of the facts, by the points that claim it or its opposite."""
    parts = points(claims, state.seen, now, *facts)
    return Explained(words=_FACTS[facts[0]], truth=truth, parts=parts)


def _held(claims: Claims, state: EntrapmentState, now: datetime, car: Car) -> Explained:
    """One of two ways to be held: between floors, or behind a door."""
    shut_in = car.outside is False and car.open is False and car.passenger
    shut = not car.open and bool(car.not_opening or shut_in)
    zone = _fact(claims, state, now, "outside_door_zone", "in_door_zone", truth=car.outside)
    door = Explained(
        words=Text(
            "门打不开，或在层站关着门而轿厢有人",
            "its door does not open, or is closed at a landing with somebody inside",
        ),
        truth=shut,
        parts=points(claims, state.seen, now, "door_not_opening", "door_open", "door_closed"),
    )
    return Explained(
        words=Text("以下至少一条成立", "at least one of these holds"),
        truth=True if car.outside or shut else car.outside,
        parts=(zone, door),
    )
