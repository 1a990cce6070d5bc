"""A fire that is certain: two devices of a building say so, or its panel has begun to act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from edge.model import (
    AlarmCleared,
    AlarmRaised,
    AlarmUpdated,
    Cause,
    DeviceReset,
    Lane,
    Location,
    Record,
    Text,
)
from edge.rules.alarm import covers
from edge.rules.explain import Explained, Latest
from edge.rules.fire_account import linkage, two_devices
from edge.rules.fire_signals import Ear, Signal, confirmed_by
from edge.rules.lasting import earliest
from edge.rules.rule import Step

ALARM: Final = "fire.alarm"
STARTED: Final = "fire.started"
CONFIRMED: Final = "fire.confirmed"

STORM: Final = "flood"
"""The name of the alarm that counts a storm: no detector's."""

MOST: Final = 64
"""Fire alarms of a building that are remembered; by the time there are more it is confirmed."""

MOST_BEYOND: Final = 4096
"""Those of all buildings of which only the key is: a fire is not over while one of them is on."""

MOST_STARTED: Final = 256
"""Equipment that panels have started; one piece says enough."""

_DEVICES: Final = Text("火灾确认：两个独立装置报警", "Fire confirmed by two independent devices")
_PANEL: Final = Text(
    "火灾确认：控制器已启动联动设备", "Fire confirmed: the panel has started its equipment"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedState:
    """Who says that it burns; what is out of service (`aside`); the buildings where it does.

    `started` is the equipment that panels have started, with its building; `beyond` are the
    fire alarms that are on beyond those that are remembered in full, with theirs.
    """

    signals: tuple[Signal, ...] = ()
    aside: tuple[Signal, ...] = ()
    started: dict[str, str] = field(default_factory=dict)
    burning: tuple[str, ...] = ()
    beyond: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedRule:
    """Raises `<building>/fire_confirmed`, and clears it when no fire alarm is on there any more.

    A detector counts while its alarm is on, however long: panels hold an alarm until they are
    reset, and no standard that we know lets it grow old. Where an alarm ended without a reset it
    goes on counting for `within`. A reset of the panel wipes out what was before.

    Tests and maintenance are no exception: what follows is harmless, and is what a monthly test
    wants to see; the alarm itself is then marked as any other of that window. What is out of
    service, by somebody's word, is not listened to.

    `gates` are those that will be released in each building; what stands in none is told under
    the name of the `site`.
    """

    site: str
    gates: Mapping[str, tuple[str, ...]]
    within: timedelta
    ear: Ear
    locate: Callable[[AlarmRaised], Location]

    @property
    def id(self) -> str:
        """One for the whole site: of many buildings most never burn."""
        return ".fire"

    @property
    def points(self) -> tuple[str, ...]:
        """Only alarms matter."""
        return ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What begins and ends alarms."""
        return ("alarm.raised", "alarm.cleared", "alarm.updated", "device.reset")

    @property
    def raises(self) -> tuple[str, ...]:
        """One of each building, and one of what stands in none."""
        return tuple(self._alarm(building) for building in self.gates)

    def account(
        self, alarm: str, state: ConfirmedState, now: datetime, latest: Latest
    ) -> Explained:
        """Say which devices give alarm, until when each counts, and what is missing."""
        del latest
        state = self._fade(state, now)
        building = next(each for each in self.gates if self._alarm(each) == alarm)
        heard = tuple(each for each in state.signals if each.building == building)
        aside = tuple(each for each in state.aside if each.building == building)
        started = [key for key, where in state.started.items() if where == building]
        pair = two_devices(heard, aside, self.within)
        linked = linkage(started, burns=_is_on(state, building))
        return Explained(
            words=Text("火灾确认", "Fire confirmed"),
            truth=building in state.burning,
            parts=(pair, linked),
        )

    def start(self) -> ConfirmedState:
        """Begin with nothing heard."""
        return ConfirmedState()

    def step(
        self, state: ConfirmedState, record: Record | None, now: datetime
    ) -> Step[ConfirmedState]:
        """Follow an alarm, its end, or a reset."""
        state = self._fade(state, now)
        match record:
            case AlarmRaised(category=category) if category in {ALARM, STARTED}:
                if record.rule != STORM:
                    return self._raised(state, record, now)
            case AlarmUpdated(alarm=key, why="unsuppressed"):
                back = [each for each in state.aside if each.key == key]
                if back:
                    state = replace(state, aside=_without(state.aside, key))
                    return self._heard(state, replace(back[0], since=now), now)
            case AlarmCleared(alarm=key):
                state = _ended(state, key)
            case DeviceReset():
                state = _reset(state, record)
        return self._settled(state, now)

    def _raised(
        self, state: ConfirmedState, raised: AlarmRaised, now: datetime
    ) -> Step[ConfirmedState]:
        aside = "out_of_service" in raised.suppressed
        place = self.locate(raised)
        if raised.category == STARTED:
            if not aside:
                started = {**state.started, raised.alarm: place.building}
                state = replace(state, started=dict(list(started.items())[-MOST_STARTED:]))
            return self._linked(state, place.building, raised.cause, now)
        new = self.ear.hear(raised, place, now)
        if aside:
            state = replace(state, aside=_added(_without(state.aside, new.key), new))
            return self._settled(state, now)
        return self._heard(state, new, now)

    def _heard(self, state: ConfirmedState, new: Signal, now: datetime) -> Step[ConfirmedState]:
        """Add an alarm, and see whether an earlier one and it confirm each other."""
        state = replace(state, beyond=_forgotten(state.beyond, new.key))
        known = _without(state.signals, new.key)
        other = confirmed_by(new, known) if new.building not in state.burning else None
        signals = _added(known, new)
        left = {each.key: each.building for each in known if each.on and each not in signals}
        beyond = dict(list({**state.beyond, **left}.items())[-MOST_BEYOND:])
        state = replace(state, signals=signals, beyond=beyond)
        cause = Cause(point=new.point, value=True, about=new.about)
        if other is None:
            return self._linked(state, new.building, cause, now)
        cause = replace(cause, about=f"{other.about}; {new.about}")
        return self._confirmed(state, new.building, cause, _DEVICES, now)

    def _linked(
        self, state: ConfirmedState, building: str, cause: Cause, now: datetime
    ) -> Step[ConfirmedState]:
        """The panel acts while something burns: that is no mere trial of its pumps."""
        if building in state.started.values() and _is_on(state, building):
            return self._confirmed(state, building, cause, _PANEL, now)
        return self._settled(state, now)

    def _confirmed(
        self, state: ConfirmedState, building: str, cause: Cause, text: Text, now: datetime
    ) -> Step[ConfirmedState]:
        if building in state.burning:
            return self._settled(state, now)
        raised = AlarmRaised(
            alarm=self._alarm(building),
            device=cause.point.partition("/")[0],
            rule="fire",
            category=CONFIRMED,
            severity=1000,
            lane=Lane.LIFE_SAFETY,
            text=text,
            cause=cause,
            at=now,
            location=Location(building=building),
            behind=self.gates.get(building, ()),
        )
        state = replace(state, burning=(*state.burning, building))
        return Step(state, (raised,), self._wake(state))

    def _settled(self, state: ConfirmedState, now: datetime) -> Step[ConfirmedState]:
        """It is over where nothing is on."""
        over = [building for building in state.burning if not _is_on(state, building)]
        if over:
            left = tuple(building for building in state.burning if building not in over)
            state = replace(state, burning=left)
        cleared = tuple(AlarmCleared(alarm=self._alarm(each), at=now) for each in over)
        return Step(state, cleared, self._wake(state))

    def _alarm(self, building: str) -> str:
        return f"{building or self.site}/fire_confirmed"

    def _fade(self, state: ConfirmedState, now: datetime) -> ConfirmedState:
        """Forget what ended by itself and is too long ago."""
        left = tuple(each for each in state.signals if each.on or now < each.since + self.within)
        return state if len(left) == len(state.signals) else replace(state, signals=left)

    def _wake(self, state: ConfirmedState) -> datetime | None:
        return earliest(*(each.since + self.within for each in state.signals if not each.on))


def _is_on(state: ConfirmedState, building: str) -> bool:
    heard = any(each.on and each.building == building for each in state.signals)
    return heard or building in state.beyond.values()


def _without(signals: tuple[Signal, ...], key: str) -> tuple[Signal, ...]:
    return tuple(each for each in signals if each.key != key)


def _forgotten(keys: dict[str, str], key: str) -> dict[str, str]:
    return {each: where for each, where in keys.items() if each != key}


def _added(signals: tuple[Signal, ...], new: Signal) -> tuple[Signal, ...]:
    """Add one; of a building that has too many the oldest is forgotten."""
    here = [each.key for each in signals if each.building == new.building]
    kept = _without(signals, here[0]) if len(here) >= MOST else signals
    return (*kept, new)


def _ended(state: ConfirmedState, key: str) -> ConfirmedState:
    if key in state.started:
        return replace(state, started=_forgotten(state.started, key))
    if key in state.beyond:
        return replace(state, beyond=_forgotten(state.beyond, key))
    if any(each.key == key for each in state.aside):
        return replace(state, aside=_without(state.aside, key))
    if not any(each.key == key and each.on for each in state.signals):
        return state
    signals = tuple(replace(each, on=False) if each.key == key else each for each in state.signals)
    return replace(state, signals=signals)


def _reset(state: ConfirmedState, reset: DeviceReset) -> ConfirmedState:
    """Forget what the device had latched, on or not; its alarms are cleared by the same reset."""

    def kept(key: str) -> bool:
        device, _, rest = key.partition("/")
        return device != reset.device or not covers(reset.component, rest.partition("/")[0])

    signals = tuple(each for each in state.signals if kept(each.key))
    aside = tuple(each for each in state.aside if kept(each.key))
    started = {key: where for key, where in state.started.items() if kept(key)}
    beyond = {key: where for key, where in state.beyond.items() if kept(key)}
    left = replace(state, signals=signals, aside=aside, started=started, beyond=beyond)
    return state if left == state else left
