"""The journal of a gateway that runs, with deliveries that can be sent again."""

from __future__ import annotations

import asyncio

import apsw

from cloud_bridge.journal import Journal
from cloud_bridge.journal_requeue import first_of
from cloud_bridge.journal_schema import DiskRefuses


class RequeueingJournal(Journal):
    """Puts them back on the writer's thread, between two commits, a piece at a time."""

    async def requeue(self, uplink: str, since: int | None) -> int:
        """Return how many wait again; `UnknownUplink`, or `OSError` when the disk refuses.

        Whoever sends to the uplink has to begin anew: it has passed these numbers.
        """
        loop = asyncio.get_running_loop()
        count, after, more = 0, first_of(since), True
        try:
            while more:
                piece = await loop.run_in_executor(
                    self._writer, self._file.again, uplink, since, after
                )
                for lane, moved in piece.moved.items():
                    if (uplink, lane) in self._depths:
                        self._depths[uplink, lane] += moved
                self.refused -= piece.refused
                count += sum(piece.moved.values())
                after, more = piece.after, piece.more
        except (apsw.Error, DiskRefuses) as refusal:
            raise OSError(str(refusal)) from refusal
        finally:
            self._fresh.forget()
        return count
