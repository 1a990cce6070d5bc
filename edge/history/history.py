"""Readings over time: noted as they come, written each second, looked up whenever."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

from edge.history.follower import Follower
from edge.history.keeping import USUAL, Keeping
from edge.history.noted import Noted
from edge.history.past import Past
from edge.history.pile import Pile
from edge.history.rows import instant
from edge.history.tail import Tail
from edge.history.writing import EVERY_S, Writing
from edge.model import Readings
from edge.site import Site

HISTORY_FILE: Final = "history.db"


class History(Past):
    """What each point read, kept for days in a file of its own, so that it can hurt nothing else.

    Kept are changes of value or quality, and a value that stays the same every `REPEATED`. At a
    power cut the last second is lost. A file that is full forgets the oldest; what the disk
    refuses waits in memory, and is dropped and counted in `dropped` when that is too much; a file
    that is damaged is set aside and a new one begun. `now` is asked in the event loop. `add`
    notes what was read: it never waits, and nothing comes back.
    """

    def __init__(self, store: Path, now: Callable[[], datetime]) -> None:
        path = store / HISTORY_FILE
        self._noted = Noted()
        self._writing = Writing(path, self._noted, now)
        super().__init__(path, self._in_memory, self._writing.doubt)
        self.add = self._noted.add

    @property
    def since(self) -> datetime | None:
        """From when on nothing has been forgotten; none before the file was opened."""
        file = self._writing.file
        return None if file is None else instant(file.since)

    @property
    def dropped(self) -> int:
        """How many readings were lost before they were written."""
        return self._noted.dropped

    def serve(self, site: Site, keeping: Keeping = USUAL) -> None:
        """Know the deadbands of this site's points, and how much is to be kept, from now on."""
        self._noted.serve(site)
        self._writing.keeping = keeping

    async def run(self) -> NoReturn:
        """Write what was noted, each second, until cancelled."""
        await self._writing.run()

    async def flush(self) -> None:
        """Write what was noted; what the disk refuses waits for the next time."""
        await self._writing.flush()

    async def close(self) -> None:
        """Write what was noted, if the disk takes it now, and release the file."""
        await self._writing.close()
        self._reader.shutdown(wait=False)

    async def set_followers(self, names: Collection[str], within_s: float = EVERY_S) -> None:
        """Have these alone follow: a new one begins now, one that is gone is forgotten.

        Who wants readings `within_s`, sooner than they are written, is given them before.
        """
        await self._writing.follow(names, within_s)

    def follow(self, name: str) -> Tail:
        """Return the way of one of the followers through what is kept."""
        return Follower(name, lambda: self._writing.file, self._writing.news, self.look)

    def _in_memory(self) -> tuple[Sequence[Readings], Sequence[Pile] | None]:
        file = self._writing.file
        return self._noted.waiting(), file.piles if file else None
