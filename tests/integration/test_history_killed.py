"""The history of a gateway that is killed: what was written is there, and it goes on."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from edge.history.history_file import HistoryFile
from edge.history.look import looking
from edge.history.rows import micros
from tests.fakes.time import EPOCH

POINTS = 20

WRITER = """
import sys
from datetime import timedelta
from pathlib import Path
from edge.history import history_file as module
from edge.history.rows import micros
from edge.model import Reading
from tests.fakes.time import EPOCH

module.SORT_ROWS = 500
module.SORT_OF_EACH = 0
file = module.HistoryFile(Path(sys.argv[1]), micros(EPOCH))
for second in range(int(sys.argv[2]), 1_000_000):
    at = EPOCH + timedelta(seconds=second)
    file.write([Reading(point=f"d/{n}", value=second, at=at) for n in range(20)])
    file.tidy(micros(at))
    sys.stdout.write(f"{second}\\n")
    sys.stdout.flush()
"""


def test_killed_at_any_moment_it_opens_and_holds_whole_seconds(tmp_path: Path) -> None:
    """Nothing that was written is lost, half of nothing is there, and the next one goes on."""
    path, second = tmp_path / "history.db", 0
    chance = random.Random(7)  # noqa: S311 - when to kill
    for _ in range(8):
        command = [sys.executable, "-c", WRITER, str(path), str(second)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(chance.randrange(5, 150)):
                told = int(writer.stdout.readline())
            writer.kill()
            rest = writer.stdout.read().splitlines()
        told = int(rest[-1]) if rest and rest[-1].isdecimal() else told
        file = HistoryFile(path, micros(EPOCH))
        assert list(file._db.execute("PRAGMA integrity_check")) == [("ok",)]
        file.close()
        names = [f"d/{number}" for number in range(POINTS)]
        with looking(path, ()) as look:
            span = (micros(EPOCH - timedelta(days=1)), micros(EPOCH + timedelta(days=30)))
            found = look.readings(names, *span, 10**6)
        counts = dict.fromkeys(range(told + 1), 0)
        for reading in found:
            assert isinstance(reading.value, int)
            counts[reading.value] = counts.get(reading.value, 0) + 1
        assert {*counts.values()} == {POINTS}
        assert len(counts) - (told + 1) in {0, 1}, "at most the one that it could not tell of"
        second = len(counts)
