"""The journal's place on the disk: its file, its lock, what is reserved; every call blocks."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

import apsw
import structlog

from cloud_bridge.ballast import Ballast
from cloud_bridge.change import Change
from cloud_bridge.journal_aside import put_aside
from cloud_bridge.journal_check import read_only
from cloud_bridge.journal_file import Clock, JournalFile, Standing, standing_of
from cloud_bridge.journal_look import JournalLook
from cloud_bridge.journal_numbers import Numbers
from cloud_bridge.journal_requeue import Piece
from cloud_bridge.journal_room import Lost
from cloud_bridge.journal_schema import DiskRefuses, first_number
from cloud_bridge.store_lock import locked
from edge.all_or_nothing import release
from edge.errors import ConfigError
from edge.model import Lane, RecordsDropped

OF_THE_DISK: Final = 2
"""The journal may take one part in so many of the disk: others live there too."""

log = structlog.get_logger()


class JournalStore:
    """Opened as soon as the disk gives it; until then `known` is all that can be told of it.

    `aside` is what was put aside at that, `lost` what had to go since as there was no room.
    """

    def __init__(self, path: Path, uplinks: Sequence[str], now: Clock) -> None:
        self._path = path
        self._uplinks = uplinks
        self._now = now
        self._lock: IO[bytes] | None = None
        self._file: JournalFile | None = None
        self._numbers = Numbers(path.with_suffix(".numbers"))
        self._ballast = Ballast(path.with_suffix(".ballast"))
        self.aside: tuple[RecordsDropped, ...] = ()
        self.lost: Counter[Lane] = Counter()
        self._gone: Counter[tuple[str, Lane]] = Counter()

    @property
    def is_open(self) -> bool:
        """Whether the disk has given it."""
        return self._file is not None

    @property
    def file(self) -> JournalFile:
        """What is open; `DiskRefuses` before that."""
        if self._file is None:
            raise DiskRefuses(f"{self._path}: the disk has not given the journal yet")
        return self._file

    def open(self) -> Standing:
        """Open it; `DiskRefuses` for as long as the disk does, `ConfigError` where a person has to.

        A journal that cannot be used is put aside for that; see `journal_aside`.
        """
        try:
            return self._open()
        except DiskRefuses:
            if not self._ballast.give_up():
                raise
        return self._open()

    def _open(self) -> Standing:
        path = self._path
        lock: IO[bytes] | None = None
        file: JournalFile | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.aside += put_aside(path, self._now())
            lock = locked(path.with_suffix(".lock"))
            file = JournalFile(path, uplinks=self._uplinks, now=self._now)
            standing = file.standing()
            file.limit(shutil.disk_usage(path.parent).total // OF_THE_DISK)
        except (ConfigError, OSError) as refusal:
            if file is not None:
                file.close()
            if lock is not None:
                lock.close()
            if isinstance(refusal, OSError):
                raise DiskRefuses(f"{path.parent}: {refusal.strerror or refusal}") from refusal
            raise
        self._lock, self._file = lock, file
        return self._above(standing)

    def known(self) -> Standing:
        """Return what can be read of it though it cannot be written; a gateway goes on from there.

        Where nothing can, numbers begin where those of a new journal do: nothing that is given
        before the journal is there again leaves the gateway.
        """
        for db in _readable(self._path):
            standing: Standing | None = None
            with suppress(apsw.Error):
                standing = self._above(standing_of(db))
            release(db)
            if standing is not None and standing.last_number:
                return standing
        first = max(first_number(), self._numbers.reserved)
        return Standing(last_number=first, states={}, origins=(), depths={}, refused=0, given_up=0)

    def look(self) -> JournalLook:
        """Return a connection of one's own."""
        return JournalLook(self._path)

    def commit(self, changes: Sequence[Change]) -> dict[tuple[str, Lane], int]:
        """Write all changes in one transaction; return by how much each depth changed.

        Where there is no room for it, some is made: the ballast goes, then what nobody waits for.
        """
        self._numbers.cover(max((row.number for c in changes for row in c.events), default=0))
        try:
            return self.file.commit(changes)
        except apsw.FullError:
            self._make_room()
        moved = self.file.commit(changes)
        gone, self._gone = self._gone, Counter()
        return {queue: moved.get(queue, 0) - gone[queue] for queue in (*moved, *gone)}

    def prune(self) -> bool:
        """Forget some of what is long delivered; return whether there may be more."""
        if more := self.file.prune():
            return more
        self._ballast.fill()
        return False

    def again(self, uplink: str, since: int | None, after: int) -> Piece:
        """Let a piece of what was refused, or is kept, wait once more; see `journal_requeue`."""
        return self.file.again(uplink, since, after)

    def give_up(self) -> bool:
        """Forget some deliveries to uplinks that are gone; return whether there are more."""
        return self.file.give_up()

    def close(self) -> None:
        """Release everything; the next start goes on with the next number."""
        if self._file is None or self._lock is None:
            return
        with suppress(apsw.Error, OSError):  # then some numbers are skipped
            self._numbers.end(self._file.last_number())
        self._file.close()
        self._lock.close()

    def _above(self, standing: Standing) -> Standing:
        return replace(standing, last_number=max(standing.last_number, self._numbers.reserved))

    def _make_room(self) -> None:
        has_ballast = self._ballast.give_up()
        try:
            lost = self.file.make_room()
        except apsw.FullError:
            if not has_ballast:
                raise
            lost = Lost()
        self.lost += lost.events
        self._gone += lost.deliveries
        log.warning("journal.made_room", ballast=has_ballast, lost=dict(lost.events))


def _readable(path: Path) -> Iterator[apsw.Connection]:
    """Yield the file as it may be read: with its log, else as it was before that."""
    with suppress(apsw.Error, OSError):
        yield read_only(path)
    with suppress(apsw.Error, OSError):
        name = f"{path.resolve().as_uri()}?immutable=1"
        yield apsw.Connection(name, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
