"""What a transmission device of GB/T 26875.3 exposes, and how the site file names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from edge.drivers.gb26875 import tables
from edge.drivers.gb26875.frames import ADDRESSES
from edge.drivers.gb26875.tables import Analog
from edge.model import Argument
from edge.model import Text as PlainText
from edge.schema import ActionSpec, Name, PointSpec, Profile, Strict, Text

Ask = Literal[
    "sync_clock",
    "duty_check",
    "initialise",
    "read_status",
    "read_component",
    "read_component_config",
    "read_analog",
    "read_operations",
    "read_version",
    "read_config",
    "read_time",
]


class GbAction(ActionSpec):
    """One thing the device can be told; `until` is what a duty check waits for.

    `answer`: until a person has answered at the device; `confirm`: until the device has it.
    """

    ask: Ask
    until: Literal["answer", "confirm"] = "answer"

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """Which component, or how long; a system behind the device is named with both numbers."""
        return _ARGUMENTS.get(self.ask, ())


class GbAnalog(Strict):
    """An analog type of the maker's own: one count is 1/`divisor` of `unit`."""

    name: Name
    unit: str
    divisor: Annotated[int, Field(ge=1)] = 1
    text: Text

    def plain(self) -> Analog:
        """The kind of value as the tables know it."""
        return Analog(name=self.name, unit=self.unit, divisor=self.divisor, text=self.text.plain())


class GbProfile(Profile):
    """A profile; `points` are the device's own, `component_points` those of what is behind it.

    A component point is keyed by the part of its name after the dot: `fire` of `1-1-10-2.fire`.
    """

    driver: Literal["gb26875"]
    points: Mapping[Name, PointSpec]
    component_points: Mapping[Name, PointSpec] = Field(default_factory=dict)
    actions: Mapping[Name, GbAction] = Field(default_factory=dict)
    component_type_names: Mapping[int, Text] = Field(default_factory=dict)
    analogs: Mapping[int, GbAnalog] = Field(default_factory=dict)

    @property
    def component_types(self) -> Mapping[int, PlainText]:
        """The maker's own component types, beyond the table of the standard."""
        return {number: name.plain() for number, name in self.component_type_names.items()}

    def analog(self, number: int) -> Analog:
        """Return the kind of an analog value, the maker's own first."""
        own = self.analogs.get(number)
        return tables.analog(number) if own is None else own.plain()


class GbAddress(Strict):
    """How a device is told apart on the port: the source address that its frames carry.

    `places` is a table of its components' places, relative to the site file.
    """

    address: Annotated[int, Field(ge=0, lt=ADDRESSES)] = Field(
        description="As its frames carry it; the maker's tool shows it, or let it call once."
    )
    places: str = Field("", description="A CSV file beside this one: where each detector stands.")


def _number(name: str, zh: str, en: str, most: int, *, needed: bool = True) -> Argument:
    return Argument(name=name, text=PlainText(zh, en), least=0, most=most, needed=needed)


_COMPONENT: Final = (
    _number("system_type", "系统类型", "System type", 255),
    _number("system_address", "系统地址", "System address", 255),
    _number("zone", "回路", "Zone", 65535),
    _number("point", "部件", "Point", 65535),
)
_SYSTEM: Final = (
    _number("system_type", "系统类型", "System type", 255, needed=False),
    _number("system_address", "系统地址", "System address", 255, needed=False),
)
_ARGUMENTS: Final[Mapping[Ask, tuple[Argument, ...]]] = {
    "duty_check": (_number("minutes", "等待分钟数", "Minutes to wait", 255, needed=False),),
    "read_component": _COMPONENT,
    "read_component_config": _COMPONENT,
    "read_analog": _COMPONENT,
    "read_status": _SYSTEM,
    "read_operations": (*_SYSTEM, _number("count", "条数", "How many", 102, needed=False)),
    "read_version": _SYSTEM,
    "read_config": _SYSTEM,
    "read_time": _SYSTEM,
}
"""What goes with each question; `requests` refuses what is beyond the same bounds."""
