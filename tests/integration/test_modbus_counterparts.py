"""The driver against slaves that share no code with it: pymodbus' server and libmodbus."""

from __future__ import annotations

import asyncio
import os
import pty
import shutil
import subprocess
import tty
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from edge.drivers.modbus import ModbusLink, ModbusSection
from edge.errors import CommandRejected
from edge.model import Record
from edge.trace import Trace
from simulators.ports import free_port
from tests.fakes.modbus import bad, changes, command, listen, made, placed, utc_now, values

pytestmark = pytest.mark.integration

TEXT = {"zh": "写", "en": "write"}
ACTIONS = {
    "close": {"table": "coil", "register": 105, "value": 1, "text": TEXT},
    "set": {"table": "holding", "register": 66, "max": 1000, "text": TEXT},
    "nowhere": {"table": "holding", "register": 900, "text": TEXT},
}
POINTS: dict[str, Any] = {
    "coil": {"table": "coil", "register": 103, "type": "bool"},
    "written": {"table": "coil", "register": 105, "type": "bool"},
    "discrete": {"table": "discrete", "register": 219, "type": "bool"},
    "clear": {"table": "discrete", "register": 200, "type": "bool"},
    "holding": {"register": 64},
    "high": {"register": 64, "bit": "high.7", "type": "bool"},
    "set": {"register": 66},
    "input": {"table": "input", "register": 300, "words": "s16"},
    "float": {"table": "input", "register": 304, "words": "f32", "type": "float"},
    "swapped": {
        "table": "input",
        "register": 306,
        "words": "f32",
        "type": "float",
        "word_order": "little",
    },
    "missing": {"table": "input", "register": 321},
}
DEVICE = made(POINTS, actions=ACTIONS)


def link(transport: dict[str, Any]) -> ModbusLink:
    """A link with that one device, unit 17."""
    section = ModbusSection.model_validate({"driver": "modbus", "id": "b", "transport": transport})
    return section.bind([placed("d", 17, DEVICE)])


async def converse(opened: ModbusLink) -> list[Record]:
    """Read everything, write a coil and a register, be refused once, read again."""
    async with opened.open(utc_now, Trace(utc_now)) as driver:
        first = await listen(driver, 1.5)
        await driver.execute(command("close", "d"))
        await driver.execute(command("set", "d", value=321))
        with pytest.raises(CommandRejected, match="illegal data"):
            await driver.execute(command("nowhere", "d", value=1))
        return first + await listen(driver, 1.5)


def expect(records: list[Record]) -> None:
    """What both counterparts hold, once written to; the register they lack is told once."""
    assert values(records) == {
        "d/coil": True,
        "d/written": True,
        "d/discrete": True,
        "d/clear": False,
        "d/holding": 0x8001,
        "d/high": True,
        "d/set": 321,
        "d/input": -2,
        "d/float": 230.1,
        "d/swapped": -0.5,
        "d/missing": None,
    }
    assert bad(records) == ["d/missing"]
    assert changes(records) == [
        ("d", "online", "answers"),
        ("d", "degraded", "refuses missing"),
    ]


def _bits(start: int, on: int) -> SimData:
    values = [address == on for address in range(start, start + 20)]
    return SimData(start, values=values, datatype=DataType.BITS)


@asynccontextmanager
async def pymodbus_server(framer: FramerType) -> AsyncIterator[int]:
    """A server of pymodbus on a free port."""
    holding = [0] * 130
    holding[64] = 0x8001
    # The words of -2, 230.1 and -0.5 (low word first), as IEEE 754 and two's complement have them.
    inputs = [0xFFFE, 0, 0, 0, 0x4366, 0x199A, 0, 0xBF00, *([0] * 12)]
    device = SimDevice(
        17,
        simdata=(
            [_bits(100, 103)],
            [_bits(200, 219)],
            [SimData(0, values=holding, datatype=DataType.REGISTERS)],
            [SimData(300, values=inputs, datatype=DataType.REGISTERS)],
        ),
    )
    port = free_port()
    server = ModbusTcpServer(device, framer=framer, address=("127.0.0.1", port))
    await server.serve_forever(background=True)
    try:
        yield port
    finally:
        server.close()


@pytest.mark.parametrize(
    ("way", "framer"), [("tcp", FramerType.SOCKET), ("rtu_over_tcp", FramerType.RTU)]
)
def test_pymodbus_server(way: str, framer: FramerType) -> None:
    """Reads of all tables, both writes and a refusal, with both framings."""

    async def main() -> None:
        async with pymodbus_server(framer) as port:
            expect(await converse(link({"type": way, "host": "127.0.0.1", "port": port})))

    asyncio.run(main())


@pytest.fixture(scope="module")
def slave(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The slave on libmodbus, compiled; skips without gcc or libmodbus, fails where `CI=true`."""
    flags = ["-I/usr/include/modbus", "-lmodbus"]
    program = tmp_path_factory.mktemp("libmodbus") / "slave"
    source = Path(__file__).with_name("slave_libmodbus.c")
    missing = "gcc" if shutil.which("gcc") is None else ""
    if not missing and not Path("/usr/include/modbus/modbus.h").exists():
        missing = "libmodbus"
    if missing:
        message = f"{missing} is not installed: apt-get install gcc libmodbus-dev"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    subprocess.run(["gcc", "-O1", "-o", program, source, *flags], check=True)
    return program


@contextmanager
def running(program: Path, *arguments: str) -> Iterator[None]:
    """Run the slave until the test is over."""
    with subprocess.Popen([program, *arguments], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield
        finally:
            process.kill()


def test_libmodbus_tcp(slave: Path) -> None:
    """The same over TCP with libmodbus."""
    port = free_port()
    with running(slave, "tcp", str(port)):
        expect(asyncio.run(converse(link({"type": "tcp", "host": "127.0.0.1", "port": port}))))


def test_libmodbus_serial(slave: Path) -> None:
    """The same as RTU on a serial line, 19200 8N1 (pseudo terminals know no parity)."""
    ends = [pty.openpty(), pty.openpty()]
    for far, near in ends:
        tty.setraw(far)
        tty.setraw(near)
        os.set_blocking(far, False)

    async def main() -> list[Record]:
        loop = asyncio.get_running_loop()
        (one, _), (other, _) = ends
        loop.add_reader(one, lambda: os.write(other, os.read(one, 300)))
        loop.add_reader(other, lambda: os.write(one, os.read(other, 300)))
        return await converse(link({"type": "rtu", "port": os.ttyname(ends[1][1]), "baud": 19200}))

    try:
        with running(slave, "rtu", os.ttyname(ends[0][1])):
            expect(asyncio.run(main()))
    finally:
        for pair in ends:
            for end in pair:
                os.close(end)
