"""Simulated lifts on one Modbus link, with registers laid out from their own profiles."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.drivers.modbus.profile import ModbusProfile
from edge.model import Value
from simulators.lift_car import BUTTON_SECONDS, Car
from simulators.modbus_registers import blank, lay_out
from simulators.modbus_server import FAILURE, Faults, ModbusServer, SlaveUnit
from simulators.simulator import Told

STEP_SECONDS: Final = 0.2
SLOW_MS: Final = 500
SPEED_SENT_UNSCALED: Final = 100  # a profile without a unit for the speed gets cm/s

# How each table of fault codes calls what may happen to a car; the first that it has is sent.
FAULT_NAMES: Final = {
    "trapped": ("困人", "平层关人", "轿厢在开锁区域外停止"),
    "door_fault": ("关门故障",),
    "overspeed": ("超速", "轿厢意外移动"),
    "power_lost": (),
}

Way: TypeAlias = Literal["listen", "dial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftSpec:
    """A lift on the link: the device's name, its unit number, its profile."""

    device: str
    unit: int
    profile: ModbusProfile
    lowest: int = 1
    highest: int = 18


class LiftSimulator:
    """One host, bus or dialling box with all lifts on it.

    `way` is `dial` for a 4G box that calls the gateway at `host` and `port` and says
    `registration` first.
    """

    def __init__(  # noqa: PLR0913 -- each is a property of the bus, by name
        self,
        link: str,
        lifts: Sequence[LiftSpec],
        *,
        framing: Literal["mbap", "rtu"] = "mbap",
        way: Way = "listen",
        host: str = "127.0.0.1",
        port: int = 0,
        registration: bytes = b"",
        baud: int | None = None,
        seed: int = 1,
    ) -> None:
        self.id = link
        self.told: list[Told] = []
        self.ready = asyncio.Event()
        self._way = way
        self._registration = registration
        chance = random.Random(seed)
        self._lifts = {spec.device: _Lift(spec, random.Random(chance.random())) for spec in lifts}
        units = {lift.spec.unit: lift.slave for lift in self._lifts.values()}
        self.server = ModbusServer(units, framing=framing, baud=baud, host=host, port=port)

    async def run(self) -> None:
        """Live until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            if self._way == "dial":
                line = self.server.dial(self._registration)
                self.ready.set()
            else:
                line = self.server.serve(self.ready)
            tasks.create_task(line, name=f"simulator {self.id}: line")
            tasks.create_task(self._live(), name=f"simulator {self.id}: cars")

    async def act(self, device: str, verb: str, args: dict[str, Value]) -> None:
        """Make something happen to one lift; `ValueError` names a wrong verb or lift.

        Verbs: trap{floor}, release, door_fault, overspeed, power_off, button, silent,
        wrong_crc, slow{ms}, exception{code}, illegal{register}, half_frame, restore.
        """
        lift = self._lifts.get(device)
        if lift is None:
            raise ValueError(f"no lift {device} on {self.id}")
        lift.act(verb, args)

    def car(self, device: str) -> Car:
        """The car of a lift, to compare with what the gateway says."""
        return self._lifts[device].car

    async def _live(self) -> None:
        while True:
            for lift in self._lifts.values():
                lift.car.step(STEP_SECONDS)
                lift.show()
            await asyncio.sleep(STEP_SECONDS)


class _Lift:
    """A car, and the slave that tells of it."""

    def __init__(self, spec: LiftSpec, chance: random.Random) -> None:
        self.spec = spec
        self.car = Car(lowest=spec.lowest, highest=spec.highest, chance=chance)
        self.slave = SlaveUnit(tables=blank(spec.profile))
        self._shown: dict[str, Value] = {}
        self.show()

    def show(self) -> None:
        """Bring the registers up to date, where anything has changed."""
        values = self.car.values()
        codes = self.spec.profile.points.get("fault_code")
        if codes is not None:
            named = {label.zh: code for code, label in codes.labels.items()}
            names = [name for fault in sorted(self.car.faults) for name in FAULT_NAMES[fault]]
            values["fault_code"] = next((named[name] for name in names if name in named), 0)
        speed = self.spec.profile.points.get("speed")
        if speed is not None and speed.words.startswith("u"):
            values["speed"] = round(self.car.speed * SPEED_SENT_UNSCALED)
        if values != self._shown:
            lay_out(self.spec.profile, values, self.slave.tables)
            self._shown = values

    def act(self, verb: str, args: dict[str, Value]) -> None:
        """Do what a scenario asks."""
        if not self._happen(verb, args) and not self._break(verb, args):
            raise ValueError(f"a lift knows no {verb}")
        self.show()

    def _happen(self, verb: str, args: dict[str, Value]) -> bool:
        car = self.car
        match verb:
            case "trap":
                car.trap(_number(args, "floor", car.floor))
            case "release":
                car.release()
            case "door_fault" | "overspeed":
                car.faults.add(verb)
            case "power_off":
                car.faults.add("power_lost")
            case "button":
                car.button_left = BUTTON_SECONDS
            case "restore":
                if "trapped" in car.faults:
                    car.release()
                car.faults.clear()
                self.slave.faults = Faults()
            case _:
                return False
        return True

    def _break(self, verb: str, args: dict[str, Value]) -> bool:
        faults = self.slave.faults
        match verb:
            case "silent":
                faults.silent = True
            case "wrong_crc":
                faults.wrong_crc = True
            case "half_frame":
                faults.half_frame = True
            case "slow":
                faults.slow = _number(args, "ms", SLOW_MS) / 1000
            case "exception":
                faults.exception = _number(args, "code", FAILURE)
            case "illegal":
                numbering = self.spec.profile.settings.numbering
                faults.illegal.add(_number(args, "register", numbering) - numbering)
            case _:
                return False
        return True


def _number(args: dict[str, Value], name: str, default: int) -> int:
    value = args.get(name, default)
    if not isinstance(value, int):
        raise ValueError(f"{name} is a whole number, not {value!r}")  # noqa: TRY004 -- ValueError is what scenarios catch
    return value
