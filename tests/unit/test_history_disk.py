"""What the history does when the disk refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from random import Random

import apsw
from structlog.testing import capture_logs

from edge.history import History
from edge.history.forgetting import LOOK_EVERY
from edge.history.history_file import HistoryFile
from edge.history.keeping import Keeping
from edge.history.look import looking
from edge.history.rows import micros
from edge.history.schema import PAGE
from edge.model import Reading
from tests.fakes.history import at, live, read

EVERYTHING = (micros(at(0)) - 10**15, micros(at(0)) + 10**15)
NOW = micros(at(0))


def kept(folder: Path) -> list[Reading]:
    """What somebody finds who looks."""
    with looking(folder / "history.db", ()) as look:
        return [*look.readings(("p/x",), *EVERYTHING, 10**6)]


def test_a_disk_that_refuses_is_told_once_and_costs_nothing(tmp_path: Path) -> None:
    """Written when it takes again; in between everything is answered from memory."""

    async def story(history: History) -> None:
        await history.flush()
        assert history._writing.file is not None
        real = history._writing.file.write

        def full(*_: object) -> None:
            raise apsw.FullError("database or disk is full")

        history._writing.file.write = full  # type: ignore[method-assign, assignment]
        for second in range(5):
            history.add(read(second, second))
            await history.flush()
        assert [r.value for r in await history.recent("p/x", 9)] == [4, 3, 2, 1, 0]
        history._writing.file.write = real  # type: ignore[method-assign]
        await history.flush()
        assert [r.value for r in await history.recent("p/x", 9)] == [4, 3, 2, 1, 0]

    with capture_logs() as lines:
        live(tmp_path, story)
    assert [line["event"] for line in lines] == ["history.failing", "history.recovered"]
    assert len(kept(tmp_path)) == 5


def test_a_disk_that_is_full_takes_the_oldest_from_the_history(tmp_path: Path) -> None:
    """Each write that finds no room has it forget some: what is newest is there in the end."""
    month = 30 * 86_400

    async def story(history: History) -> None:
        for hour in range(24):
            history.add(read(3_600 * hour, hour))
        await history.flush()
        await asyncio.sleep(month)
        assert history._writing.file is not None
        file = history._writing.file
        real = file.write

        def full(readings: Sequence[Reading], number: int) -> None:
            if file.since <= NOW:
                raise apsw.FullError("database or disk is full")
            real(readings, number)

        file.write = full  # type: ignore[method-assign, assignment]
        history.add(read(month, 24))
        for _ in range(3):
            await history.flush()

    live(tmp_path, story)
    assert kept(tmp_path)[-1].value == 24


def test_a_store_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """A folder where the file should be: it waits, says so once, and ends in time."""
    (tmp_path / "history.db").mkdir()

    async def story(history: History) -> None:
        for second in range(3):
            history.add(read(second, second))
            await history.flush()
        assert len(await history.recent("p/x", 9)) == 3

    with capture_logs() as lines:
        live(tmp_path, story)
    assert [line["event"] for line in lines].count("history.failing") == 1


def test_the_file_is_written_as_it_is_promised(tmp_path: Path) -> None:
    """Each setting is in effect: of several in one go SQLite does only those up to an answer."""
    file = HistoryFile(tmp_path / "history.db", NOW)
    asked = ("journal_mode", "synchronous", "journal_size_limit", "auto_vacuum")
    assert [file._db.pragma(each) for each in asked] == ["wal", 2, 8 * 1024 * 1024, 2]
    file.close()


def test_a_smaller_share_is_given_back_to_the_disk(tmp_path: Path) -> None:
    """Not a page a minute: thousands at a time, once they are free."""
    path = tmp_path / "history.db"
    file = HistoryFile(path, NOW)
    chance = Random(0)  # noqa: S311 - what cannot be packed
    for second in range(200):
        file.write([read(second, chance.randbytes(200).hex(), f"p/{n}") for n in range(10)])
    file.sort()
    before = file._db.pragma("page_count")
    file.keep(Keeping(size=64 * PAGE))
    for _ in range(4 * LOOK_EVERY):
        file.tidy(micros(at(2 * 86_400)))
    assert before > 200
    assert file._db.pragma("page_count") < 80
    file.close()
