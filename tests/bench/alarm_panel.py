"""Alarms at a steady rate from one panel, and when each arrives where the platform listens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final, TypeAlias

from edge.drivers.gb26875 import frames, objects, tables
from edge.drivers.gb26875.frames import Frame
from edge.drivers.gb26875.objects import Item
from simulators.ports import LOOPBACK
from tests.bench.fire_frames import ADDRESS, DIALECT, FAULT, POINTS, label
from tests.bench.peers.mqtt_line import MqttLine

NORMAL: Final = 0
TOGETHER: Final = 20
"""Components in one frame when they are first heard of."""
PATIENCE_S: Final = 20.0

Arrived: TypeAlias = Callable[[bytes], Sequence[int]]
"""Which alarms a message brings."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many alarms, so many a second."""

    count: int
    a_second: float


def of_event(payload: bytes) -> list[int]:
    """Alarms in the gateway's events, by component: `fire-1/1-1-2-7/fault` is the 256th."""
    said = json.loads(payload)
    events = said if isinstance(said, list) else [said]
    found = []
    for event in events:
        key = event["data"].get("alarm", {}).get("key", "").split("/")
        if event["type"].startswith("community.alarm.raised") and key[-1] == "fault":
            zone, point = map(int, key[1].split("-")[-2:])
            found.append((zone - 1) * POINTS + point - 1)
    return found


def of_bare(payload: bytes) -> list[int]:
    """The serial that the bare loop writes first; those below 0 were introductions."""
    return [int(payload.split(b" ", 1)[0]) - FIRST_SERIAL]


FIRST_SERIAL: Final = 10_000


async def latencies(port: int, line: MqttLine, arrived: Arrived, rate: Rate) -> list[float]:
    """From the frame on the wire to the message at the platform's socket, in ms."""
    sent: dict[int, float] = {}
    came: dict[int, float] = {}
    everything = asyncio.Event()

    def hear() -> None:
        for _, payload in line.heard():
            now = monotonic()
            for number in arrived(payload):
                came.setdefault(number, now)
        if len(came.keys() & sent.keys()) == rate.count:
            everything.set()

    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    drain = asyncio.create_task(_drain(reader), name="panel.drain")
    loop.add_reader(line.socket, hear)
    try:
        for first in range(0, rate.count, TOGETHER):
            writer.write(frame_of(1 + first, range(first, first + TOGETHER), NORMAL))
            await asyncio.sleep(TOGETHER / rate.a_second)
        begin = loop.time() + 1
        for number in range(rate.count):
            await asyncio.sleep(begin + number / rate.a_second - loop.time())
            sent[number] = monotonic()
            writer.write(frame_of(FIRST_SERIAL + number, [number], FAULT))
        async with asyncio.timeout(PATIENCE_S):
            await everything.wait()
    finally:
        loop.remove_reader(line.socket)
        drain.cancel()
        writer.transport.abort()
    return [(came[number] - at) * 1000 for number, at in sent.items()]


async def _drain(reader: asyncio.StreamReader) -> None:
    """Take the confirmations; who does not read them is hung up on."""
    while await reader.read(65536):
        pass


def frame_of(serial: int, components: Sequence[int], status: int) -> bytes:
    """What a panel sends when these components have changed."""
    items = tuple(
        Item(
            system_type=1,
            system_address=1,
            component_type=42,
            zone=1 + number // POINTS,
            point=1 + number % POINTS,
            status=status,
            description="",
            time=label(),
        )
        for number in components
    )
    return frames.encode(
        Frame(
            serial=serial,
            version=DIALECT.version,
            label=label(),
            source=ADDRESS,
            destination=1,
            command=tables.SEND,
            app=objects.encode(tables.COMPONENT_STATUS, items),
        )
    )
