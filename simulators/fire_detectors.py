"""A fire panel's detectors, and what it says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from edge.drivers.gb26875 import objects, tables
from edge.drivers.gb26875.dialect import Dialect
from edge.drivers.gb26875.objects import Item
from edge.drivers.gb26875.profile import GbProfile

SYSTEM_TYPE: Final = 1
SYSTEM_ADDRESS: Final = 1
NORMAL: Final = 1
IN_ZONE: Final = 30
"""Detectors in a zone; a zone is a floor."""

_KINDS: Final = ((42, "走道感烟"), (31, "厨房感温"), (23, "楼梯口手报"), (24, "消火栓按钮"))


@dataclass(slots=True, kw_only=True)
class Detector:
    """One component as the panel sees it."""

    component_type: int
    description: str
    status: int = NORMAL
    analogs: dict[int, int] = field(default_factory=dict)


class Detectors:
    """The panel: its detectors by zone and point, its own state, and their words on the wire."""

    def __init__(self, count: int, profile: GbProfile, dialect: Dialect) -> None:
        """Place `count` detectors, thirty to a zone, all at rest."""
        self._profile = profile
        self._dialect = dialect
        self.system = NORMAL
        self.device = NORMAL
        self._all: dict[tuple[int, int], Detector] = {}
        for number in range(count):
            zone, point = divmod(number, IN_ZONE)
            kind, name = _KINDS[point % len(_KINDS)]
            self._all[zone + 1, point + 1] = Detector(
                component_type=kind, description=f"{zone + 1}层{name}{point + 1}"
            )

    def at(self, zone: int, point: int) -> Detector:
        """Return the detector there; `ValueError` when there is none."""
        found = self._all.get((zone, point))
        if found is None:
            raise ValueError(f"no detector at zone {zone}, point {point}")
        return found

    def places(self) -> list[tuple[int, int]]:
        """Return where the detectors are, in order."""
        return list(self._all)

    def set_bit(self, zone: int, point: int, name: str, *, on: bool) -> None:
        """Set one of a detector's status bits by its name."""
        bit = _bit(name, self._dialect.component_bits)
        detector = self.at(zone, point)
        detector.status = detector.status | bit if on else detector.status & ~bit
        self._follow()

    def reset(self) -> None:
        """Let go of everything that is latched."""
        for detector in self._all.values():
            detector.status = NORMAL
        self._follow()

    def set_analog(self, zone: int, point: int, name: str, value: float) -> int:
        """Set an analog value by its name in the profile; return its type."""
        kinds = {*tables.ANALOGS, *self._profile.analogs}
        for kind in sorted(kinds):
            analog = self._profile.analog(kind)
            if analog.name == name:
                self.at(zone, point).analogs[kind] = analog.counts(value)
                return kind
        raise ValueError(f"no analog value {name}")

    def component(self, zone: int, point: int, time: bytes) -> Item:
        """Return the component's status as an object on the wire."""
        detector = self.at(zone, point)
        return Item(
            system_type=SYSTEM_TYPE,
            system_address=SYSTEM_ADDRESS,
            component_type=detector.component_type,
            zone=zone,
            point=point,
            status=detector.status,
            description=detector.description,
            time=time,
        )

    def analog(self, zone: int, point: int, kind: int, time: bytes) -> Item:
        """Return one of the component's analog values as an object on the wire."""
        detector = self.at(zone, point)
        return Item(
            system_type=SYSTEM_TYPE,
            system_address=SYSTEM_ADDRESS,
            component_type=detector.component_type,
            zone=zone,
            point=point,
            analog_type=kind,
            analog=detector.analogs.get(kind, 0),
            time=time,
        )

    def answer(self, app: bytes, time: bytes) -> bytes | None:
        """Answer a read; none when there is nothing of the kind."""
        unit = objects.decode(app)
        asked = unit.items[0] if unit.items else Item()
        try:
            kind, item = self._answer(unit.type, asked, time)
        except (KeyError, ValueError):
            return None
        return objects.encode(kind, (item,))

    def _answer(self, kind: int, asked: Item, time: bytes) -> tuple[int, Item]:
        system = Item(system_type=SYSTEM_TYPE, system_address=SYSTEM_ADDRESS)
        place = (asked.zone or 0, asked.point or 0)
        if kind == 62:  # noqa: PLR2004  read a component's status
            return 2, self.component(*place, time)
        if kind == 63:  # noqa: PLR2004  read an analog value
            analogs = self.at(*place).analogs
            return 3, self.analog(*place, min(analogs, default=3), time)
        if kind == 67:  # noqa: PLR2004  read a component's configuration
            return 7, self.component(*place, time)
        done = replace(system, operation=0, operator=0, time=time)
        answers: Mapping[int, tuple[int, Item]] = {
            61: (1, replace(system, status=self.system, time=time)),
            64: (4, done),
            65: (5, replace(system, major=2, minor=1)),
            66: (6, replace(system, text=f"{len(self._all)}个部件")),
            68: (8, replace(system, time=time)),
            81: (21, Item(status=self.device, time=time)),
            84: (24, done),
            85: (25, Item(major=1, minor=4)),
            86: (26, Item(text="用户信息传输装置")),
            88: (28, Item(time=time)),
        }
        return answers[kind]

    def _follow(self) -> None:
        """Fire and fault of the system are those of any of its detectors."""
        both = _bit("fire", tables.SYSTEM_BITS) | _bit("fault", tables.SYSTEM_BITS)
        self.system = NORMAL
        for detector in self._all.values():
            self.system |= detector.status & both


def _bit(name: str, bits: Mapping[int, str]) -> int:
    for bit, known in bits.items():
        if known == name:
            return 1 << bit
    raise ValueError(f"no status bit {name}")
