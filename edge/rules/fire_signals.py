"""What says that it burns: detectors, call points and panels, and when two confirm each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.model import AlarmRaised, Location

By: TypeAlias = Literal["detector", "hand", "panel"]
"""Who gives the alarm; a panel's own word repeats what its detectors have said."""

ADDRESS: Final = 4
"""Parts of a component's address: system type, system, zone, point."""

HAND: Final = ("manual_alarm", "device_manual_alarm")
"""Names of the alarms that a person gives at a panel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One fire alarm of a building; `who` gave it: the same whatever it is called.

    `zones` are all names of the place where it counts: two alarms are in one zone when they
    share a name. It is `on` until it is cleared.
    """

    key: str
    building: str
    who: str
    by: By
    zones: tuple[str, ...]
    since: datetime
    point: str
    about: str
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """Reads fire alarms: `panels` speak for others, `call_points` is how those call themselves."""

    panels: Collection[str]
    call_points: tuple[str, ...]

    def hear(self, raised: AlarmRaised, place: Location, now: datetime) -> Signal:
        """Read who says it, and where. A zone is a zone of the panel, or a floor.

        Where neither is known the building is the zone: not to know is no reason to keep it shut.
        """
        subject = raised.cause.point or raised.device
        device, _, name = subject.partition("/")
        component = name.rpartition(".")[0]
        parts = component.split("-")
        single = len(parts) == ADDRESS
        zones: list[str] = []
        if single and parts[2] != "0":
            zones.append(f"{device}/{'-'.join(parts[:3])}")
        if place.floor:
            zones.append(f"{place.building}/{place.floor}")
        return Signal(
            key=raised.alarm,
            building=place.building,
            who=f"{device}/{component}" if single else device,
            by=self._by(raised, "panel" if device in self.panels and not single else "detector"),
            zones=tuple(zones) or (place.building,),
            since=now,
            point=subject,
            about=raised.cause.about or subject,
        )

    def _by(self, raised: AlarmRaised, otherwise: By) -> By:
        by_hand = raised.rule in HAND or raised.cause.about.startswith(self.call_points)
        return "hand" if by_hand else otherwise


def confirmed_by(new: Signal, known: Iterable[Signal]) -> Signal | None:
    """Return the earlier alarm that a new one makes a confirmed fire together with.

    It takes two independent devices: detectors of one zone, or a call point and any other of
    the building. Those are the two pairs that GB 50116-2013 wants before a panel links (4.6.1,
    as quoted in public; the standard itself was not read).
    """
    for other in known:
        if other.building != new.building or other.who == new.who:
            continue
        if "panel" in {new.by, other.by}:
            continue
        if "hand" in {new.by, other.by} or not set(new.zones).isdisjoint(other.zones):
            return other
    return None
