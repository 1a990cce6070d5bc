"""The process of the hostile device: `python -m tests.bench.hostile.device FOLDER SEED DEED…`."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from simulators.ports import LOOPBACK
from tests.bench.hostile import bytes_of
from tests.bench.hostile.bytes_of import DEEDS, Deed
from tests.bench.hostile.house import BAD_GATE, BAD_PANEL, House, load

DEED_S: Final = 2.0
SLOW_S: Final = 0.02
STORM_S: Final = 0.005
"""Between two connections of a storm: two hundred a second."""
NICE: Final = 5
"""Less of the processor than the gateway: a real one brings a processor of its own."""
CLIENT: Final = b"hostile"

Speaking: TypeAlias = Callable[[Deed], Awaitable[None]]


class Device:
    """Does one deed after the other at the three places where it can speak; never stops."""

    def __init__(self, house: House, seed: int, deeds: Sequence[Deed]) -> None:
        self._house = house
        self._chance = random.Random(seed)  # noqa: S311 - the same deeds for the same seed
        self._deeds = deeds
        self._deed = deeds[0]
        self.done: Counter[str] = Counter()

    async def run(self) -> None:
        """Live until stdin ends."""
        server = await asyncio.start_server(self._answer, LOOPBACK, self._house.bad_modbus)
        tasks = [
            asyncio.create_task(self._plan(), name="plan"),
            asyncio.create_task(self._call(self._panel), name="panel"),
            asyncio.create_task(self._call(self._gate), name="gate"),
        ]
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        for task in tasks:
            task.cancel()
        server.close()

    async def _plan(self) -> NoReturn:
        """Each deed once in an order of chance, then again."""
        while True:
            for deed in self._chance.sample(self._deeds, len(self._deeds)):
                self._deed = deed
                self.done[deed] += 1
                await asyncio.sleep(DEED_S)

    async def _call(self, speak: Speaking) -> NoReturn:
        """Connect again and again."""
        while True:
            with suppress(OSError, TimeoutError):
                await speak(self._deed)
            await asyncio.sleep(STORM_S)

    async def _panel(self, deed: Deed) -> None:
        reader, writer = await asyncio.open_connection(LOOPBACK, self._house.bad_panel)
        said = bytes_of.panel(deed, self._chance, BAD_PANEL)
        await self._say(deed, reader, writer, said)

    async def _gate(self, deed: Deed) -> None:
        reader, writer = await asyncio.open_connection(LOOPBACK, self._house.bad_broker)
        writer.write(_packet(0x10, b"\0\4MQTT\4\2\0\0" + _text(CLIENT)))
        await reader.readexactly(4)
        topic = _text(b"mqtt/face/" + BAD_GATE.encode() + b"/Rec")
        bodies = bytes_of.gate(deed, self._chance, BAD_GATE)
        await self._say(deed, reader, writer, (_packet(0x30, topic + body) for body in bodies))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Be a Modbus device."""
        with suppress(OSError, asyncio.IncompleteReadError):
            while (deed := self._deed) != "reconnects":
                request = await reader.readexactly(12)
                for piece in bytes_of.modbus(deed, self._chance, request):
                    writer.write(piece)
                    await writer.drain()
                    if deed == "slow_bytes":
                        await asyncio.sleep(SLOW_S)
        writer.transport.abort()

    async def _say(
        self,
        deed: Deed,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        pieces: Iterable[bytes],
    ) -> None:
        """Say it as fast as it is taken, until it is time for another deed; then hang up."""
        reading = asyncio.create_task(_read_all(reader), name="reads")
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                self.done["bytes"] += len(piece)
                await asyncio.sleep(SLOW_S if deed == "slow_bytes" else 0)
                if deed != self._deed or deed == "reconnects" or reading.done():
                    return
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            writer.transport.abort()


async def _read_all(reader: asyncio.StreamReader) -> None:
    """Let nobody wait for it."""
    with suppress(OSError):
        while await reader.read(1 << 16):
            continue


def _text(words: bytes) -> bytes:
    return len(words).to_bytes(2) + words


def _packet(kind: int, body: bytes) -> bytes:
    """An MQTT packet."""
    left, length = len(body), bytearray()
    while left >= 0x80:
        length.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes((kind, *length, left)) + body


def main() -> None:
    """Be the device of the house in a folder; at the end print what was done."""
    os.nice(NICE)
    words = sys.argv[3:]
    deeds = [deed for deed in DEEDS if deed in words]
    device = Device(load(Path(sys.argv[1])), int(sys.argv[2]), deeds)
    asyncio.run(device.run())
    sys.stdout.write(f"{json.dumps(device.done)}\n")


if __name__ == "__main__":
    main()
