"""The book of who did what: written line by line, read page by page."""

from __future__ import annotations

import asyncio
import errno
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

from edge.access.audit_file import FULL, AuditFile
from edge.access.audit_folder import NAME, backwards, full_files
from edge.access.audit_line import AuditLine, legible
from edge.access.audit_verdict import Verdict, verify
from edge.access.roles import Principal

__all__ = ["Audit", "AuditLine", "Verdict", "verify"]

MOST_WAITING: Final = 1_000
"""Notes that may wait for the disk; there are never so many people."""

GROUP: Final = 100
"""Lines that are synchronised together."""

MOST_READ: Final = 1_000
"""Lines on one page."""

NO_DETAIL: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(slots=True)
class _Waiting:
    line: AuditLine
    done: bool = False
    error: OSError | None = None


class Audit:
    """Appends to `audit.log` in the store, and reads it.

    Nothing is opened before the first note, so that a disk in trouble stops who wants to change
    something, and not the gateway.
    """

    def __init__(self, store: Path, now: Callable[[], datetime], full: int = FULL) -> None:
        self._store = store
        self._now = now
        self._file = AuditFile(store, full)
        self._writer = ThreadPoolExecutor(1, "audit-writer")
        self._reader = ThreadPoolExecutor(1, "audit-reader")
        self._waiting: deque[_Waiting] = deque()

    async def note(  # noqa: PLR0913 - one for each word of a line
        self,
        who: Principal | None,
        what: str,
        about: str = "",
        *,
        outcome: str = "done",
        address: str = "",
        detail: Mapping[str, str] = NO_DETAIL,
    ) -> None:
        """Note what somebody did; it is on disk when this returns, `OSError` when it is not."""
        if len(self._waiting) >= MOST_WAITING:
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN), NAME)
        line = AuditLine(
            number=0,
            at=self._now(),
            who=who.name if who else "",
            role=who.role if who else "",
            door=who.door if who else "",
            address=address,
            what=what,
            about=about,
            outcome=outcome,
            detail=dict(detail),
        )
        waiting = _Waiting(line)
        self._waiting.append(waiting)
        loop = asyncio.get_running_loop()
        # Shielded: what has been done is written down, be who asked for it gone by then.
        await asyncio.shield(loop.run_in_executor(self._writer, self._write, waiting))

    async def read(
        self, limit: int, before: int | None = None, who: str = "", what: str = ""
    ) -> Sequence[AuditLine]:
        """Return lines, newest first; of somebody, or of a kind (`session`, `session.opened`)."""

        def fits(line: AuditLine) -> bool:
            kind = not what or line.what == what or line.what.startswith(f"{what}.")
            return kind and who in {"", line.who} and (before is None or line.number < before)

        def page() -> Sequence[AuditLine]:
            return list(islice(filter(fits, latest(self._store)), min(limit, MOST_READ)))

        return await asyncio.get_running_loop().run_in_executor(self._reader, page)

    async def verify(self) -> Verdict:
        """Say whether the log is as it was written; reads all of it."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, verify, self._store)

    async def close(self) -> None:
        """Write what waits and release the files."""
        await asyncio.get_running_loop().run_in_executor(self._writer, self._file.close)
        for threads in (self._writer, self._reader):
            threads.shutdown(wait=False)

    def _write(self, waiting: _Waiting) -> None:
        """Write the first that wait, until this one is written.

        Each note comes by once, in order, and the first to come takes along who stands behind.
        """
        while not waiting.done:
            group = [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
            error: OSError | None = None
            try:
                self._file.append([each.line for each in group])
            except OSError as refusal:
                error = refusal
            for each in group:
                each.done, each.error = True, error
        if waiting.error is not None:
            raise waiting.error


def latest(store: Path) -> Iterator[AuditLine]:
    """Yield every line that can be read, newest first, without reading more than is asked for."""
    before: int | None = None
    for path in (store / NAME, *reversed(full_files(store))):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        with file:
            for _, piece in backwards(file, os.fstat(file.fileno()).st_size):
                line = legible(piece)
                if line and (before is None or line.number < before):
                    before = line.number
                    yield line
