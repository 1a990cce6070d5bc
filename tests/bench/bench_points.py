"""Fifty thousand points, each read once a second, on one core: memory, and how late polls are."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.peers import whistle
from tests.bench.peers.load import Load, Place
from tests.bench.peers.processes import can_measure
from tests.bench.peers.session import Measured, measured, stage

DEVICES: Final = 1_000
REGISTERS: Final = 50
"""Of a device; a lift's controller has about as many."""
CHANGING: Final = 10
"""Of those: most of what a lift says is as it was a second ago."""
PERIOD_MS: Final = 1_000
SECONDS: Final = 60
SLICE_S: Final = 10
"""How often is looked: each slice has its own p99, the worst of which counts."""
START_S: Final = 300
MOST_MB: Final = 250


def lay_out(place: Place, load: Load) -> list[str | Path]:
    """The bench's site without an uplink: what is measured is the way to the rules and the disk."""
    return whistle.lay_out(place, load, uplinks=[])


def slices(load: Load, seconds: int) -> list[Measured]:
    """Run the gateway, wait until every device is read, then measure slice after slice."""
    with stage("whistle", load, lay_out) as on:
        on.all_read(load.devices, START_S)
        return [measured("whistle", load, on, SLICE_S) for _ in range(max(seconds // SLICE_S, 1))]


def main() -> None:
    """Print one JSON object.

    `python -m tests.bench.bench_points [SECONDS [DEVICES [REGISTERS [CHANGING]]]]`
    """
    if not can_measure():
        return
    words = [int(word) for word in sys.argv[1:]]
    usual = SECONDS, DEVICES, REGISTERS, CHANGING
    seconds, devices, registers, changing = [*words, *usual[len(words) :]]
    load = Load(devices, PERIOD_MS, registers, changing)
    runs = slices(load, seconds)
    worst = max(each.late_p99_ms or 0 for each in runs)
    told = {
        "name": "points.read_each_second",
        "points": devices * registers,
        "devices": devices,
        "changing_each_second": devices * changing,
        "seconds": len(runs) * SLICE_S,
        "polled_of_asked": min(each.polled_s for each in runs) / load.values_s,
        "core": median(each.core for each in runs),
        "us_a_reading": median(each.core / each.polled_s for each in runs) * 1e6,
        "memory_begin_mb": runs[0].memory_mb,
        "memory_end_mb": runs[-1].memory_mb,
        "memory_goal_mb": MOST_MB,
        "first_read_s": runs[0].first_read_s,
        "late_p99_ms": worst,
        "reference": "the period",
        "reference_ms": PERIOD_MS,
        "ratio": worst / PERIOD_MS,
        "goal": 1.0,
        "devices_core": median(each.devices_core for each in runs),
    }
    line = {k: round(v, 3) if isinstance(v, float) else v for k, v in told.items()}
    sys.stdout.write(f"{json.dumps(line)}\n")


if __name__ == "__main__":
    main()
