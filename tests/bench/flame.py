"""Where a reading's µs go, stage by stage and as a flame graph."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from tests.bench.flame_graph import Frame, common, draw, stacks_of
from tests.bench.peers import whistle
from tests.bench.peers.load import Load, Place
from tests.bench.peers.processes import can_measure
from tests.bench.peers.session import Measured, measured, stage
from tests.source_tree import ROOT

DEVICES: Final = 200
PERIOD_MS: Final = 200
SECONDS: Final = 20
START_S: Final = 120
NOT_A_STAGE: Final = ("edge/__main__", "edge/cli", "edge/gateway/daemon", "edge/loop")


def stage_of(stack: list[str]) -> str:
    """Who of ours was at work, with what it called; none of ours: the event loop itself."""
    ours = [
        frame
        for frame in stack
        if frame.startswith(("edge/", "cloud_bridge/")) and not frame.startswith(NOT_A_STAGE)
    ]
    if not ours:
        return "the event loop"
    path = Path(ours[-1].partition(":")[0])
    return str(path.parent if path.parts[:2] == ("edge", "drivers") else path.with_suffix(""))


def sampled(load: Load, seconds: int) -> tuple[Measured, str]:
    """Run the gateway with the sampler inside; what it cost, and the stacks that were seen."""
    out = Path(os.environ.get("TMPDIR", "/tmp")) / f"whistle-stacks-{os.getpid()}"  # noqa: S108 - a bench

    def lay_out(place: Place, load: Load) -> list[str | Path]:
        python, _, _, *words = whistle.lay_out(place, load)
        return ["env", f"PYTHONPATH={ROOT}", python, "-m", "tests.bench.sampling", out, *words]

    with stage("whistle", load, lay_out) as on:
        on.all_read(load.devices, START_S)
        os.kill(on.subject, signal.SIGUSR1)
        cost = measured("whistle", load, on, seconds)
        os.kill(on.subject, signal.SIGUSR1)
    stacks = out.read_text("utf-8")
    out.unlink()
    return cost, stacks


def main() -> None:
    """Sample and draw: `python -m tests.bench.flame OUT.svg [DEVICES [PERIOD_MS [SECONDS]]]`."""
    if not can_measure():
        return
    out = Path(sys.argv[1])
    words = [int(word) for word in sys.argv[2:]]
    devices, period_ms, seconds = [*words, *(DEVICES, PERIOD_MS, SECONDS)[len(words) :]]
    load = Load(devices, period_ms)
    cost, text = sampled(load, seconds)
    us = cost.core / cost.polled_s * 1e6
    stages: Counter[str] = Counter()
    stacks: dict[tuple[str, ...], int] = {}
    for frames, count in stacks_of(text):
        stages[stage_of(frames)] += count
        stacks[tuple(frames)] = count
    seen, outer = stages.total(), common(stacks)
    root = Frame()
    for stack, count in stacks.items():
        root.add(stack[outer:], count)
    for name, count in stages.most_common():
        line = {
            "name": "spine.stage",
            "stage": name,
            "us_a_reading": round(us * count / seen, 3),
            "share": round(count / seen, 4),
        }
        sys.stdout.write(f"{json.dumps(line)}\n")
    line = {"name": "spine.in_all", "us_a_reading": round(us, 2), "readings_s": cost.polled_s}
    sys.stdout.write(f"{json.dumps(line)}\n")
    title = f"{us:.1f} µs a reading, {load.devices} devices × 10 every {load.period_ms} ms"
    out.write_text(draw(root, title, us / seen), "utf-8")


if __name__ == "__main__":
    main()
