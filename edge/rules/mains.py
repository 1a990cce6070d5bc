"""The mains of a building are lost: several of its devices say so at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from sys import float_info
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from edge.duration import format_duration
from edge.model import (
    AlarmCleared,
    AlarmRaised,
    Cause,
    Device,
    Lane,
    Location,
    Reading,
    Record,
    Text,
)
from edge.rules.comparing import good_value
from edge.rules.explain import Explained, Latest
from edge.rules.lasting import earliest
from edge.rules.quiet import Quiet, Within
from edge.rules.rule import BuiltIn, Step
from edge.schema import Duration, Name, Strict
from edge.site import Site

VOLTAGE: Final = "voltage"
"""The witness's word when it is no alarm but all voltages of a device."""

MOST_WORDS: Final = 64
"""Alarms of one device that are remembered; what has said it so often is believed."""

_TEXT: Final = Text("楼栋市电中断", "The building has lost its mains")

Said: TypeAlias = AlarmRaised | AlarmCleared


class MainsOptions(Strict):
    """Who bears witness that the mains are lost, and how many it takes."""

    enabled: bool = True
    alarms: tuple[Name, ...] = Field(
        ("main_power_fault", "device_main_power_fault", "power_lost"),
        description="Names of alarms of profiles by which a device says that its mains are lost.",
    )
    below: Annotated[float, Field(gt=0)] = Field(
        100.0, description="Volts; a device all of whose voltages are below has lost its mains."
    )
    witnesses: Annotated[int, Field(ge=2)] = Field(2, description="So many devices …")
    within: Duration = Field(timedelta(seconds=60), description="… within this time.")
    clear_for: Duration = Field(
        timedelta(seconds=60), description="How long fewer say so before it is over."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Since when a device says that its mains are lost, and by which alarms."""

    since: datetime
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MainsState:
    """Who says so, and which voltages are low.

    `fewer` is since when too few say so for an alarm that is on.
    """

    witnesses: dict[str, Witness] = field(default_factory=dict)
    low: tuple[str, ...] = ()
    active: bool = False
    fewer: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MainsRule:
    """One alarm for a building when enough of its devices lose their mains within a short time.

    Devices count, not alarms: two systems of one panel are one witness. A device that has been
    without mains for longer has a trouble of its own, told by its own alarm, and says nothing of
    the building. Whether two devices hang on one fuse is not known here. An alarm that is a
    test, or belongs to maintenance, bears no witness.
    """

    key: str
    building: str
    alarms: tuple[str, ...]
    voltages: Mapping[str, tuple[str, ...]]
    below: float
    needed: int
    within: timedelta
    clear_for: timedelta
    locate: Callable[[AlarmRaised], Location]

    @property
    def id(self) -> str:
        """One of each building, and one of what stands in none."""
        return f".mains/{self.key}"

    @property
    def points(self) -> tuple[str, ...]:
        """The voltages."""
        return tuple(point for points in self.voltages.values() for point in points)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What begins and ends alarms."""
        return ("alarm.raised", "alarm.cleared")

    @property
    def raises(self) -> tuple[str, ...]:
        """The building's one."""
        return (self._alarm,)

    def explain(self, state: MainsState, now: datetime, latest: Latest) -> Explained:
        """Say which devices bear witness, by what, and which voltages are low."""
        del now
        within = format_duration(self.within)
        enough = Explained(
            words=Text(
                f"至少 {self.needed} 台设备在 {within} 内失去市电，现有 {len(state.witnesses)} 台",
                f"at least {self.needed} devices lost their mains within {within},"
                f" {len(state.witnesses)} say so",
            ),
            truth=len(self._together(state)) >= self.needed,
            parts=tuple(
                Explained(
                    words=Text(f"{name} 报告断电：{by}", f"{name} says so: {by}"),
                    truth=True,
                    since=witness.since,
                )
                for name, witness in state.witnesses.items()
                for by in (", ".join(witness.by),)
            ),
        )
        volts = tuple(self._volts(device, state, latest) for device in self.voltages)
        until = state.fewer + self.clear_for if state.fewer else None
        return Explained(words=_TEXT, truth=state.active, until=until, parts=(enough, *volts))

    def _volts(self, device: str, state: MainsState, latest: Latest) -> Explained:
        points = self.voltages[device]
        phases = tuple(
            Explained(
                words=Text(f"{point} 低于 {self.below:g} V", f"{point} below {self.below:g} V"),
                truth=point in state.low,
                value=latest[point].value if point in latest else None,
                unit="V",
            )
            for point in points
        )
        return Explained(
            words=Text(f"{device} 所有电压都低", f"all voltages of {device} are low"),
            truth=all(point in state.low for point in points),
            parts=phases,
        )

    def start(self) -> MainsState:
        """Begin with mains."""
        return MainsState()

    def quiet(self, state: MainsState) -> Quiet | None:
        """While no voltage is low, those that are not low either."""
        return None if state.low else Within(self.below, float_info.max)

    def step(self, state: MainsState, record: Record | None, now: datetime) -> Step[MainsState]:
        """Follow a device's word, its voltages, or the time at which it is over."""
        match record:
            case AlarmRaised() if self._bears_witness(record):
                state = _says(state, record.device, record.alarm, now)
            case AlarmCleared(alarm=key):
                state = _unsays(state, key)
            case Reading():
                value = good_value(record, "float")
                if isinstance(value, int | float):
                    state = self._measured(state, record.point, now, low=value < self.below)
            case None:
                state = self._without_strangers(state)
        state, out = self._judged(state, now)
        return Step(state, out, state.fewer + self.clear_for if state.fewer else None)

    def _bears_witness(self, raised: AlarmRaised) -> bool:
        if raised.rule not in self.alarms or set(raised.suppressed) - {"flood"}:
            return False
        return self.locate(raised).building == self.building

    def _measured(self, state: MainsState, point: str, now: datetime, *, low: bool) -> MainsState:
        if low is (point in state.low):
            return state
        lows = tuple(each for each in state.low if each != point) + ((point,) if low else ())
        state = replace(state, low=lows)
        device = point.partition("/")[0]
        if all(each in lows for each in self.voltages[device]):
            return _says(state, device, f"{device}/{VOLTAGE}", now)
        return _unsays(state, f"{device}/{VOLTAGE}")

    def _without_strangers(self, state: MainsState) -> MainsState:
        """Forget voltages that are in the site file no more: nothing else would end their word."""
        low = tuple(point for point in state.low if point in self.points)
        for device in state.witnesses:
            if not {*self.voltages.get(device, ("",))} <= {*low}:
                state = _unsays(state, f"{device}/{VOLTAGE}")
        return state if low == state.low else replace(state, low=low)

    def _judged(self, state: MainsState, now: datetime) -> tuple[MainsState, tuple[Said, ...]]:
        if not state.active:
            names = self._together(state)
            if len(names) < self.needed:
                return state, ()
            return replace(state, active=True, fewer=None), (self._raised(names, now),)
        if len(state.witnesses) >= self.needed:
            return (replace(state, fewer=None) if state.fewer else state), ()
        since = earliest(state.fewer, now) or now
        if now < since + self.clear_for:
            return (state if state.fewer else replace(state, fewer=since)), ()
        cleared = AlarmCleared(alarm=self._alarm, at=since + self.clear_for)
        return replace(state, active=False, fewer=None), (cleared,)

    def _together(self, state: MainsState) -> tuple[str, ...]:
        """Those that lost their mains at the same time as the last one."""
        since = {name: witness.since for name, witness in state.witnesses.items()}
        newest = max(since.values(), default=None)
        return tuple(name for name, at in since.items() if newest and newest - at <= self.within)

    @property
    def _alarm(self) -> str:
        return f"{self.key}/mains_lost"

    def _raised(self, names: tuple[str, ...], now: datetime) -> AlarmRaised:
        return AlarmRaised(
            alarm=self._alarm,
            device=self.key,
            rule="mains",
            category="power.mains_lost",
            severity=700,
            lane=Lane.FAULT,
            text=_TEXT,
            cause=Cause(point="", value=len(names), limit=self.needed, about=", ".join(names)),
            at=now,
            location=Location(building=self.building),
            behind=names,
        )


def _says(state: MainsState, device: str, by: str, now: datetime) -> MainsState:
    before = state.witnesses.get(device) or Witness(since=now, by=())
    if by in before.by or len(before.by) >= MOST_WORDS:
        return state
    witness = replace(before, by=(*before.by, by))
    return replace(state, witnesses={**state.witnesses, device: witness})


def _unsays(state: MainsState, by: str) -> MainsState:
    device = by.partition("/")[0]
    before = state.witnesses.get(device)
    if before is None or by not in before.by:
        return state
    others = {name: witness for name, witness in state.witnesses.items() if name != device}
    left = tuple(each for each in before.by if each != by)
    if left:
        others[device] = replace(before, by=left)
    return replace(state, witnesses=others)


def _voltages(device: Device) -> tuple[str, ...]:
    return tuple(
        f"{device.id}/{point.name}"
        for point in device.points.values()
        if device.kind == "electric" and point.unit == "V" and point.name.startswith(VOLTAGE)
    )


def _build(site: Site, options: MainsOptions) -> Iterable[MainsRule]:
    devices = site.devices.values()
    places = [device.location.building for device in devices]
    places += [place.building for device in devices for place in device.components.values()]
    for building in dict.fromkeys(places):
        here = [device for device in devices if device.location.building == building]
        if options.enabled:
            yield MainsRule(
                key=building or site.id,
                building=building,
                alarms=options.alarms,
                voltages={device.id: seen for device in here if (seen := _voltages(device))},
                below=options.below,
                needed=options.witnesses,
                within=options.within,
                clear_for=options.clear_for,
                locate=site.location_of,
            )


BUILT_IN: Final = BuiltIn("mains", MainsOptions, _build)
