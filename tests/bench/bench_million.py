"""A million events through a gateway that may keep 300 MB in memory: whether it grows."""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any, Final

from cloud_bridge.journal_check import read_only
from cloud_bridge.journal_file import last_number_of
from edge.drivers.gb26875 import tables
from edge.drivers.gb26875.frames import Damaged, Framer
from simulators.ports import LOOPBACK, free_port
from tests.bench.alarm_panel import frame_of
from tests.bench.fire_frames import ADDRESS, DIALECT, FAULT
from tests.bench.memory_limit import memory_limit, put_into
from tests.bench.peers.broker import broker
from tests.bench.peers.processes import asked, program, usage

EVENTS: Final = 1_000_000
LIMIT_MB: Final = 300
TOGETHER: Final = 20
"""Components in a frame: each changes, and each change is an event of the platform's."""
COMPONENTS: Final = 250
"""Of a panel."""
PANELS: Final = 8
"""One alone is heard only so fast."""
UNDER_WAY: Final = 8
"""Frames that a panel sends before the first of them is confirmed."""
LOOK_S: Final = 5.0
PARTS: Final = 8
"""What is remembered of the last so many events and readings fills up first: the last two count."""
START_S: Final = 60.0
CORE: Final = "0,1"


@dataclass(slots=True)
class Seen:
    """What was kept, what waited, and what the process had in memory, at the same instants."""

    events: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)

    def in_part(self, part: int, of: int) -> float:
        """The median of the memory in one part of the run."""
        size = len(self.memory_mb)
        return median(self.memory_mb[size * part // of : size * (part + 1) // of])


def site_of(fires: Sequence[int], port: int) -> dict[str, Any]:
    """Fire panels, each on a port of its own, and a platform."""
    name = {"zh": "测试", "en": "bench"}
    return {
        "site": {"id": "bench", "name": name},
        "gateway": {"id": "gw", "store": "var"},
        "page": {"serve": "off"},
        "links": [
            {"id": f"l{n}", "driver": "gb26875", "listen": {"host": LOOPBACK, "port": fire}}
            for n, fire in enumerate(fires)
        ],
        "devices": [
            {
                "id": f"fire-{n}",
                "link": f"l{n}",
                "profile": "panels/gb26875",
                "name": name,
                "address": {"address": ADDRESS},
            }
            for n in range(len(fires))
        ],
        "uplinks": [{"id": "city", "type": "mqtt", "broker": {"host": LOOPBACK, "port": port}}],
    }


async def panel(port: int) -> None:
    """Faults of all components, and their end, again and again; confirmed frame by frame."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    framer, room = Framer(DIALECT.max_app_data), asyncio.Semaphore(UNDER_WAY)

    async def confirmed() -> None:
        while data := await reader.read(4096):
            for found in framer.feed(data):
                if not isinstance(found, Damaged) and found.command == tables.CONFIRM:
                    room.release()

    hearing = asyncio.create_task(confirmed(), name="confirmed")
    serial = 0
    try:
        while not hearing.done():
            for status in (FAULT, 0):
                for first in range(0, COMPONENTS, TOGETHER):
                    await room.acquire()
                    serial += 1
                    writer.write(frame_of(serial % 65536, range(first, first + TOGETHER), status))
    finally:
        hearing.cancel()
        writer.transport.abort()


async def watched(
    count: int, fires: Sequence[int], gateway: subprocess.Popen[bytes], journal: Path
) -> Seen:
    """Look at both until so many events are kept; the panels send meanwhile."""
    for fire in fires:
        await _listens(fire)
    sending = [asyncio.create_task(panel(fire), name="panel") for fire in fires]
    seen, total = Seen(), 0
    first, _ = await asyncio.to_thread(_held, journal)
    try:
        while total < count and gateway.poll() is None:
            await asyncio.sleep(LOOK_S)
            last, waiting = await asyncio.to_thread(_held, journal)
            total = last - first
            seen.events.append(total)
            seen.waiting.append(waiting)
            seen.memory_mb.append(usage(gateway.pid).memory_mb)
    finally:
        for each in sending:
            each.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
    return seen


def _held(journal: Path) -> tuple[int, int]:
    """The last number, and how many events wait for their receipt."""
    with closing(read_only(journal)) as db:
        [(waiting,)] = db.execute("SELECT count(*) FROM delivery")
        return last_number_of(db), int(waiting)


async def _listens(port: int) -> None:
    async with asyncio.timeout(START_S):
        while True:
            try:
                _, writer = await asyncio.open_connection(LOOPBACK, port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


def run(count: int, limit_mb: int) -> dict[str, Any]:
    """What came of it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="million-")))
        fires, port = [free_port() for _ in range(PANELS)], free_port()
        stack.enter_context(broker(folder, port))
        site = folder / "site.yaml"
        site.write_text(json.dumps(site_of(fires, port)), "utf-8")
        listener = (CORE, "listener", "whistle", port)
        stack.enter_context(asked(*listener, log=folder / "listener.log"))
        group = stack.enter_context(memory_limit(limit_mb))
        log = stack.enter_context((folder / "gateway.log").open("wb"))
        gateway = subprocess.Popen(
            [sys.executable, "-m", "edge", "run", str(site), "--log", "json"], stderr=log
        )
        try:
            put_into(group, gateway.pid)
            began = monotonic()
            seen = asyncio.run(watched(count, fires, gateway, folder / "var" / "journal.db"))
            took = monotonic() - began
            alive = gateway.poll() is None
        finally:
            gateway.terminate()
            gateway.wait()
        journal = (folder / "var" / "journal.db").stat().st_size
    return {
        "name": "million.memory",
        "events": seen.events[-1],
        "seconds": took,
        "events_s": seen.events[-1] / took,
        "limit_mb": limit_mb,
        "held_by_the_kernel": group is not None,
        "alive": alive,
        "peak_mb": max(seen.memory_mb),
        "eighths_mb": [seen.in_part(part, PARTS) for part in range(PARTS)],
        "most_waiting": max(seen.waiting),
        "journal_mb": journal / 1024**2,
    }


def main() -> None:
    """Print one JSON object; ends with 1 where the gateway did not survive it, or grew."""
    words = argparse.ArgumentParser(prog="python -m tests.bench.bench_million")
    words.add_argument("--events", type=int, default=EVENTS)
    words.add_argument("--limit-mb", type=int, default=LIMIT_MB)
    given = words.parse_args()
    if not program("mosquitto"):
        sys.stderr.write("需要 mosquitto，跳过 / this takes mosquitto: skipped\n")
        return
    told = run(given.events, given.limit_mb)
    *_, before, last = told["eighths_mb"]
    growth = last / before
    line = {k: round(v, 2) if isinstance(v, float) else v for k, v in told.items()}
    line |= {"growth": round(growth, 3), "goal": 1.05}
    sys.stdout.write(f"{json.dumps(line)}\n")
    if not told["alive"] or growth > line["goal"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
