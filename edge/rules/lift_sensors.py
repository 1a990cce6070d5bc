"""Whether a lift's sensors can be believed: facts that go on contradicting each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from edge.duration import format_duration
from edge.model import AlarmCleared, AlarmRaised, Cause, Event, Lane, Text
from edge.rules.explain import Explained
from edge.rules.lift_facts import Car, Contradiction, without_passenger

CATEGORY: Final = "lift.sensor_implausible"

SETTLE: Final = timedelta(seconds=3)
"""The points of one car are read one after the other: a contradiction this short is none."""

SLIPS: Final = 5
SLIPS_WITHIN: Final = timedelta(hours=1)
"""So many contradictions within this time are as good as one that lasts: a door contact that
says open all the time contradicts only while the car moves."""

TRIPS: Final = 30
"""Nobody rides so often in a row that the car is never empty in between: the sensor is stuck."""

PLAUSIBLE_FOR: Final = timedelta(hours=1)
"""After so long without a contradiction the sensors are believed to be mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensors:
    """What was noticed of one lift's sensors; all of it may be lost.

    `wrong` is since when they contradict each other, `what` how; `slips` are the ends of those
    contradictions that did not last, `slipped` is what the latest was; `trips` are the
    departures since the car was last seen empty.
    """

    wrong: datetime | None = None
    what: Contradiction = ""
    slips: tuple[datetime, ...] = ()
    slipped: Contradiction = ""
    trips: int = 0
    stopped: bool = False
    right: datetime | None = None


@dataclass(frozen=True, slots=True)
class SensorWatch:
    """Raises `<lift>/sensor_implausible`, and clears it when all has been plausible for an hour."""

    lift: str
    implausible_for: timedelta

    def follow(self, sensors: Sensors, car: Car, now: datetime) -> tuple[Sensors, Car]:
        """Take what is known now; return the car without what is not believed of it."""
        sensors = _trips(sensors, car)
        if sensors.trips >= TRIPS:
            car = without_passenger(car)
        found: Contradiction = car.contradiction
        if not found and sensors.trips >= TRIPS:
            found = "passenger_stuck"
        if found and found == sensors.what:
            return sensors, car
        if sensors.wrong and now >= sensors.wrong + SETTLE:
            slips = (*sensors.slips, now)[-SLIPS:]
            sensors = replace(sensors, slips=slips, slipped=sensors.what)
        if found:
            return replace(sensors, wrong=now, what=found, right=None), car
        right = None if car.stopped is None else sensors.right or now
        return replace(sensors, wrong=None, what="", right=right), car

    def verdict(
        self, implausible: str, sensors: Sensors, now: datetime
    ) -> tuple[str, tuple[Event, ...]]:
        """What is told of the sensors from now on, empty for nothing, and what is to be said."""
        if implausible:
            if sensors.right is None or now < sensors.right + PLAUSIBLE_FOR:
                return implausible, ()
            return "", (AlarmCleared(alarm=self.key, at=now),)
        lasting = sensors.wrong is not None and now >= sensors.wrong + self.implausible_for
        slips = sensors.slips
        often = len(slips) == SLIPS and slips[-1] - slips[0] <= SLIPS_WITHIN and slips[-1] == now
        what = sensors.what if lasting else sensors.slipped if often else ""
        return (what, (self._raised(what, now),)) if what else ("", ())

    def wake(self, implausible: str, sensors: Sensors) -> datetime | None:
        """When the next verdict is due."""
        if implausible:
            return sensors.right and sensors.right + PLAUSIBLE_FOR
        return sensors.wrong and sensors.wrong + self.implausible_for

    @property
    def key(self) -> str:
        """The one alarm of the lift's sensors."""
        return f"{self.lift}/sensor_implausible"

    def account(self, implausible: str, sensors: Sensors, now: datetime) -> Explained:
        """Say what contradicts what, since when, and how often that was so."""
        since, lasts = sensors.wrong, format_duration(self.implausible_for)
        what = _WORDS[sensors.what] if sensors.what else _WORDS_NONE
        wrong = Explained(
            words=Text(f"{what.zh}，持续 {lasts}", f"{what.en}, for {lasts}"),
            truth=bool(since and now >= since + self.implausible_for),
            since=since,
            until=since + self.implausible_for if since and not implausible else None,
        )
        slips = [at for at in sensors.slips if now - at <= SLIPS_WITHIN]
        often = Explained(
            words=Text(
                f"{format_duration(SLIPS_WITHIN)} 内矛盾至少 {SLIPS} 次",
                f"{SLIPS} contradictions within {format_duration(SLIPS_WITHIN)}",
            ),
            truth=len(slips) >= SLIPS,
            value=len(slips),
        )
        trips = Explained(
            words=Text(f"连续 {TRIPS} 次运行轿厢都有人", f"{TRIPS} trips in a row never empty"),
            truth=sensors.trips >= TRIPS,
            value=sensors.trips,
        )
        return Explained(
            words=_WORDS.get(implausible, _WORDS_NONE),
            truth=bool(implausible),
            until=sensors.right + PLAUSIBLE_FOR if implausible and sensors.right else None,
            parts=(wrong, often, trips),
        )

    def _raised(self, what: Contradiction, now: datetime) -> AlarmRaised:
        return AlarmRaised(
            alarm=self.key,
            device=self.lift,
            rule="entrapment",
            category=CATEGORY,
            severity=450,
            lane=Lane.FAULT,
            text=_WORDS[what],
            cause=Cause(point=self.lift, value=what),
            at=now,
        )


def _trips(sensors: Sensors, car: Car) -> Sensors:
    """Count departures with somebody inside, until the car is seen empty."""
    left = sensors.stopped and car.stopped is False
    stopped = sensors.stopped if car.stopped is None else car.stopped
    trips = sensors.trips
    if car.passenger is False:
        trips = 0
    elif left and car.passenger:
        trips += 1
    return replace(sensors, trips=trips, stopped=stopped)


_WORDS_NONE: Final = Text("电梯传感器互相矛盾", "The lift's sensors contradict each other")
_WORDS: Final[dict[str, Text]] = {
    "motion": Text(
        "电梯传感器矛盾：既停又动", "The lift's sensors say that it stands and moves at once"
    ),
    "door_zone": Text(
        "电梯传感器矛盾：既在门区又不在门区",
        "The lift's sensors say that it is inside and outside the door zone at once",
    ),
    "door": Text(
        "电梯传感器矛盾：门既开又关",
        "The lift's sensors say that the door is open and closed at once",
    ),
    "passenger": Text(
        "电梯传感器矛盾：轿厢既有人又无人",
        "The lift's sensors say that the car is empty and is not",
    ),
    "moving_door_open": Text(
        "电梯传感器矛盾：运行中门开着", "The lift's sensors say that it moves with its door open"
    ),
    "passenger_stuck": Text(
        "轿厢有人信号一直不变，疑似传感器卡死",
        "The lift's sensor always says that somebody is inside",
    ),
}
