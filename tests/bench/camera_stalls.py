"""A stream that stalls again and again: `python -m tests.bench.camera_stalls 100`."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import threading
from pathlib import Path
from statistics import median
from typing import Final

from simulators.cameras.camera import Ports
from simulators.ports import free_port
from tests.fakes.camera_studio import CAMERA, filmed, job_for, rtsp, simulated, studio_in, watched

ROUNDS: Final = 100
SETTLED: Final = 5
"""Rounds after which memory is compared: the first fill caches."""


def used() -> dict[str, dict[str, int]]:
    """What this process and the nursery use."""
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text("ascii")
    (nursery,) = children.split()
    return {"gateway": _used("self"), "nursery": _used(nursery)}


def _used(pid: str) -> dict[str, int]:
    process = Path("/proc") / pid
    lines = (process / "status").read_text("utf-8").splitlines()
    status = dict(line.split(":", 1) for line in lines)
    return {
        "memory_kb": int(status["VmRSS"].split()[0]),
        "threads": int(status["Threads"]),
        "descriptors": len(list((process / "fd").iterdir())),
    }


async def stall(rounds: int, folder: Path) -> None:
    """Stall so many times; say how soon it was noticed, how soon it was over, what it cost."""
    loop = asyncio.get_running_loop()
    noticed, recovered = [], []
    before: dict[str, dict[str, int]] = {}
    port = free_port()
    async with (
        studio_in(folder) as studio,
        filmed(simulated(Ports(rtsp=port))) as camera,
        watched(studio, job_for(rtsp(port), folder)) as one,
    ):
        await one.until("up", 0.0)
        for number in range(rounds):
            if number == min(SETTLED, rounds - 1):
                before = used()
            began = loop.time()
            await camera.act(CAMERA, "stall", {})
            at, _ = await one.until("down", began)
            noticed.append(at - began)
            began = loop.time()
            await camera.act(CAMERA, "restore", {})
            at, _ = await one.until("up", began)
            recovered.append(at - began)
            one.words.clear()
        after = used()
    for what, seconds in (("noticed_s", noticed), ("recovered_s", recovered)):
        print(json.dumps({"measured": what, "median": median(seconds), "worst": max(seconds)}))  # noqa: T201 - a measurement
    print(json.dumps({"rounds": rounds, "before": before, "after": after}))  # noqa: T201 - a measurement


def main() -> None:
    """Run as often as the first argument says."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(stall(rounds, Path(folder)))


if __name__ == "__main__":
    main()
