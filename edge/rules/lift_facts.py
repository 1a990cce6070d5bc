"""What is known of a lift's car at an instant, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from edge.model import Value
from edge.site import Claim

BELIEVED_FOR: Final = timedelta(seconds=15)
"""How long a value counts after it was last heard: longer than a slow bus takes for a round."""

Contradiction: TypeAlias = Literal[
    "", "motion", "door_zone", "door", "passenger", "moving_door_open", "passenger_stuck"
]
"""What cannot be true at the same time; empty when all is plausible."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The last good value of a point, and when it was heard."""

    value: Value
    at: datetime


Claims: TypeAlias = Mapping[str, tuple[Claim, ...]]
"""The facts that a lift's profile writes, by name; see `edge.schema.lift`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """How the car stands; none is unknown.

    `stopped`, `outside` (of the door zone), `open` and `passenger` are false when their
    opposites are true. `tells_load` and `tells_door` are whether the lift can say so at all.
    """

    stopped: bool | None = None
    outside: bool | None = None
    open: bool | None = None
    passenger: bool | None = None
    not_opening: bool | None = None
    attended: bool | None = None
    trapped: bool | None = None
    contradiction: Contradiction = ""
    tells_load: bool = False
    tells_door: bool = False

    @property
    def between_floors(self) -> bool:
        """It stands where nobody can leave it, perhaps with somebody inside."""
        return bool(self.stopped and self.outside) and self.passenger is not False

    @property
    def holding(self) -> bool | None:
        """Whether somebody inside could not leave now; none when the facts do not tell.

        Who is known to stand at a landing behind a closed door is held only for as long as that
        lasts: a car that is about to leave looks the same.
        """
        if self.contradiction:
            return None
        if self.passenger is False:
            return False
        if not self.stopped:
            return self.stopped
        shut_in = self.outside is False and self.open is False and self.passenger
        if self.outside or (not self.open and (self.not_opening or shut_in)):
            return True
        unknown = self.outside is None or (self.tells_door and self.open is None)
        unknown = unknown or (self.tells_load and self.passenger is None)
        return None if unknown and not self.open else False

    @property
    def freed(self) -> bool:
        """Whether it is seen that nobody is held any more: the car is empty, or its door open."""
        if self.contradiction or self.trapped or self.between_floors:
            return False
        if self.passenger is False or (self.open and self.outside is False):
            return True
        return self.holding is False and not self.tells_load and not self.tells_door


def read_car(claims: Claims, seen: Mapping[str, Seen], now: datetime) -> Car:
    """Put together what the points say that were heard of lately."""
    said = {name: _claimed(each, seen, now) for name, each in claims.items()}
    motion, stopped = _pair(said, "stopped", "moving")
    zone, outside = _pair(said, "outside_door_zone", "in_door_zone")
    door, opened = _pair(said, "door_open", "door_closed")
    load, passenger = _pair(said, "passenger", "empty")
    contradiction: Contradiction = ""
    if motion:
        contradiction = "motion"
    elif zone:
        contradiction = "door_zone"
    elif door:
        contradiction = "door"
    elif load:
        contradiction = "passenger"
    elif stopped is False and opened:
        contradiction = "moving_door_open"
    return Car(
        stopped=stopped,
        outside=outside,
        open=opened,
        passenger=passenger,
        not_opening=said.get("door_not_opening"),
        attended=said.get("attended"),
        trapped=said.get("trapped"),
        contradiction=contradiction,
        tells_load="passenger" in said or "empty" in said,
        tells_door="door_open" in said or "door_closed" in said,
    )


def without_passenger(car: Car) -> Car:
    """The car when its word about passengers is not believed."""
    return replace(car, passenger=None)


def deciding(claims: Claims, name: str, seen: Mapping[str, Seen]) -> tuple[str, Value | None]:
    """The point, with its value, that claims a fact now; the first one when none does."""
    each = claims.get(name, ())
    for claim in each:
        known = seen.get(claim.point)
        if known and claim.holds(known.value):
            return claim.point, known.value
    known = seen.get(each[0].point) if each else None
    return (each[0].point if each else "", known.value if known else None)


def _claimed(claims: tuple[Claim, ...], seen: Mapping[str, Seen], now: datetime) -> bool | None:
    unknown = False
    for claim in claims:
        known = seen.get(claim.point)
        if known is None or now - known.at > BELIEVED_FOR:
            unknown = True
        elif claim.holds(known.value):
            return True
    return None if unknown else False


def _pair(said: Mapping[str, bool | None], name: str, opposite: str) -> tuple[bool, bool | None]:
    """Whether both are claimed, and the fact itself."""
    yes, no = said.get(name), said.get(opposite)
    if yes and no:
        return True, None
    if yes or no:
        return False, bool(yes)
    if name in said and opposite in said:
        return False, None
    if name in said:
        return False, yes
    return False, None if no is None else not no
