"""A history in virtual time, and readings for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import apsw

from edge.history import History
from edge.history.history_file import HistoryFile
from edge.history.rolls import Rolls
from edge.history.rows import Row
from edge.history.samples import Bucket
from edge.history.tracks import Track
from edge.model import Quality, Reading, Value
from tests.fakes import time as virtual
from tests.fakes.time import EPOCH

T = TypeVar("T")


def at(seconds: float) -> datetime:
    """So many seconds after the epoch of tests."""
    return EPOCH + timedelta(seconds=seconds)


def read(
    seconds: float, value: Value | None, point: str = "p/x", quality: Quality = Quality.GOOD
) -> Reading:
    """A reading of a point."""
    return Reading(point=point, value=value, at=at(seconds), quality=quality)


def rolled(rows: Iterable[Row], before: Row | None, width: int) -> Iterator[Bucket]:
    """Give the buckets of this width in which something was read.

    `rows` are the readings of whole buckets in order, `before` is the one ahead of them.
    """
    made = Rolls(before).track(Track.of(rows))
    return (bucket for tier, bucket in made if tier.width == width)


def as_it_fits(file: HistoryFile, now: int, work: Callable[[], None]) -> None:
    """Do it as the history does: a file that is full makes room first."""
    for _ in range(50):
        try:
            work()
        except apsw.FullError:
            file.make_room(now)
        else:
            return
    raise AssertionError("it makes no room")


def live(store: Path, story: Callable[[History], Awaitable[T]]) -> T:
    """Tell a story to a history that is closed afterwards."""

    async def main() -> T:
        history = History(store, virtual.now)
        try:
            return await story(history)
        finally:
            await history.close()

    return virtual.run(main())
