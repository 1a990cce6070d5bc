"""The modbus link: its section of the site file, ready to be opened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from edge.driver import Now
from edge.drivers.modbus.describe import describe
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.profile import Serial
from edge.drivers.modbus.section import DialIn, Rtu, RtuOverTcp, Tcp, Transport
from edge.drivers.modbus.timing import Line
from edge.drivers.modbus.transport import open_wire
from edge.drivers.modbus.unit import DevicePlaced, Said
from edge.errors import refusal
from edge.model import Text
from edge.schema import Id, Strict
from edge.trace import Frame, Part, Trace

LAST_RTU_UNIT = 247  # above it the protocol reserves, 0 speaks to all and nobody answers

# The shortest time-out, and the longest where nothing else is said, in seconds beyond
# what the bytes take on the line.
PATIENCE: dict[str, tuple[float, float]] = {
    "rtu": (0.1, 0.5),
    "tcp": (0.3, 1.0),
    "rtu_over_tcp": (0.2, 1.0),
    "dial_in": (1.0, 5.0),
}


class ModbusSection(Strict):
    """`driver: modbus` in the site file."""

    driver: Literal["modbus"]
    id: Id
    transport: Transport

    def bind(self, devices: Sequence[DevicePlaced]) -> ModbusLink:
        """Return the link with its devices; `ConfigError` where they cannot share it."""
        if not isinstance(self.transport, Tcp):
            for placed in devices:
                if not 1 <= placed.address.unit <= LAST_RTU_UNIT:
                    unit = f"{placed.device.id}: unit {placed.address.unit}"
                    raise refusal(
                        Text(f"{unit} 不能用于串行总线", f"{unit} cannot be on a serial bus"),
                        Text(f"写 1 到 {LAST_RTU_UNIT}", f"write 1 to {LAST_RTU_UNIT}"),
                    )
        serial = _serial(self.id, self.transport, devices)
        return ModbusLink(
            id=self.id, transport=self.transport, serial=serial, devices=tuple(devices)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusLink:
    """One bus, host or dialled-in box; `said` outlives its sessions."""

    id: str
    transport: Tcp | Rtu | RtuOverTcp | DialIn
    serial: Serial
    devices: tuple[DevicePlaced, ...]
    said: Said = field(default_factory=Said)

    @property
    def kind(self) -> str:
        """The driver's name."""
        return "modbus"

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncIterator[ModbusDriver]:
        """Connect, or wait for the box to dial in; raise `LinkDown` or `OSError`."""
        floor, ceiling = PATIENCE[self.transport.type]
        if self.transport.answer_within is not None:
            ceiling = self.transport.answer_within.total_seconds()
        async with open_wire(self.transport, self.serial, trace) as wire:
            yield ModbusDriver(
                wire,
                self.devices,
                now=now,
                line=self.line,
                said=self.said,
                floor=min(floor, ceiling),
                ceiling=ceiling,
                reconnects=not isinstance(self.transport, Rtu),
                trace=trace,
            )

    def describe(self, frame: Frame, before: Sequence[Frame]) -> tuple[Part, ...]:
        """Tell what a frame means, field by field, with the points of the unit it is about."""
        units = {placed.address.unit: placed for placed in self.devices}
        return describe(frame, before, units, tcp=isinstance(self.transport, Tcp))

    @property
    def line(self) -> Line:
        """How fast bytes are behind the link."""
        if isinstance(self.transport, Tcp):
            return Line()
        serial = self.serial
        bits = 1 + serial.data_bits + (serial.parity != "N") + serial.stop_bits
        return Line(baud=serial.baud, bits_per_character=bits)


def _serial(
    link: str, transport: Tcp | Rtu | RtuOverTcp | DialIn, devices: Sequence[DevicePlaced]
) -> Serial:
    """What the site file says, else what the profiles agree on."""
    said = {
        name: value
        for name in Serial.model_fields
        if (value := getattr(transport, name, None)) is not None
    }
    wanted = {
        placed.device.id: placed.profile.settings.serial
        for placed in devices
        if placed.profile.settings.serial is not None
    }
    first = next(iter(wanted.values()), Serial())
    if isinstance(transport, Tcp):
        return first
    for device, serial in wanted.items():
        for name in Serial.model_fields:
            if name not in said and getattr(serial, name) != getattr(first, name):
                one, other = next(iter(wanted)), device
                own, its = getattr(first, name), getattr(serial, name)
                raise refusal(
                    Text(
                        f"{link} 上 {one} 要 {name} {own}，{other} 要 {its}",
                        f"on {link}, {one} wants {name} {own} and {other} {its}",
                    ),
                    Text(
                        "同一总线设置相同：让型号的 serial 一致，或分成两条链路",
                        "a bus has one setting: make the profiles' serial agree, or make two links",
                    ),
                )
    return first.model_copy(update=said)
