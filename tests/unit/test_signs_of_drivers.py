"""Drivers give signs of life: quiet, slow or without a device, none is taken for stuck."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from edge.driver import Driver, Now
from edge.drivers.gb26875.link import GbDriver
from edge.drivers.modbus.codec import Outcome, Request
from edge.drivers.modbus.timing import Line
from edge.keeper import Keeper
from edge.trace import Trace
from simulators.modbus_server import SlaveUnit
from tests.fakes import gb26875, modbus, mqtt, mqtt_line
from tests.fakes import time as virtual
from tests.fakes.kept_link import FakeLink

HOURS_S = 4 * 3600.0

Make = Callable[[Trace], Driver]


class Holding(FakeLink):
    """A link that opens at once, with a driver as it is made."""

    def __init__(self, make: Make) -> None:
        super().__init__()
        self._make = make

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncIterator[Driver]:  # type: ignore[override]
        """Open it."""
        del now
        self.opened.append(asyncio.get_running_loop().time())
        yield self._make(trace)


def stuck_within(seconds: float, make: Make) -> int:
    """How often it was taken for stuck in so long."""

    async def nobody(_: object) -> None: ...

    async def main() -> int:
        keeper = Keeper(Holding(make), nobody, nobody, virtual.now)
        running = asyncio.create_task(keeper.run(), name="keeper")
        await asyncio.sleep(seconds)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return keeper.trace.signs.stuck

    return virtual.run(main())


def port(trace: Trace) -> Driver:
    """A port on which nobody speaks."""
    return GbDriver("fire", gb26875.settings(), {1: gb26875.placed()}, virtual.now, trace)


def gates(trace: Trace) -> Driver:
    """A broker on which no gate speaks."""
    return mqtt_line.gates(mqtt_line.Line(), trace, [mqtt.gate()])


def sensors(trace: Trace) -> Driver:
    """A broker on which no sensor speaks."""
    return mqtt_line.sensors(mqtt_line.Line(), trace, [])


def idle(trace: Trace) -> Driver:
    """A bus without a device, open for whoever looks for one."""
    return modbus.opened(modbus.FakeBus({}), {}, trace=trace)


def seldom(trace: Trace) -> Driver:
    """A slow bus on which a meter is read every hour."""
    bus = modbus.FakeBus({3: SlaveUnit(tables={"holding": {0: 7}})}, Line(baud=300))
    point = {"register": 0, "every": "1h"}
    return modbus.opened(bus, {3: modbus.made({"energy": point})}, trace=trace)


def dead(trace: Trace) -> Driver:
    """A bus on which nobody answers."""
    return modbus.opened(
        modbus.FakeBus({}),
        {unit: modbus.made({"x": {"register": 0}}) for unit in range(1, 33)},
        trace=trace,
    )


@pytest.mark.parametrize("make", [port, gates, sensors, idle, seldom, dead])
def test_a_driver_that_hears_nothing_is_not_stuck(make: Make) -> None:
    """Hours of silence end no session."""
    assert stuck_within(HOURS_S, make) == 0


def test_a_bus_whose_library_never_answers_is_stuck() -> None:
    """The time-out of an exchange is its own matter; where that fails the keeper notices."""

    class Hung(modbus.FakeBus):
        def send(self, request: Request, within: float, answer: asyncio.Future[Outcome]) -> bytes:
            """Take it, and never come back."""
            del request, within, answer
            return b""

    def hung(trace: Trace) -> Driver:
        return modbus.opened(Hung({}), {3: modbus.made({"x": {"register": 0}})}, trace=trace)

    assert stuck_within(300, hung) > 1
