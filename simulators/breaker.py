"""Simulated leakage breakers on one Modbus link: three phases, live and a little noisy."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.drivers.modbus.profile import ModbusProfile
from edge.model import Value
from simulators.modbus_registers import blank, lay_out
from simulators.modbus_server import Faults, ModbusServer, SlaveUnit
from simulators.simulator import Told

STEP_S = 0.5
CALM_LEAKAGE_MA = 28.0
CALM_TEMPERATURE_C = 31.0


@dataclass(slots=True, kw_only=True)
class Breaker:
    """One breaker: its registers, and what a scenario has set."""

    profile: ModbusProfile
    slave: SlaveUnit
    leakage_ma: float = CALM_LEAKAGE_MA
    temperature_c: float = CALM_TEMPERATURE_C
    chance: random.Random = field(default_factory=random.Random)

    def show(self) -> None:
        """Bring the registers up to date."""
        noise = self.chance.uniform
        values: dict[str, Value] = {"residual_current": round(self.leakage_ma + noise(-2, 2))}
        for phase in "abc":
            values[f"temperature_{phase}"] = round(self.temperature_c + noise(-1, 1))
            values[f"voltage_{phase}"] = round(228 + noise(-3, 3))
            values[f"current_{phase}"] = round(41 + noise(-4, 4))
        lay_out(self.profile, values, self.slave.tables)


class BreakerSimulator:
    """A Modbus TCP host with breakers behind it."""

    def __init__(
        self, link: str, breakers: Mapping[str, tuple[int, ModbusProfile]], *, host: str, port: int
    ) -> None:
        self.id = link
        self.told: list[Told] = []
        self._breakers = {
            device: Breaker(profile=profile, slave=SlaveUnit(tables=blank(profile)))
            for device, (_, profile) in breakers.items()
        }
        units = {unit: self._breakers[device].slave for device, (unit, _) in breakers.items()}
        self._server = ModbusServer(units, framing="mbap", host=host, port=port)

    async def run(self) -> None:
        """Live until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._server.serve(), name=f"simulator {self.id}: line")
            tasks.create_task(self._live(), name=f"simulator {self.id}: phases")

    async def act(self, device: str, verb: str, args: dict[str, Value]) -> None:
        """Do what a scenario asks: leak{ma}, heat{c}, silent, restore."""
        breaker = self._breakers.get(device)
        if breaker is None:
            raise ValueError(f"no breaker {device} on {self.id}")
        match verb:
            case "leak":
                breaker.leakage_ma = float(args.get("ma", 500))
            case "heat":
                breaker.temperature_c = float(args.get("c", 90))
            case "silent":
                breaker.slave.faults.silent = True
            case "restore":
                breaker.leakage_ma, breaker.temperature_c = CALM_LEAKAGE_MA, CALM_TEMPERATURE_C
                breaker.slave.faults = Faults()
            case _:
                raise ValueError(f"a breaker knows no {verb}; it knows leak, heat, silent, restore")

    async def _live(self) -> None:
        while True:
            for breaker in self._breakers.values():
                breaker.show()
            await asyncio.sleep(STEP_S)
