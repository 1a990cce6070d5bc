"""Modbus devices for tests: placed without a site file, on a line without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from edge.driver import Placed
from edge.drivers.modbus import KIND, ModbusAddress, ModbusProfile, ModbusSection
from edge.drivers.modbus.codec import Outcome, Request, Silence, answer_of
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.timing import Line
from edge.drivers.modbus.unit import Said
from edge.model import (
    Command,
    Device,
    DeviceChanged,
    Location,
    Quality,
    Reading,
    Record,
    Text,
    Value,
)
from edge.profiles import Profiles
from edge.trace import Trace
from simulators.lift import LiftSimulator
from simulators.modbus_server import SlaveUnit
from tests.fakes.records import apart
from tests.fakes.time import now

SHIPPED = Path(__file__).parents[2] / "firmware_configs"


@cache
def profile(name: str, *folders: Path) -> ModbusProfile:
    """A profile by its id, as the gateway reads it; read once, it is long."""
    return Profiles(*folders, SHIPPED, kinds={KIND.name: KIND}).of(name, ModbusProfile)


def made(points: Mapping[str, Any], kind: str = "electric", **more: Any) -> ModbusProfile:
    """A profile of these points; what a point does not say is filled in."""
    text = {"zh": "点", "en": "point"}
    sections = {
        "driver": "modbus",
        "kind": kind,
        "make": "m",
        "model": "m",
        "source": "test",
        "text": text,
        "points": {name: {"type": "int", "text": text, **point} for name, point in points.items()},
        **more,
    }
    return ModbusProfile.model_validate_json(json.dumps(sections))


def placed(device: str, unit: int, profile_: ModbusProfile) -> Placed[ModbusProfile, ModbusAddress]:
    """A device with that profile at that unit."""
    return Placed(
        device=Device(
            id=device,
            kind=profile_.kind,
            name=Text(device, device),
            link="bus",
            profile="test",
            make=profile_.make,
            model=profile_.model,
            location=Location(),
            points={name: point.plain(name) for name, point in profile_.points.items()},
        ),
        profile=profile_,
        address=ModbusAddress(unit=unit),
    )


def utc_now() -> datetime:
    """The real instant."""
    return datetime.now(UTC)


def command(action: str, device: str, **args: Value) -> Command:
    """A request to do something."""
    return Command(
        id="c", device=device, action=action, issued_by="test", expires_at=utc_now(), args=args
    )


@dataclass(slots=True)
class FakeBus:
    """A line of slaves in memory on which bytes take their time; notes who was asked when."""

    slaves: Mapping[int, SlaveUnit]
    line: Line = field(default_factory=lambda: Line(baud=9600))
    asked: list[tuple[float, int, bytes]] = field(default_factory=list)
    sent: bytes = b""
    came: bytes = b""

    def tell(self, lost: Callable[[str], None]) -> None:
        """Nobody loses this line."""

    def send(self, request: Request, within: float, answer: asyncio.Future[Outcome]) -> bytes:
        """Ask a slave; silence takes as long as it is waited for, and nothing comes unasked."""
        loop = asyncio.get_running_loop()
        self.asked.append((loop.time(), request.unit, request.pdu))
        self.sent, self.came = bytes((request.unit,)) + request.pdu, b""
        slave = self.slaves.get(request.unit)
        if slave is None or slave.faults.silent:
            loop.call_later(within, self._say, answer, b"", Silence())
            return b""
        pdu = slave.answer(request.pdu)
        took = self.line.seconds(len(request.pdu) + len(pdu) + 6) + slave.think + slave.faults.slow
        if took > within:
            loop.call_later(within, self._say, answer, b"", Silence())
            return b""
        outcome = answer_of(pdu, request) or Silence(garbled=True)
        loop.call_later(took, self._say, answer, bytes((request.unit,)) + pdu, outcome)
        return b""

    def _say(self, answer: asyncio.Future[Outcome], came: bytes, outcome: Outcome) -> None:
        if not answer.done():
            self.came = came
            answer.set_result(outcome)


def opened(
    bus: FakeBus,
    devices: Mapping[int, ModbusProfile],
    said: Said | None = None,
    names: Mapping[int, str] = MappingProxyType({}),
    trace: Trace | None = None,
) -> ModbusDriver:
    """A driver of units on a bus; unit 3 is `d3` unless it has a name."""
    return ModbusDriver(
        bus,
        [placed(names.get(unit, f"d{unit}"), unit, device) for unit, device in devices.items()],
        now=now,
        line=bus.line,
        said=said or Said(),
        floor=0.05,
        ceiling=0.5,
        reconnects=True,
        trace=trace or Trace(now),
    )


async def listen(driver: ModbusDriver, seconds: float) -> list[Record]:
    """All records of so many seconds."""
    records: list[Record] = []
    async with aclosing(driver.reports()) as reports:
        try:
            async with asyncio.timeout(seconds):
                async for report in reports:
                    records += apart(report.records)
        except TimeoutError:
            pass
    return records


def values(records: list[Record]) -> dict[str, Value | None]:
    """The last value of each point."""
    return {record.point: record.value for record in records if isinstance(record, Reading)}


def bad(records: list[Record]) -> list[str]:
    """The points of bad readings, in order."""
    return [
        record.point
        for record in records
        if isinstance(record, Reading) and record.quality is Quality.BAD
    ]


def changes(records: list[Record]) -> list[tuple[str, str, str]]:
    """Device, state and reason of what was told of devices."""
    return [
        (record.device, record.state, record.reason)
        for record in records
        if isinstance(record, DeviceChanged)
    ]


def section(transport: dict[str, Any]) -> ModbusSection:
    """A link as the site file has it."""
    return ModbusSection.model_validate({"driver": "modbus", "id": "bus", "transport": transport})


@asynccontextmanager
async def living(simulator: LiftSimulator) -> AsyncIterator[LiftSimulator]:
    """Run a simulator around a test."""
    task = asyncio.create_task(simulator.run(), name="simulator")
    await simulator.ready.wait()
    try:
        yield simulator
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
