"""The gateway's own way to the disk: at a word the power goes, and un-synced writes are torn."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import apsw

from tests.fakes.power_cut_disk import (
    DiskStep,
    Gone,
    Made,
    Named,
    Platter,
    Synced,
    Truncated,
    Wrote,
    chance_of,
)

DATABASE: Final = ".db"
ASIDE: Final = "-aside-"
CHECKPOINT_PAGES: Final = 1000
JOURNALS: Final = (".db-wal", ".db-journal")
_OPENS_JOURNAL: Final = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL


class TornDisk(apsw.VFS):
    """Every write goes to the disk as ever, and is remembered until it is synced."""

    def __init__(self, folder: Path) -> None:
        super().__init__("torn", "unix", makedefault=True)
        self._folder = folder
        self._lock = threading.RLock()
        found = {each.name: each.read_bytes() for each in sorted(folder.glob("*")) if _ours(each)}
        self._numbers = {name: number for number, name in enumerate(found, -len(found))}
        self._platter = Platter(found)
        self._made = 0
        self._left = -1
        self._seed = 0

    def cut_after(self, writes: int, seed: int) -> None:
        """Let the power go after so many further writes and syncs; at once for none."""
        with self._lock:
            self._left, self._seed = writes, seed
            if not writes:
                self._cut()

    def step(self, step: DiskStep) -> None:
        """Remember a step that the real disk has taken; it may be the last."""
        with self._lock:
            self._platter.take(step)
            self._left -= self._left > 0
            if self._left == 0:
                self._cut()

    def xOpen(  # noqa: N802 - SQLite's names
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        """Open a file; those of the store are remembered."""
        path = Path((name.filename() if isinstance(name, apsw.URIFilename) else name) or "/nowhere")
        if path.parent != self._folder or not _ours(path):
            return apsw.VFSFile("unix", name, flags)
        with self._lock:
            if path.name not in self._numbers:
                self._made += 1
                self._numbers[path.name] = self._made
                self.step(Made(path.name, self._made))
            return _Torn(self, self._numbers[path.name], name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802 - SQLite's
        """Take a name away."""
        super().xDelete(filename, syncdir)
        path = Path(filename)
        if path.parent == self._folder and self._numbers.pop(path.name, None) is not None:
            self.step(Gone(path.name))
            if syncdir:
                self.step(Named())

    def _cut(self) -> None:
        """Leave on the disk what might be there, and end without a word."""
        left = self._platter.left(chance_of(self._seed))
        for each in self._folder.glob("*"):
            if each.name.endswith("-shm") or (_ours(each) and each.name not in left):
                each.unlink()
        for name, body in left.items():
            with (self._folder / name).open("r+b" if (self._folder / name).exists() else "wb") as f:
                f.write(body)
                f.truncate()
        os.kill(os.getpid(), signal.SIGKILL)


class _Torn(apsw.VFSFile):
    """One open file of the store."""

    def __init__(
        self, disk: TornDisk, number: int, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        super().__init__("unix", name, flags)
        self._disk = disk
        self._number = number
        self._names = bool(flags[0] & _OPENS_JOURNAL)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write."""
        super().xWrite(data, offset)
        self._disk.step(Wrote(self._number, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Make it this long."""
        super().xTruncate(newsize)
        self._disk.step(Truncated(self._number, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Sync; SQLite syncs the folder with the first sync of a journal."""
        super().xSync(flags)
        self._disk.step(Synced(self._number))
        if self._names:
            self._disk.step(Named())
            self._names = False


def obeying(folder: Path) -> None:
    """Open the store so from now on, and let whoever speaks on stdin cut the power."""
    disk = TornDisk(folder)
    apsw.connection_hooks.append(_checkpointing)
    threading.Thread(target=_listen, args=(disk,), name="power", daemon=True).start()


def _listen(disk: TornDisk) -> None:
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        disk.cut_after(int(order["writes"]), int(order["seed"]))


def _checkpointing(db: apsw.Connection) -> None:
    """Tidy up as SQLite does it by itself: a disk that is full then is nobody's failure.

    Its own way would not do: what a disk in Python raises comes out of the commit before it.
    """
    db.set_wal_hook(_committed)


def _committed(db: apsw.Connection, name: str, pages: int) -> int:
    if pages >= CHECKPOINT_PAGES:
        with suppress(apsw.Error):
            db.wal_checkpoint(name)
    return apsw.SQLITE_OK


def _ours(path: Path) -> bool:
    """Whether SQLite works on it; what was put aside it leaves alone."""
    return path.name.endswith((DATABASE, *JOURNALS)) and ASIDE not in path.name
