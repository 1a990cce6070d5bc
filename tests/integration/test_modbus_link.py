"""The link against the simulated lifts, over loopback, in every way of reaching them."""

from __future__ import annotations

import asyncio
import os
import pty
import time
import tty
from collections.abc import Callable
from contextlib import aclosing, suppress
from datetime import timedelta
from typing import Any, TypeAlias

import pytest

from edge.errors import LinkDown
from edge.loop import new_loop
from edge.model import Reading
from edge.trace import Trace
from simulators.lift import LiftSimulator, LiftSpec
from simulators.modbus_server import ModbusServer, SlaveUnit
from simulators.ports import free_port
from tests.fakes.modbus import (
    bad,
    changes,
    listen,
    living,
    made,
    placed,
    profile,
    section,
    values,
)
from tests.fakes.modbus import utc_now as now
from tests.fakes.records import apart

pytestmark = pytest.mark.integration

Loop: TypeAlias = Callable[[], asyncio.AbstractEventLoop]

LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, new_loop])
"""Python's own, and the one that a gateway runs on."""

BOX = profile("lifts/ba_box")
SENSOR_BOX = profile("lifts/sensor_box")


@LOOPS
@pytest.mark.parametrize(("way", "framing"), [("tcp", "mbap"), ("rtu_over_tcp", "rtu")])
def test_trapped_passengers_are_read(way: str, framing: Any, loop: Loop) -> None:
    """A trapped car shows as `trapped` on one box and as code 11 on another, on both framings."""

    async def main() -> None:
        simulator = LiftSimulator(
            "bus",
            [
                LiftSpec(device="lift-1", unit=2, profile=BOX),
                LiftSpec(device="lift-2", unit=3, profile=SENSOR_BOX),
            ],
            framing=framing,
        )
        async with living(simulator):
            link = section({"type": way, "host": "127.0.0.1", "port": simulator.server.port}).bind(
                [placed("lift-1", 2, BOX), placed("lift-2", 3, SENSOR_BOX)]
            )
            await simulator.act("lift-2", "trap", {"floor": 7})
            async with link.open(now, Trace(now)) as driver:
                await simulator.act("lift-1", "trap", {"floor": 3})
                records = await listen(driver, 1.5)
        said = values(records)
        assert said["lift-1/trapped"] is True
        assert said["lift-1/overspeed"] is False
        assert (said["lift-2/fault_code"], said["lift-2/floor"]) == (11, 7)
        assert changes(records) == [
            ("lift-1", "online", "answers"),
            ("lift-2", "online", "answers"),
        ]
        assert not bad(records)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(main())


@LOOPS
def test_box_that_dials_in(loop: Loop) -> None:
    """A 4G box calls, introduces itself and is polled; a stranger is hung up on; a redial wins."""

    async def main() -> None:
        port = free_port()
        link = section(
            {"type": "dial_in", "host": "127.0.0.1", "listen": port, "registration": "IMEI8675"}
        ).bind([placed("lift-1", 2, BOX)])
        simulator = LiftSimulator(
            "bus",
            [LiftSpec(device="lift-1", unit=2, profile=BOX)],
            framing="rtu",
            way="dial",
            port=port,
            registration=b"IMEI8675",
        )
        async with living(simulator), link.open(now, Trace(now)) as driver:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
            writer.close()
            assert values(await listen(driver, 1.0))["lift-1/trapped"] is False
            # A second call of the same box: the first connection is dead and goes.
            second = ModbusServer(
                {2: simulator.server.units[2]}, framing="rtu", host="127.0.0.1", port=port
            )
            call = asyncio.create_task(second.dial(b"IMEI8675"), name="second call")
            await asyncio.sleep(0.2)
            await simulator.act("lift-1", "trap", {"floor": 2})
            assert values(await listen(driver, 1.5))["lift-1/trapped"] is True
            call.cancel()
            with suppress(asyncio.CancelledError):
                await call

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(main())


@LOOPS
def test_lost_connection_is_link_down(loop: Loop) -> None:
    """A cut TCP connection ends `reports` with LinkDown at once, even between two polls."""

    async def main() -> None:
        slave = SlaveUnit(tables={"holding": {0: 7}})
        server = ModbusServer({1: slave})
        ready = asyncio.Event()
        task = asyncio.create_task(server.serve(ready), name="server")
        await ready.wait()
        slow = made({"a": {"register": 0, "every": "30s"}})
        link = section({"type": "tcp", "host": "127.0.0.1", "port": server.port}).bind(
            [placed("d", 1, slow)]
        )
        async with link.open(now, Trace(now)) as driver, aclosing(driver.reports()) as reports:
            report = await anext(reports)
            assert values(apart(report.records)) == {"d/a": 7}
            asyncio.get_running_loop().call_later(0.1, server.hang_up)
            began = time.monotonic()
            with pytest.raises(LinkDown):
                await anext(reports)
            assert time.monotonic() - began < 2
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        with pytest.raises(OSError, match=r"[Cc]onnect"):
            async with link.open(now, Trace(now)):
                pass

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(main())


def test_one_silent_lift_among_twenty_costs_the_others_nothing() -> None:
    """On a 9600-baud bus with one silent lift the other nineteen keep their rate within 10 %.

    The bus is saturated; both runs are long enough for all probes of the first seconds.
    """

    async def rate(silent: str) -> float:
        lifts = [LiftSpec(device=f"lift-{n}", unit=n, profile=BOX) for n in range(1, 21)]
        simulator = LiftSimulator("bus", lifts, framing="rtu", baud=9600)
        async with living(simulator):
            if silent:
                await simulator.act(silent, "silent", {})
            devices = [
                placed(spec.device, spec.unit, BOX) for spec in lifts if silent or spec.unit > 1
            ]
            link = section(
                {"type": "rtu_over_tcp", "host": "127.0.0.1", "port": simulator.server.port}
            ).bind(devices)
            async with link.open(now, Trace(now)) as driver:
                begin = now() + timedelta(seconds=3)
                records = await listen(driver, 13)
        others = [
            record
            for record in records
            if isinstance(record, Reading)
            and record.point.endswith("/trapped")
            and not record.point.startswith("lift-1/")
            and record.value is not None
            and record.at >= begin
        ]
        return len(others) / 10

    async def main() -> None:
        with_silent, alone = await asyncio.gather(rate("lift-1"), rate(""))
        assert alone > 8
        assert with_silent >= 0.9 * alone

    asyncio.run(main())


class FarEnd(asyncio.Transport):
    """The other end of a serial line."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def write(self, data: Any) -> None:
        """Send."""
        os.write(self._number, data)

    def is_closing(self) -> bool:
        """It stays."""
        return False


def test_serial_port() -> None:
    """The same frames pass a serial port; its other end going away is LinkDown."""

    async def main() -> None:
        far, near = pty.openpty()
        tty.setraw(far)
        os.set_blocking(far, False)
        slave = SlaveUnit(tables={"holding": {0: 0x1234, 1: 5}})
        line = ModbusServer({1: slave}, framing="rtu")._line()
        line.connection_made(FarEnd(far))
        loop = asyncio.get_running_loop()
        loop.add_reader(far, lambda: line.data_received(os.read(far, 300)))
        link = section({"type": "rtu", "port": os.ttyname(near), "baud": 9600}).bind(
            [placed("d", 1, made({"a": {"register": 0}, "b": {"register": 1, "every": "30s"}}))]
        )
        async with link.open(now, Trace(now)) as driver:
            assert values(await listen(driver, 0.5)) == {"d/a": 0x1234, "d/b": 5}
            loop.remove_reader(far)
            os.close(near)
            os.close(far)
            with pytest.raises((LinkDown, OSError)):
                await listen(driver, 5)

    asyncio.run(main())


def test_no_such_port() -> None:
    """A serial port that is not there is an OSError, which the keeper retries."""

    async def main() -> None:
        link = section({"type": "rtu", "port": "/dev/no-such-port"}).bind([])
        with pytest.raises(OSError, match="no-such-port"):
            async with link.open(now, Trace(now)):
                pass

    asyncio.run(main())
