"""What everybody is asked to do: so many devices, ten registers each, every so often."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

REGISTERS: Final = 10
"""Of each device, read in one request."""


@dataclass(frozen=True, slots=True)
class Load:
    """So many devices, read every so many milliseconds.

    Of a device's `registers` the first `changing` read something else each time.
    """

    devices: int
    period_ms: int
    registers: int = REGISTERS
    changing: int = REGISTERS

    @property
    def values_s(self) -> float:
        """Values a second that are asked for."""
        return self.devices * self.registers * 1000 / self.period_ms


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject works: its folder, the ports of the devices and the broker, one to spare."""

    folder: Path
    devices_port: int
    broker_port: int
    spare_port: int
