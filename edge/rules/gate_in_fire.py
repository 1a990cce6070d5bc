"""A gate that cannot be reached while it burns in its building."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from edge.model import (
    AlarmCleared,
    AlarmRaised,
    Cause,
    Lane,
    Location,
    Quality,
    Reading,
    Record,
    Text,
)
from edge.rules.explain import Explained, Latest
from edge.rules.fires import KINDS, NO_FIRES, Fires
from edge.rules.reasons import burns, unreached
from edge.rules.rule import BuiltIn, Step
from edge.schema import Strict
from edge.site import Site

_TEXT: Final = Text(
    "火警期间门禁离线，请到现场打开", "The gate cannot be reached during a fire: open it by hand"
)


class GateInFireOptions(Strict):
    """Has nothing to be set: somebody has to go and open that gate by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateInFireState:
    """The fires that concern the building, gates and links that are lost, gates that were told."""

    fires: Fires = NO_FIRES
    lost: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateInFireRule:
    """Raises at once for each gate of a building that is lost, itself or by its link, in a fire.

    A fire of which the building is not known concerns every building, and a gate that stands in
    none is concerned by every fire.
    """

    building: str
    gates: Mapping[str, str]
    locate: Callable[[AlarmRaised], Location]

    @property
    def id(self) -> str:
        """One of each building that has gates, and one of the gates that stand in none."""
        return f".gate_in_fire/{self.building}"

    @property
    def points(self) -> tuple[str, ...]:
        """Whether gates and links can be heard."""
        return tuple(f"{each}/online" for each in dict.fromkeys((*self.gates, *self._links)))

    @property
    def kinds(self) -> tuple[str, ...]:
        """What begins and ends alarms."""
        return KINDS

    @property
    def raises(self) -> tuple[str, ...]:
        """One of each gate."""
        return tuple(_key(gate) for gate in self.gates)

    def account(
        self, alarm: str, state: GateInFireState, now: datetime, latest: Latest
    ) -> Explained:
        """Say whether it burns, and whether the gate can be heard."""
        del now
        gate = alarm.partition("/")[0]
        ways = tuple(
            unreached(each, lost=each in state.lost, since=_since(each, latest))
            for each in (gate, self.gates[gate])
        )
        lost = Explained(
            words=Text("门禁或其链路失联", "the gate or its link cannot be reached"),
            truth=self._is_lost(state, gate),
            parts=ways,
        )
        fire = burns(state.fires.on, state.fires.aside)
        return Explained(words=_TEXT, truth=gate in state.told, parts=(fire, lost))

    def start(self) -> GateInFireState:
        """Begin with no fire and no gate lost."""
        return GateInFireState()

    def step(
        self, state: GateInFireState, record: Record | None, now: datetime
    ) -> Step[GateInFireState]:
        """Follow fires, gates and links."""
        if isinstance(record, Reading):
            state = replace(state, lost=_lost(state.lost, record))
        else:
            fires = state.fires.follow(record, self._concerns)
            state = replace(state, fires=fires) if fires is not state.fires else state
        wrong = tuple(gate for gate in self.gates if state.fires.on and self._is_lost(state, gate))
        if wrong == state.told:
            return Step(state)
        ended = tuple(
            AlarmCleared(alarm=_key(gate), at=now) for gate in state.told if gate not in wrong
        )
        begun = tuple(
            self._raised(gate, state.fires.on[0], now) for gate in wrong if gate not in state.told
        )
        return Step(replace(state, told=wrong), (*ended, *begun))

    @property
    def _links(self) -> tuple[str, ...]:
        return tuple(self.gates.values())

    def _is_lost(self, state: GateInFireState, gate: str) -> bool:
        return gate in state.lost or self.gates[gate] in state.lost

    def _concerns(self, raised: AlarmRaised) -> bool:
        burns = self.locate(raised).building
        return not burns or not self.building or burns == self.building

    def _raised(self, gate: str, fire: str, now: datetime) -> AlarmRaised:
        return AlarmRaised(
            alarm=_key(gate),
            device=gate,
            rule="gate_in_fire",
            category="access.gate_offline_in_fire",
            severity=850,
            lane=Lane.LIFE_SAFETY,
            text=_TEXT,
            cause=Cause(point=f"{gate}/online", value=False, about=fire),
            at=now,
        )


def _key(gate: str) -> str:
    return f"{gate}/offline_in_fire"


def _since(name: str, latest: Latest) -> datetime | None:
    """Since when nobody hears it, where that is known."""
    heard = latest.get(f"{name}/online")
    return heard.at if heard and heard.value is False else None


def _lost(lost: tuple[str, ...], reading: Reading) -> tuple[str, ...]:
    if reading.quality is Quality.BAD:
        return lost
    name = reading.point.partition("/")[0]
    without = tuple(each for each in lost if each != name)
    return without if reading.value is True else (*without, name)


def _build(site: Site, options: GateInFireOptions) -> Iterable[GateInFireRule]:
    del options
    gates = [device for device in site.devices.values() if device.kind == "gate"]
    return tuple(
        GateInFireRule(
            building=building,
            gates={gate.id: gate.link for gate in gates if gate.location.building == building},
            locate=site.location_of,
        )
        for building in dict.fromkeys(gate.location.building for gate in gates)
    )


BUILT_IN: Final = BuiltIn("gate_in_fire", GateInFireOptions, _build)
