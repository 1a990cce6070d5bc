"""What a replay costs: a month through a hundred rules, beside a loop that reads the same."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Final

import apsw

from edge.config import Configuration, PlacedAlarm
from edge.history.chunks import Chunks, append
from edge.history.history_file import HistoryFile
from edge.history.reel import Reel
from edge.history.rolls import FOREVER
from edge.history.rows import micros
from edge.history.tracks import Track
from edge.model import Device, Location, Point, Text
from edge.rules.catalogue import CATALOGUE
from edge.schema import AlarmSpec
from edge.trial.replay import LEAD, Replayed, replay
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

DEVICES: Final = 500
POINTS: Final = 10
"""Of each device."""
RULES: Final = 10
"""On each point: a hundred alarms are written, and each device has them all."""
MONTH: Final = timedelta(days=31)
FEWEST: Final = 5_000_000
"""Readings where nobody asks for more."""
OUT_OF_RANGE: Final = 50_021
"""One reading of so many is beyond the limits of most of its rules."""
COMPARED: Final = 100
"""Points of which every row is read, as the reference."""

STATES: Final = 2_000
"""A point goes through so many values, and begins again."""


def site() -> Configuration:
    """Five hundred devices of one make: ten points, ten alarms on each."""
    names = [f"p{number}" for number in range(POINTS)]
    points = {name: Point(name=name, type="float", text=Text(name, name)) for name in names}
    devices = {
        f"d{number}": Device(
            id=f"d{number}",
            kind="pressure",
            name=Text("井", "sump"),
            link="l",
            profile="p",
            make="",
            model="",
            location=Location(),
            points=points,
        )
        for number in range(DEVICES)
    }
    specs = {f"{name}_{n}": alarm(name, n) for name in names for n in range(RULES)}
    return Configuration(
        site=bare_site(devices=devices),
        links=(),
        alarms=tuple(
            PlacedAlarm(device=device, name=name, spec=spec)
            for device in devices
            for name, spec in specs.items()
        ),
        doors={},
        uplinks=(),
        store=Path(),
        watch={each.name: each.section() for each in CATALOGUE},
    )


def alarm(point: str, rule: int) -> AlarmSpec:
    """Too much or too little, at once or for a while."""
    limit = {"below": 30 - rule} if rule % 3 == 0 else {"above": 80 + 2 * rule}
    section = {
        "when": {"point": point, **limit},
        "for": f"{rule % 2 * 10}s",
        "deadband": 2,
        "category": "water.flood",
        "severity": 300,
        "lane": "fault",
        "text": {"zh": "进水", "en": "flood"},
    }
    return AlarmSpec.model_validate_json(json.dumps(section))


def make(path: Path, readings: int) -> float:
    """Write the month as the history sorts it; return the seconds that took."""
    begun = perf_counter()
    since = micros(EPOCH - LEAD)
    HistoryFile(path, since).close()
    db = apsw.Connection(str(path))
    db.execute("PRAGMA synchronous=OFF; PRAGMA max_page_count=4000000000")
    names = [(f"d{device}/p{point}",) for device in range(DEVICES) for point in range(POINTS)]
    with db:
        db.executemany("INSERT INTO point (name) VALUES (?)", names)
    each = readings // len(names)
    step = int((MONTH + LEAD) / timedelta(microseconds=1)) // (each + 1)
    for first in range(1, len(names), 100):
        with db:
            for point in range(first, first + 100):
                append(db, point, course(point, each, since, step))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return perf_counter() - begun


def course(point: int, count: int, since: int, step: int) -> Track:
    """So many readings of a point: up and down between its limits, and seldom far beyond."""
    offset = since + point * 7919 % step
    states = [40.0 + (n * 7919 + point * 104729) % STATES / 100.0 for n in range(STATES)]
    values = (states * (count // STATES + 1))[:count]
    first = -point * pow(DEVICES * POINTS, -1, OUT_OF_RANGE) % OUT_OF_RANGE
    for n in range(first, count, OUT_OF_RANGE):
        values[n] = 95.0
    ats = range(offset + step, offset + step * (count + 1), step)
    track = Track()
    track.extend(ats, values, bytes(count))
    return track


def bare(path: Path, points: int) -> float:
    """µs of the processor to read a row and do nothing with it; of some points all."""
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    chunks, count = Chunks(db.execute), 0
    begun = process_time()
    for point in range(1, points + 1):
        for _row in chunks.rows(point, 0, FOREVER):
            count += 1
    return (process_time() - begun) / count * 1e6


@dataclass
class Timed:
    """Seconds of the processor and of the wall; `begun` are those until the rules were there."""

    begun: float = 0.0
    processor: float = 0.0
    wall: float = 0.0


def replayed(path: Path) -> tuple[Replayed, Timed]:
    """Replay the month; return what it gave, and how long it took."""
    configuration, timed = site(), Timed()
    processor, wall = process_time(), perf_counter()

    def told(at: datetime, readings: int) -> None:
        del at, readings
        timed.begun = timed.begun or process_time() - processor

    with Reel(path) as reel:
        run = replay(configuration, reel, (), EPOCH, EPOCH + MONTH, told=told)
    timed.processor, timed.wall = process_time() - processor, perf_counter() - wall
    return run, timed


def main() -> None:
    """Print one JSON object; `100000000 FOLDER` makes, or takes, a file of so many readings."""
    readings = int(sys.argv[1]) if len(sys.argv) > 1 else FEWEST
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[2] if len(sys.argv) > 2 else folder) / "replay.db"
        made = 0.0 if path.exists() else make(path, readings)
        run, timed = replayed(path)
        cost = (timed.processor - timed.begun) / run.readings * 1e6
        reference = bare(path, COMPARED)
        told = {
            "bench": "replay.100_rules.10_listeners",
            "readings": run.readings,
            "points": DEVICES * POINTS,
            "raised": run.raised_count,
            "readings_per_s": round(1e6 / cost),
            "us": round(cost, 3),
            "reference": "rows read one by one, and nothing done",
            "reference_us": round(reference, 3),
            "ratio": round(cost / reference, 2),
            "begun_in_s": round(timed.begun, 1),
            "readings_per_s_from_the_start": round(run.readings / timed.processor),
            "wall_s": round(timed.wall, 1),
            "most_memory_mb": round(getrusage(RUSAGE_SELF).ru_maxrss / 1024),
            "bytes_per_reading": round(path.stat().st_size / run.readings, 1),
            "made_in_s": round(made, 1),
        }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
