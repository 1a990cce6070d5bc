"""What the history does when the disk refuses."""

from __future__ import annotations

from pathlib import Path

import apsw
from structlog.testing import capture_logs

from edge.history import History
from edge.history.look import looking
from edge.history.rows import micros
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

        def full(_: object) -> None:
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
