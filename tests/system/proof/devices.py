"""The process of all devices: `python -m tests.system.proof.devices FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing
from pathlib import Path
from typing import Any

from edge.mqtt import Broker
from tests.system.proof.book import Book
from tests.system.proof.flood import Flood
from tests.system.proof.gate import Gate
from tests.system.proof.orders import orders
from tests.system.proof.panel import HOST, Panel
from tests.system.proof.world import SENT, World, load


class Devices:
    """Live until told to stop, and until what they have said is confirmed."""

    def __init__(self, world: World, book: Book) -> None:
        broker = Broker(host=HOST, port=world.field_port)
        self._pause = world.pause_s
        self._panels = [
            Panel(name, address, world.panel_way, book) for name, address in world.panels.items()
        ]
        self._gates = [Gate(name, number, broker, book) for name, number in world.gates.items()]
        self._all: tuple[Panel | Gate, ...] = (*self._panels, *self._gates)
        self._flood = Flood(*world.flooder, world.panel_way, book)
        self._flooding: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Live."""
        async with asyncio.TaskGroup() as tasks:
            for device in self._all:
                tasks.create_task(device.run(self._pause), name="device")
            async with aclosing(orders()) as said:
                async for order in said:
                    self._obey(order, tasks)
            for device in self._all:
                device.stopping = True

    def _obey(self, order: dict[str, Any], tasks: asyncio.TaskGroup) -> None:
        match order["do"]:
            case "copies":
                for panel in self._panels:
                    panel.copies = int(order["times"])
            case "flood" if self._flooding is None or self._flooding.done():
                work = self._flood.run(int(order["rate"]), float(order["seconds"]))
                self._flooding = tasks.create_task(work, name="flood")


def main() -> None:
    """Be the devices of the world in a folder."""
    folder = Path(sys.argv[1])
    asyncio.run(Devices(load(folder), Book(folder / SENT)).run())


if __name__ == "__main__":
    main()
