"""Readings on their way to VictoriaMetrics: what a line costs, a catch-up, alarms beside it."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Final

from cloud_bridge.series_lines import Lines
from edge.model import Reading
from tests.fakes.outage import Outage, Told, arrived
from tests.fakes.riverside import riverside
from tests.fakes.time import EPOCH
from tests.fakes.victoria import BINARY, victoria

POINTS: Final = 200
"""Ten readings a second each."""

AWAY_S: Final = 10.0
"""How long the database is away, where the command line says nothing else; ten minutes are 600."""

LINES: Final = 20_000
ROUNDS: Final = 5


def lines() -> dict[str, object]:
    """The processor's time for a line, beside that for the shortest text of the same value."""
    site = riverside().site
    points = [f"{device.id}/{name}" for device in site.devices.values() for name in device.points]
    readings = [
        Reading(point=points[n % len(points)], value=n / 7, at=EPOCH + timedelta(milliseconds=n))
        for n in range(LINES)
    ]
    made, best, plain = Lines(site), float("inf"), float("inf")
    for _ in range(ROUNDS):
        begun = process_time()
        made.of(readings)
        best = min(best, process_time() - begun)
        begun = process_time()
        for each in readings:
            _ = f"{each.point} value={each.value!r} {each.at!s}"
        plain = min(plain, process_time() - begun)
    us, reference = best / LINES * 1e6, plain / LINES * 1e6
    return {"name": "influx.line", "us": us, "reference_us": reference, "ratio": us / reference}


async def outage(away_s: float) -> list[dict[str, object]]:
    """A database that is killed twice and away in between; everything has to arrive."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "db"
        database.mkdir()
        async with victoria(database) as server:
            run = Outage(server, Path(folder), POINTS)
            told = await run.run(away_s)
            begun = perf_counter()
            whole = await arrived(server, told)
            shown = perf_counter() - begun
    return told_of(away_s, told, whole=whole, shown=shown)


def told_of(away_s: float, told: Told, *, whole: bool, shown: float) -> list[dict[str, object]]:
    """What a run has shown; the reference of alarms is the same load while nobody is written to."""
    away, busy = told.p99("away") * 1e3, told.p99("catching_up") * 1e3
    live = POINTS * 10
    rate = told.waited / told.caught_up_s
    return [
        {
            "name": "influx.outage",
            "away_s": away_s,
            "kept": told.kept.total(),
            "all_arrived_once": whole,
            "given_up": told.refused + told.dropped,
            "ways": told.ways,
            "shown_s": shown,
        },
        {
            "name": "influx.catch_up",
            "waited": told.waited,
            "seconds": told.caught_up_s,
            "readings_a_second": rate,
            "reference_a_second": live,
            "ratio": rate / live,
        },
        {
            "name": "influx.alarm_p99_while_catching_up",
            "ms": busy,
            "reference_ms": away,
            "ratio": busy / away,
            "median_ms": {phase: round(median(v) * 1e3, 1) for phase, v in told.alarms.items()},
            "p99_ms": {phase: round(told.p99(phase) * 1e3, 1) for phase in told.alarms},
        },
    ]


def main() -> None:
    """Print one JSON object for each benchmark; an argument is how long the database is away."""
    told = [lines()]
    if shutil.which(BINARY):
        told += asyncio.run(outage(float(sys.argv[1]) if len(sys.argv) > 1 else AWAY_S))
    else:
        sys.stderr.write(f"not installed: {BINARY}\n")
    for each in told:
        line = {k: round(v, 3) if isinstance(v, float) else v for k, v in each.items()}
        sys.stdout.write(f"{json.dumps(line)}\n")


if __name__ == "__main__":
    main()
