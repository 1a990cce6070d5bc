"""Ordinary devices of a house, which note when the gateway served them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from edge.mqtt import Broker
from simulators.modbus_server import ModbusServer, SlaveUnit
from simulators.ports import LOOPBACK
from tests.bench.hostile.beats import Beats, Waits
from tests.bench.hostile.house import PERIOD_S, REGISTERS, House
from tests.system.proof.book import Book
from tests.system.proof.gate import Gate
from tests.system.proof.panel import Panel


@dataclass(slots=True)
class Polled(SlaveUnit):
    """A slave whose every request is a beat."""

    beats: Beats = field(default_factory=Beats)

    def answer(self, pdu: bytes) -> bytes:
        """The PDU that answers a request."""
        self.beats.at.append(asyncio.get_running_loop().time())
        return SlaveUnit.answer(self, pdu)


class Told(Book):
    """Takes what a device of the proof notes, and how long each confirmation took."""

    def __init__(self) -> None:
        self.waits = Waits()
        self.unconfirmed: dict[str, float] = {}

    def sent(self, *keys: str) -> None:
        """They are about to be sent for the first time."""
        self.unconfirmed |= dict.fromkeys(keys, asyncio.get_running_loop().time())

    def acknowledged(self, keys: Sequence[str]) -> None:
        """The gateway has confirmed them: they are on its disk."""
        for key in keys:
            said = self.unconfirmed.pop(key)
            self.waits.took[said] = asyncio.get_running_loop().time() - said


class Caller(Panel):
    """A panel that hangs up when it has nothing more to tell."""

    async def run(self, pause: float) -> None:
        """Live until `stopping`."""
        try:
            await Panel.run(self, pause)
        finally:
            if self._line is not None:
                self._line.hang_up()


class Ordinary:
    """Lifts that are polled, panels and gates that tell something each period until stopped."""

    def __init__(self, house: House) -> None:
        words = dict.fromkeys(range(REGISTERS), 7)
        self._slaves = {name: Polled({"holding": dict(words)}) for name in house.lifts}
        self.told = {name: Told() for name in (*house.panels, *house.gates)}
        self._servers = [
            ModbusServer({1: self._slaves[name]}, port=port) for name, port in house.lifts.items()
        ]
        broker = Broker(host=LOOPBACK, port=house.broker)
        self._tellers: list[Panel | Gate] = [
            Caller(name, 1, port, self.told[name]) for name, port in house.panels.items()
        ]
        self._tellers += [
            Gate(name, number, broker, self.told[name]) for name, number in house.gates.items()
        ]

    @property
    def polled(self) -> dict[str, Beats]:
        """The polls that came to each lift."""
        return {name: slave.beats for name, slave in self._slaves.items()}

    @property
    def served(self) -> bool:
        """Whether every lift was polled and everybody who tells was confirmed."""
        polled = all(beats.at for beats in self.polled.values())
        return polled and all(told.waits.took for told in self.told.values())

    @property
    def unconfirmed(self) -> dict[str, int]:
        """How much of what each said is not confirmed."""
        left = {name: len(told.unconfirmed) for name, told in self.told.items()}
        return {name: count for name, count in left.items() if count}

    async def run(self, telling: asyncio.Event) -> None:
        """Live until `telling` is set and what was said is confirmed."""
        serving = [
            asyncio.create_task(server.serve(), name="lift serves") for server in self._servers
        ]
        try:
            async with asyncio.TaskGroup() as tasks:
                for teller in self._tellers:
                    tasks.create_task(teller.run(PERIOD_S), name="device tells")
                await telling.wait()
                for teller in self._tellers:
                    teller.stopping = True
        finally:
            for task in serving:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*serving, return_exceptions=True)
