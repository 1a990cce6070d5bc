"""The power goes inside a process that writes a database: what it had synced is there."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import apsw

from tests.source_tree import ROOT

CHILD = """
import sys
from pathlib import Path
import apsw
from tests.system.proof.torn_disk import TornDisk

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
disk = TornDisk(folder)
db = apsw.Connection(str(folder / "store.db"))
db.pragma("journal_mode", "wal")
db.pragma("synchronous", "full")
db.execute("CREATE TABLE row (number INTEGER PRIMARY KEY, body BLOB)")
db.execute("INSERT INTO row VALUES (1, randomblob(9000))")
db.pragma("synchronous", "normal")
for number in range(2, 12):
    db.execute("INSERT INTO row VALUES (?, randomblob(9000))", (number,))
disk.cut_after(int(sys.argv[3]), seed)
db.execute("INSERT INTO row VALUES (12, randomblob(9000))")
"""
SEEDS = 12


def left(folder: Path, seed: int, writes: int) -> list[int]:
    """Return the rows that are there after the power has gone."""
    folder.mkdir()
    command = [sys.executable, "-c", CHILD, str(folder), str(seed), str(writes)]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    db = apsw.Connection(str(folder / "store.db"))
    try:
        assert db.pragma("integrity_check") == "ok"
        return [number for (number,) in db.execute("SELECT number FROM row ORDER BY number")]
    finally:
        db.close()


def test_what_was_synced_is_there_and_what_was_not_may_be_gone(tmp_path: Path) -> None:
    """The first row was; of the others there are those up to some point, not always the same."""
    found = [left(tmp_path / str(seed), seed, seed % 3) for seed in range(SEEDS)]
    assert all(rows == list(range(1, len(rows) + 1)) for rows in found)
    assert min(map(len, found)) >= 1
    assert len({len(rows) for rows in found}) > 1
    assert max(map(len, found)) < 12
