"""A history that is ended while it writes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from edge.history import History
from tests.fakes.history import at, live, read


def test_cancelled_while_it_writes_it_keeps_everything_once(tmp_path: Path) -> None:
    """Nobody knows whether the disk has it: it is written again, and told once."""

    async def story(history: History) -> None:
        history.add(read(1, 1))
        writing = asyncio.create_task(history.flush(), name="flush")
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        history.add(read(2, 2))
        await history.flush()
        assert [*await history.readings(("p/x",), at(-60), at(60), 9)] == [read(1, 1), read(2, 2)]
        assert await history.recent("p/x", 5) == [read(2, 2), read(1, 1)]
        course = await history.trend("p/x", at(0), at(0) + timedelta(hours=1))
        assert [sample.value for sample in course] == [1, 2]

    live(tmp_path, story)
