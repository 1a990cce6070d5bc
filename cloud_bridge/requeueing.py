"""The journal of a gateway that runs, with deliveries that can be sent again."""

from __future__ import annotations

import asyncio
from contextlib import closing

import apsw

from cloud_bridge.journal import Journal
from cloud_bridge.journal_requeue import Piece, again, first_of
from cloud_bridge.journal_schema import open_journal


class RequeueingJournal(Journal):
    """Puts them back on the writer's thread, between two commits, a piece at a time."""

    async def requeue(self, uplink: str, since: int | None) -> int:
        """Return how many wait again; `UnknownUplink`, or `OSError` when the disk refuses.

        Whoever sends to the uplink has to begin anew: it has passed these numbers.
        """
        loop = asyncio.get_running_loop()
        count, after, more = 0, first_of(since), True
        while more:
            piece = await loop.run_in_executor(self._writer, self._again, uplink, since, after)
            for lane, moved in piece.moved.items():
                if (uplink, lane) in self._depths:
                    self._depths[uplink, lane] += moved
            self.refused -= piece.refused
            count += sum(piece.moved.values())
            after, more = piece.after, piece.more
        return count

    def _again(self, uplink: str, since: int | None, after: int) -> Piece:
        try:
            with closing(open_journal(self._path)) as db:
                return again(db, uplink, since, after)
        except apsw.Error as refusal:
            raise OSError(str(refusal)) from refusal
