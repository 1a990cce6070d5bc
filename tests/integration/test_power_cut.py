"""A power cut on a real file system: a process writes, and the disk is copied as it is then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud_bridge.journal_file import JournalFile
from edge.history.history_file import HistoryFile
from edge.history.look import looking
from tests.fakes import power_cut_image as image
from tests.fakes.power_cut_disk import chance_of

CUTS = 6

WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
import apsw
from cloud_bridge.journal import Journal
from edge.history import History, forgetting
from edge.model import Reading
from tests.fakes.journal import narrate, told

if sys.argv[2] == "careless":
    real = apsw.Connection.pragma
    class Careless(apsw.Connection):
        def pragma(self, name, *more, **named):
            return real(self, name, *(("off",) if name == "synchronous" else more), **named)
    apsw.Connection = Careless

forgetting.RESERVE = 0  # the disk is a small one

def now():
    return datetime.now(UTC)

async def main():
    store = Path(sys.argv[1])
    journal = Journal(store / "journal.db", ["up"], narrate, now=now)
    history = History(store, now)
    writing = asyncio.create_task(journal.run(), name="journal")
    number = journal.next_number
    while True:
        events = [told(number), told(number + 1)]
        answer = asyncio.Event()
        await journal.keep(events, {}, [answer.set])
        history.add(Reading(point="d/x", value=number, at=now()))
        await asyncio.gather(answer.wait(), history.flush())
        number += 2
        print(number - 1, flush=True)

asyncio.run(main())
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A small ext4: its file, and where it is mounted."""
    if why := image.missing():
        pytest.skip(why)
    file, place = tmp_path / "disk.img", tmp_path / "disk"
    try:
        image.made(file)
        with image.mounted(file, place):
            yield file, place
    except subprocess.CalledProcessError as refusal:
        pytest.skip(f"nothing is mounted here: {refusal.stderr.decode(errors='replace').strip()}")


def left(disk: tuple[Path, Path], how: str) -> Iterator[tuple[int, int, int]]:
    """Give how far the writer has said it is at each cut, and how far journal and history are."""
    file, place = disk
    chance, copy = chance_of(11), file.with_name("copy.img")
    command = [sys.executable, "-c", WRITER, str(place), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        try:
            for _ in range(CUTS):
                for _ in range(chance.randrange(5, 60)):
                    said = int(writer.stdout.readline())
                os.kill(writer.pid, signal.SIGSTOP)
                os.waitpid(writer.pid, os.WUNTRACED)
                image.copied(file, place, copy)
                os.kill(writer.pid, signal.SIGCONT)
                with image.mounted(copy, file.with_name("found")) as found:
                    yield said, *_last(found)
        finally:
            writer.kill()


def _last(store: Path) -> tuple[int, int]:
    """The last number in the journal, and in the history; 0 where there is none, or no file."""
    journal = JournalFile(store / "journal.db", uplinks=["up"])
    assert journal._db.pragma("integrity_check") == "ok"
    events = [number for (number,) in journal._db.execute("SELECT number FROM event")]
    journal.close()
    assert events == [*range(min(events, default=0), max(events, default=-1) + 1)]
    HistoryFile(store / "history.db", 0).close()
    with looking(store / "history.db") as look:
        read = look.recent("d/x", 1)
    value = read[0].value if read else 0
    assert isinstance(value, int)
    return max(events, default=0), value


def test_what_was_said_is_on_the_disk(disk: tuple[Path, Path]) -> None:
    """Journal and history, whatever the system has not written yet; the file system's own word."""
    for said, event, value in left(disk, "as ever"):
        assert event >= said
        assert value >= said - 1


def test_what_is_not_synced_is_found_missing(disk: tuple[Path, Path]) -> None:
    """Without a sync the disk has next to nothing: the copies would find a loss."""
    found = list(left(disk, "careless"))
    assert any(event < said and value < said - 1 for said, event, value in found)
