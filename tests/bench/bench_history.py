"""What the history costs: noting, writing, wear of the disk, size, and looks at a week of it."""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

import apsw

from edge.history import History
from edge.history.history_file import HistoryFile
from edge.history.keeping import GIGABYTE, Keeping
from edge.history.look import Look, looking
from edge.history.rows import micros, row_of
from edge.model import Reading
from tests.bench.history_week import BUSY_S, kept, names
from tests.fakes.time import EPOCH

POINTS: Final = 5_000
DAYS: Final = 7
ROUNDS: Final = 5
SECOND: Final = 10**6
OVERVIEW: Final = 50
"""Points of an overview: what each reads now, and its last day drawn small."""


def tell(name: str, **figures: float) -> None:
    """Print one line."""
    line = {key: round(value, 3) for key, value in figures.items()}
    sys.stdout.write(f"{json.dumps({'name': name, **line})}\n")
    sys.stdout.flush()


def best(work: Callable[[], object]) -> float:
    """Seconds of the processor, the best of a few."""
    found = float("inf")
    for _ in range(ROUNDS):
        before = process_time()
        work()
        found = min(found, process_time() - before)
    return found


def noting() -> None:
    """A reading that says nothing new, and one that does, beside a method that only looks it up."""
    points = [f"d{number}/level" for number in range(1_000)]
    same = [Reading(point=each, value=20.0, at=EPOCH) for each in points] * 10
    at = EPOCH
    changed = []
    for number in range(10):
        at += timedelta(seconds=1)
        changed += [Reading(point=each, value=float(number), at=at) for each in points]
    known = dict.fromkeys(points, 20.0)

    class Plain:
        def add(self, reading: Reading) -> None:
            if known.get(reading.point) == reading.value:
                return

    def each(add: Callable[[Reading], None], given: list[Reading]) -> Callable[[], None]:
        def work() -> None:
            for reading in given:
                add(reading)

        return work

    reference = best(each(Plain().add, same)) / len(same) * 1e6
    with tempfile.TemporaryDirectory() as store:
        history = History(Path(store), lambda: EPOCH)
        us = best(each(history.add, same)) / len(same) * 1e6
        tell("history.add.same", us=us, reference_us=reference, ratio=us / reference)
        us = best(each(history.add, changed)) / len(changed) * 1e6
        tell("history.add.changed", us=us)


def ingest() -> None:
    """Readings a second to the disk and sorted in, beside SQLite with rows alone."""
    chance = random.Random(2)  # noqa: S311 - values of a bench
    points = names(1_000)
    batches = [
        [
            Reading(point=each, value=chance.gauss(20, 3), at=EPOCH + timedelta(seconds=second))
            for each in points
        ]
        for second in range(100)
    ]
    count = len(points) * len(batches)
    with tempfile.TemporaryDirectory() as store:
        file = HistoryFile(Path(store) / "history.db", micros(EPOCH))
        before = process_time()
        for batch in batches:
            file.write(batch)
        wrote = process_time() - before
        file.sort()
        took = process_time() - before
        file.close()
        db = apsw.Connection(str(Path(store) / "raw.db"))
        db.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL")
        db.execute(
            "CREATE TABLE r (p INT, at INT, v ANY, m INT, PRIMARY KEY (p, at)) WITHOUT ROWID"
        )
        numbers = {each: number for number, each in enumerate(points)}
        before = process_time()
        for batch in batches:
            with db:
                rows = ((numbers[each.point], *row_of(each)) for each in batch)
                db.executemany("INSERT OR REPLACE INTO r VALUES (?,?,?,?)", rows)
        reference = process_time() - before
        db.close()
    figures = {"written_per_s": count / wrote, "sorted_too_per_s": count / took}
    tell("history.ingest", **figures, reference_per_s=count / reference, ratio=reference / took)


def week(path: Path, days: float, busy_s: int) -> None:
    """Days of a community, second by second; bytes in the file and bytes written for each."""
    file = HistoryFile(path, micros(EPOCH), Keeping(size=20 * GIGABYTE))
    count, worst, spent, before = 0, 0.0, 0.0, _written()
    for second, batch in enumerate(kept(POINTS, int(days * 86_400), busy_s)):
        begun, cpu = perf_counter(), process_time()
        file.write(batch)
        file.tidy(micros(EPOCH) + second * SECOND)
        worst, spent = max(worst, perf_counter() - begun), spent + process_time() - cpu
        count += len(batch)
    file.sort()
    file.close()
    tell(
        "history.week",
        days=days,
        points=POINTS,
        busy_s=busy_s,
        readings=count,
        bytes_a_reading=path.stat().st_size / count,
        written_a_reading=(_written() - before) / count,
        us_a_reading=spent / count * 1e6,
        worst_second_ms=worst * 1e3,
    )


def looks(path: Path, days: float) -> None:
    """A course of one point over some times, a busy one too, and an overview of a site."""
    end = micros(EPOCH + timedelta(days=days))
    day = 86_400 * SECOND
    points = names(POINTS)
    for name, span in (("hour", day // 24), ("day", day), ("whole", int(days * day))):
        question = partial(Look.trend, name=points[7], since=end - span, until=end, most=600)
        _tell_look(path, f"history.trend.{name}", question)

    def overview(look: Look) -> object:
        return [
            (look.recent(each, 1), look.trend(each, end - day, end, 60))
            for each in points[: OVERVIEW // 2] + points[-OVERVIEW // 2 :]
        ]

    _tell_look(path, "history.overview", overview)


def _busy(path: Path) -> None:
    """A day of one point that changes each second, the dearest course that there is."""
    file = HistoryFile(path, micros(EPOCH))
    chance = random.Random(3)  # noqa: S311 - values of a bench
    for minute in range(24 * 60):
        at = EPOCH + timedelta(minutes=minute)
        file.write(
            [
                Reading(point="busy/level", value=chance.gauss(20, 3), at=at + timedelta(seconds=n))
                for n in range(60)
            ]
        )
    file.sort()
    file.close()
    end = micros(EPOCH + timedelta(days=1))
    begin = micros(EPOCH)
    _tell_look(
        path, "history.trend.busy_day", lambda look: look.trend("busy/level", begin, end, 600)
    )


def _tell_look(path: Path, name: str, question: Callable[[Look], object]) -> None:
    """A look as the gateway has it: the file is opened for it."""
    found = float("inf")
    for _ in range(ROUNDS):
        begun = perf_counter()
        with looking(path, (), ()) as look:
            question(look)
        found = min(found, perf_counter() - begun)
    tell(name, ms=found * 1e3)


def _written() -> int:
    """Bytes that this process has given to be written: of WAL and of checkpoints too."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(": ") for line in lines)["wchar"])


def main() -> None:
    """Print one JSON object for each benchmark.

    How many days may be given, 7 otherwise, and after how many seconds a busy point is kept.
    """
    days = float(sys.argv[1]) if len(sys.argv) > 1 else DAYS
    busy_s = int(sys.argv[2]) if len(sys.argv) > 2 else BUSY_S
    noting()
    ingest()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as store:
        _busy(Path(store) / "busy.db")
        week(Path(store) / "history.db", days, busy_s)
        looks(Path(store) / "history.db", days)


if __name__ == "__main__":
    main()
