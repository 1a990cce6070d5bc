"""A gate was told to open, said yes, and did not move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from edge.model import (
    AlarmCleared,
    AlarmRaised,
    Cause,
    CommandResult,
    Device,
    Lane,
    Location,
    Observation,
    Quality,
    Reading,
    Record,
    Text,
)
from edge.rules.explain import Explained, Latest
from edge.rules.fires import KINDS, NO_FIRES, Fires
from edge.rules.reasons import burns, unless
from edge.rules.rule import BuiltIn, Step
from edge.schema import Strict
from edge.site import Site

CAN_BE_SEEN: Final = ("opens", "releases")
"""The effects of actions that end in something open."""

_TEXT: Final = Text("已下令开启但未打开", "Was told to open and did not")


class BarrierOptions(Strict):
    """Has no times of its own: the profile's `observe` says how long an action may take."""

    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierState:
    """Which gates are stuck, and the fires that concern their building."""

    stuck: tuple[str, ...] = ()
    fires: Fires = NO_FIRES


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierRule:
    """Believes the contact, not the answer: `done` while nothing was seen to open is stuck.

    Only a gate that moves by itself is judged, which is one that can be told to close as well,
    and only actions with an `observe`: a door that waits for somebody to push it stays shut
    after many a command, and nothing is wrong with it. During a fire that concerns the building
    others look after the gates. It is over when the gate is seen open. A barrier that tells
    itself that it is moving needs no code: that is an alarm of its profile,
    `when: {point: …, any_of: […]}` with a `for`.
    """

    building: str
    gates: Mapping[str, Mapping[str, Observation]]
    locate: Callable[[AlarmRaised], Location]

    @property
    def id(self) -> str:
        """One of each building that has such gates, and one of those that stand in none."""
        return f".barrier/{self.building}"

    @property
    def points(self) -> tuple[str, ...]:
        """Where it is seen that a gate is open."""
        seen = (each.point for actions in self.gates.values() for each in actions.values())
        return tuple(dict.fromkeys(seen))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Results of commands, and what begins and ends fires."""
        return (*(f"{gate}/command.result" for gate in self.gates), *KINDS)

    @property
    def raises(self) -> tuple[str, ...]:
        """One of each gate."""
        return tuple(_key(gate) for gate in self.gates)

    def account(self, alarm: str, state: BarrierState, now: datetime, latest: Latest) -> Explained:
        """Say whether a gate did not do as it was told, and what its contact shows."""
        del now
        gate = alarm.partition("/")[0]
        points = {seen.point: seen.equals for seen in self.gates[gate].values()}
        shut = tuple(
            Explained(
                words=Text(f"{point} 没有显示打开", f"{point} does not say open"),
                truth=point not in latest or latest[point].value != is_open,
                value=latest[point].value if point in latest else None,
            )
            for point, is_open in points.items()
        )
        told = Explained(
            words=Text("上次下令开启后没有看到打开", "it was told to open and not seen to open"),
            truth=gate in state.stuck,
        )
        return Explained(
            words=_TEXT,
            truth=gate in state.stuck,
            parts=(
                told,
                *shut,
                unless(
                    burns(state.fires.on, state.fires.aside),
                    "本处没有火警（火警时由火灾规则看管）",
                    "no fire alarm concerns this place: then others look after gates",
                ),
            ),
        )

    def start(self) -> BarrierState:
        """Begin with every gate in order."""
        return BarrierState()

    def step(self, state: BarrierState, record: Record | None, now: datetime) -> Step[BarrierState]:
        """Follow a result, a contact, a fire."""
        match record:
            case CommandResult(device=gate) if record.action in self.gates[gate]:
                if record.observed == "no" and not state.fires.on and gate not in state.stuck:
                    raised = self._raised(record, now)
                    return Step(replace(state, stuck=(*state.stuck, gate)), (raised,))
                if record.observed == "yes":
                    return _open(state, gate, now)
            case Reading(quality=quality) if quality is not Quality.BAD:
                gate = record.point.partition("/")[0]
                if gate in state.stuck and self._is_open(gate, record):
                    return _open(state, gate, now)
            case None:
                return self._without_strangers(state, now)
            case _:
                fires = state.fires.follow(record, self._concerns)
                if fires is not state.fires:
                    return Step(replace(state, fires=fires))
        return Step(state)

    def _without_strangers(self, state: BarrierState, now: datetime) -> Step[BarrierState]:
        """End what was told of gates that are in the site file no more."""
        stuck = tuple(gate for gate in state.stuck if gate in self.gates)
        gone = (gate for gate in state.stuck if gate not in self.gates)
        ended = tuple(AlarmCleared(alarm=_key(gate), at=now) for gate in gone)
        return Step(replace(state, stuck=stuck) if ended else state, ended)

    def _is_open(self, gate: str, reading: Reading) -> bool:
        return any(
            reading.point == seen.point and reading.value == seen.equals
            for seen in self.gates[gate].values()
        )

    def _concerns(self, raised: AlarmRaised) -> bool:
        burns = self.locate(raised).building
        return not burns or not self.building or burns == self.building

    def _raised(self, result: CommandResult, now: datetime) -> AlarmRaised:
        seen = self.gates[result.device][result.action]
        return AlarmRaised(
            alarm=_key(result.device),
            device=result.device,
            rule="barrier",
            category="access.barrier_stuck",
            severity=500,
            lane=Lane.FAULT,
            text=_TEXT,
            cause=Cause(point=seen.point, value=None, limit=seen.equals, about=result.action),
            at=now,
        )


def _key(gate: str) -> str:
    return f"{gate}/barrier_stuck"


def _open(state: BarrierState, gate: str, now: datetime) -> Step[BarrierState]:
    if gate not in state.stuck:
        return Step(state)
    stuck = tuple(each for each in state.stuck if each != gate)
    return Step(replace(state, stuck=stuck), (AlarmCleared(alarm=_key(gate), at=now),))


def _observed(device: Device) -> Mapping[str, Observation]:
    """The actions that open the gate and can be seen to; none where a person moves it."""
    if "closes" not in {action.effect for action in device.actions.values()}:
        return {}
    return {
        name: action.observe
        for name, action in device.actions.items()
        if action.observe is not None and action.effect in CAN_BE_SEEN
    }


def _build(site: Site, options: BarrierOptions) -> Iterable[BarrierRule]:
    gates = [device for device in site.devices.values() if _observed(device)]
    for building in dict.fromkeys(gate.location.building for gate in gates):
        if options.enabled:
            yield BarrierRule(
                building=building,
                gates={g.id: _observed(g) for g in gates if g.location.building == building},
                locate=site.location_of,
            )


BUILT_IN: Final = BuiltIn("barrier", BarrierOptions, _build)
