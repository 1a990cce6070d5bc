"""Eight cameras whose detector always has work, beside an alarm's way; what each of them takes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from edge.cli.local import ask
from edge.precedence import go_first
from simulators.ports import free_port
from tests.bench.bench_page import STAND, latencies, p99
from tests.fakes.clips import CAR, clip_path
from tests.fakes.models import real_models
from tests.fakes.process import gateway

CAMERAS: Final = 8
ROUNDS: Final = 120
"""Alternating with cameras held and going on, so that a busy machine is busy for both."""
ALARMS: Final = 60
"""Of a round: a camera's process that is held for ten seconds is given up."""
SETTLES_S: Final = 12.0
PAUSE_S: Final = 1.5
VISION_MD: Final = {"yolox_nano_ms": 31.0, "of_a_core_5_fps": 0.21}
"""What was measured for the design on two shared processors, to stand beside what is."""

SITE: Final = """\
site: {{id: bench, name: {{zh: 测试, en: Bench}}, language: en}}
gateway: {{id: gw, store: var}}
page: {{serve: 'off'}}
vision: {{models: {models}, workers: 2}}
links:
  - {{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {fire}}}}}
{links}
devices:
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {{zh: 装置, en: Device}}
    address: {{address: 3}}
{devices}
"""
LINK: Final = "  - {{id: link-{n}, driver: camera, source: {{type: file, path: {clip}}}}}\n"
CAMERA: Final = """\
  - id: camera-{n}
    link: link-{n}
    profile: cameras/generic
    name: {{zh: 摄像机, en: Camera}}
    address:
      analysed_per_second: 5
      zones:
        all:
          name: {{zh: 全部, en: all}}
          area: [[0, 0], [1, 0], [1, 1], [0, 1]]
          watch: [{{what: loitering, classes: [person, car, bus, truck], after: 1h}}]
"""


def site_text(fire: int) -> str:
    """The site: a fire device, and cameras that play the clip of a road again and again."""
    clip = clip_path(CAR)
    return SITE.format(
        models=real_models(),
        fire=fire,
        links="".join(LINK.format(n=n, clip=clip) for n in range(CAMERAS)),
        devices="".join(CAMERA.format(n=n) for n in range(CAMERAS)),
    )


def behind(pid: int) -> list[int]:
    """Every process that a process has started, and those that these have started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8")
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


@contextmanager
def held(pid: int) -> Iterator[None]:
    """Nobody films and nobody looks for as long as the block does."""
    processes = behind(pid)
    for each in processes:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in processes:
            os.kill(each, signal.SIGCONT)


def cpu_s(pids: list[int]) -> float:
    """The processor time that these have taken."""
    took = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        took += int(fields[11]) + int(fields[12])
    return took / os.sysconf("SC_CLK_TCK")


def cameras(store: Path) -> list[dict[str, Any]]:
    """How each camera stands, as the local API says it."""
    found: list[dict[str, Any]] = ask(store, "GET", "/cameras", lambda _, en: en)
    return found


def counted(store: Path) -> dict[str, int]:
    """Pictures that had to be looked at, and those of them that were left out."""
    sessions = [each["session"] for each in cameras(store) if each["session"]]
    return {name: sum(each[name] for each in sessions) for name in ("wanted", "shed")}


def main() -> None:
    """Print one JSON object for each benchmark."""
    go_first()  # as what stands outside of the box, a panel, does not wait for a core of its
    fire = free_port()
    alone: list[float] = []
    beside: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        gateway(Path(folder), site_text(fire), first=True) as under,
    ):
        under.answers()
        under.connect(fire).close()
        time.sleep(SETTLES_S)
        assert under._process is not None
        pid, store = under._process.pid, Path(folder) / "var"
        asyncio.run(latencies(fire, STAND))  # warms up
        began, before, took = time.monotonic(), counted(store), cpu_s(behind(pid))
        paused = 0.0
        for number in range(ROUNDS):
            with held(pid):
                stopped = time.monotonic()
                alone += asyncio.run(latencies(fire, 1000 * (2 * number + 1), ALARMS))
                paused += time.monotonic() - stopped
            time.sleep(PAUSE_S)
            beside += asyncio.run(latencies(fire, 1000 * (2 * number + 2), ALARMS))
        spent = time.monotonic() - began - paused
        took, after = cpu_s(behind(pid)) - took, counted(store)
    tell(alone, beside, took / spent, {key: after[key] - before[key] for key in after})


def tell(alone: list[float], beside: list[float], cores: float, counts: dict[str, int]) -> None:
    """Write what came of it."""
    told: tuple[dict[str, Any], ...] = (
        {
            "name": f"alarm.latency.{CAMERAS}_cameras",
            "p99_ms": round(p99(beside), 2),
            "reference": "the same gateway, its cameras held",
            "reference_ms": round(p99(alone), 2),
            "ratio": round(p99(beside) / p99(alone), 3),
            "p50_ms": round(statistics.median(beside), 2),
            "reference_p50_ms": round(statistics.median(alone), 2),
        },
        {
            "name": f"camera.cpu.768x432.{CAMERAS}_cameras",
            "cores": round(cores, 2),
            "cores_each": round(cores / CAMERAS, 3),
            "wanted": counts["wanted"],
            "shed": counts["shed"],
            "design": VISION_MD,
        },
    )
    for each in told:
        sys.stdout.write(f"{json.dumps(each)}\n")


if __name__ == "__main__":
    main()
