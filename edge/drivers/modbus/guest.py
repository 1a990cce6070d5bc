"""Whoever asks on an open line what no poll asks: one at a time, behind commands, beside polls."""

from __future__ import annotations

from collections.abc import Mapping

from edge.drivers.modbus import codec
from edge.drivers.modbus.bus import Bus
from edge.drivers.modbus.codec import Outcome
from edge.drivers.modbus.planner import Read
from edge.drivers.modbus.timing import Patience
from edge.drivers.modbus.unit import DevicePlaced


class Busy(ValueError):
    """Somebody else is a guest on this line."""


class Guest:
    """Only reads: there is no way to write from here. `devices` are the site's, by unit."""

    def __init__(
        self, bus: Bus, devices: Mapping[int, DevicePlaced], neighbours: Patience, pause: float
    ) -> None:
        self.devices = devices
        self.patience = neighbours
        self.pause = pause
        self.rests = 0.0
        self._bus = bus

    async def ask(self, unit: int, read: Read, *, patient: bool) -> Outcome:
        """Ask once; for a unit that may not be there not longer than its neighbours need."""
        within = self.patience.ceiling if patient else self.patience.usual
        outcome, _ = await self._bus.ask(self, codec.read_request(unit, read), within)
        return outcome
