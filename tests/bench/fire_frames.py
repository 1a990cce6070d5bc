"""A transmission device that sends fires one by one and waits for the confirmation of each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Final

from edge.drivers.gb26875 import frames, objects, tables
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.frames import Damaged, Frame, Framer
from edge.drivers.gb26875.objects import Item

DIALECT: Final = DIALECTS["std"]
ADDRESS: Final = 3
FAULT: Final = 1 << 2
POINTS: Final = 250
"""Of a zone."""


class Panel:
    """One connection to the gateway."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._framer = Framer(DIALECT.max_app_data)
        self._serial = 0

    @classmethod
    @asynccontextmanager
    async def at(cls, port: int) -> AsyncIterator[Panel]:
        """A panel that is connected."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield cls(reader, writer)
        finally:
            writer.transport.abort()

    async def fire(self, number: int, pause: float) -> float:
        """A further detector tells a fault; how many ms until that is confirmed. Then pause."""
        took = await self.fault(number)
        await asyncio.sleep(pause)
        return took

    async def fault(self, number: int) -> float:
        """A detector tells a fault; how many ms until that is confirmed."""
        return await self._tell(number, FAULT)

    async def well(self, number: int) -> float:
        """A detector tells that it is well; the same."""
        return await self._tell(number, 0)

    async def _tell(self, number: int, status: int) -> float:
        item = Item(
            system_type=1,
            system_address=1,
            component_type=42,
            zone=1 + number // POINTS,
            point=1 + number % POINTS,
            status=status,
            description="",
            time=label(),
        )
        self._serial += 1
        frame = Frame(
            serial=self._serial,
            version=DIALECT.version,
            label=label(),
            source=ADDRESS,
            destination=1,
            command=tables.SEND,
            app=objects.encode(tables.COMPONENT_STATUS, (item,)),
        )
        sent = perf_counter()
        self._writer.write(frames.encode(frame))
        await self._confirmed(self._serial)
        return (perf_counter() - sent) * 1000

    async def _confirmed(self, serial: int) -> None:
        while True:
            for found in self._framer.feed(await self._reader.read(4096)):
                if isinstance(found, Damaged) or found.command != tables.CONFIRM:
                    continue
                if found.serial == serial:
                    return


def label() -> bytes:
    """Now, as a panel in China writes it."""
    return DIALECT.write_time((datetime.now(UTC) + timedelta(hours=8)).replace(tzinfo=None))
