"""What one uplink has not had yet of the evidence, piece by piece."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from edge.evidence.evidence import Evidence
from edge.evidence.index import Index
from edge.evidence.store import EvidenceStore

MOST_TRIES: Final = 5
"""Of one picture that a platform finds damaged again and again; then it is given up."""


class Outgoing:
    """The store as one uplink's bridge sees it; every call may raise `OSError`."""

    def __init__(self, store: EvidenceStore, uplink: str) -> None:
        self._store = store
        self._uplink = uplink

    @property
    def grown(self) -> asyncio.Event:
        """Set when something has come."""
        return self._store.grown

    async def next(self) -> Evidence | None:
        """The latest that it has not had: what happens now is looked at first."""
        return await self._store.ask(lambda index: _next(index, self._uplink))

    async def piece(self, evidence: Evidence, offset: int, size: int) -> bytes:
        """Some bytes of it; empty where they are gone."""
        return await asyncio.to_thread(_piece, self._store.path(evidence), offset, size)

    async def delivered(self, evidence: Evidence) -> None:
        """The platform has it, whole and sound."""
        await self._store.ask(lambda index: _done(index, self._uplink, evidence))

    async def tried(self, evidence: Evidence) -> bool:
        """The platform found it damaged; whether it is to be tried again."""
        return await self._store.ask(lambda index: _tried(index, self._uplink, evidence))


def _next(index: Index, uplink: str) -> Evidence | None:
    rows = index.db.execute(
        "SELECT sha256 FROM waiting JOIN evidence USING (number) WHERE uplink = ?"
        " ORDER BY tries, number DESC LIMIT 1",
        (uplink,),
    ).fetchall()
    return index.get(str(rows[0][0])) if rows else None


def _piece(path: Path, offset: int, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(size)
    except FileNotFoundError:
        return b""


def _done(index: Index, uplink: str, evidence: Evidence) -> None:
    index.db.execute(
        "DELETE FROM waiting WHERE uplink = ? AND number = ?", (uplink, evidence.number)
    )


def _tried(index: Index, uplink: str, evidence: Evidence) -> bool:
    own = (uplink, evidence.number)
    index.db.execute("UPDATE waiting SET tries = tries + 1 WHERE uplink = ? AND number = ?", own)
    index.db.execute(
        f"DELETE FROM waiting WHERE uplink = ? AND number = ? AND tries >= {MOST_TRIES}",  # noqa: S608 - a number of our own
        own,
    )
    return index.db.changes() == 0
