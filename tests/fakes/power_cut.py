"""SQLite's way to the disk, written down step by step; syncs cost nothing, and may be refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, Literal, TypeAlias

import apsw

from tests.fakes.power_cut_disk import (
    Failed,
    Gone,
    Made,
    Named,
    Platter,
    Step,
    Synced,
    Told,
    Truncated,
    Wrote,
)

Call: TypeAlias = Literal["write", "sync", "truncate"]

_CODES: Final[Mapping[Call, int]] = {
    "write": apsw.SQLITE_IOERR_WRITE,
    "sync": apsw.SQLITE_IOERR_FSYNC,
    "truncate": apsw.SQLITE_IOERR_TRUNCATE,
}

_JOURNALS: Final = (
    apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """From the `at`-th call on, counted from 0, the disk refuses so many.

    A write that is refused is half done. A disk that is full takes every truncation.
    """

    at: int = 0
    times: int = 1
    full: bool = False


class PowerCut(apsw.VFS):
    """The file system of all files that SQLite opens; what happens in one folder is written down.

    A file's name lasts from the first sync of a journal beside it on, as SQLite syncs the folder
    then. With `lying` no sync does anything. Without `careful` the disk does not say that what
    stands beside an overwritten place is safe.
    """

    NAME: Final = "power-cut"

    def __init__(self, *, careful: bool = True, lying: bool = False) -> None:
        super().__init__(self.NAME, "unix", makedefault=True)
        self.careful = careful
        self.lying = lying
        self.steps: list[Step] = []
        self.files: Mapping[str, bytes] = {}
        self.refused = 0
        self._refusal: Refusal | None = None
        self._calls = 0
        self._folder = Path("/nowhere")
        self._numbers: dict[str, int] = {}
        self._made = 0

    def watch(self, folder: Path) -> None:
        """Write down what happens in this folder from now on; what is there is on the disk."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.files = {
            each.name: each.read_bytes() for each in sorted(folder.iterdir()) if _is_kept(each.name)
        }
        self.steps = []
        self.refuse(None)
        self._numbers = {name: n for n, name in enumerate(self.files, -len(self.files))}

    def tell(self, what: object) -> None:
        """Note that somebody was told this now."""
        self.steps.append(Told(what))

    def number(self, path: Path) -> int:
        """Return the number of a file in the folder; one that is not known has just been made."""
        found = self._numbers.get(path.name)
        if found is None:
            self._made += 1
            found = self._numbers[path.name] = self._made
            self.steps.append(Made(path.name, found))
        return found

    def told(self) -> list[object]:
        """Return what was told since the folder is watched."""
        return [step.what for step in self.steps if isinstance(step, Told)]

    def cut(self, chance: Random) -> dict[str, bytes]:
        """Return the files as they might be found if the power went now."""
        platter = Platter(self.files, careful=self.careful)
        for step in tuple(self.steps):
            if not isinstance(step, Told):
                platter.take(step)
        return platter.left(chance)

    def xOpen(  # noqa: N802 - SQLite's names
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        """Open a file, and remember how it came to its name."""
        path = Path((name.filename() if isinstance(name, apsw.URIFilename) else name) or "/nowhere")
        if path.parent != self._folder:
            return _Unwatched(name, flags)
        if flags[0] & apsw.SQLITE_OPEN_CREATE:
            self.number(path)
        journal = bool(flags[0] & _JOURNALS and flags[0] & apsw.SQLITE_OPEN_CREATE)
        return _Watched(self, self._numbers.get(path.name, 0), name, flags, names=journal)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802 - SQLite's
        """Take a name away."""
        super().xDelete(filename, syncdir)
        path = Path(filename)
        if path.parent == self._folder:
            self._numbers.pop(path.name, None)
            self.steps.append(Gone(path.name))
            if syncdir and not self.lying:
                self.steps.append(Named())

    def refuse(self, refusal: Refusal | None) -> None:
        """Refuse these calls of those that come now; `refused` counts them."""
        self._refusal, self._calls, self.refused = refusal, 0, 0

    def takes(self, call: Call) -> bool:
        """Count a call, and say whether it is done."""
        refusal, number = self._refusal, self._calls
        if refusal is None or (refusal.full and call == "truncate"):
            return True
        self._calls += 1
        if not 0 <= number - refusal.at < refusal.times:
            return True
        self.refused += 1
        return False

    def refusal(self, call: Call) -> apsw.Error:
        """Return the error of a call that is refused."""
        if self._refusal is not None and self._refusal.full and call == "write":
            return apsw.FullError("the disk is full")
        error = apsw.IOError("the disk refuses")
        error.extendedresult = _CODES[call]  # type: ignore[attr-defined]  # apsw's own way
        return error


class _Unwatched(apsw.VFSFile):
    """A file of no interest; it is not synced either, as a test has no time for that."""

    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self._only_read = bool(flags[0] & apsw.SQLITE_OPEN_READONLY)

    def xLock(self, level: int) -> None:  # noqa: N802 - SQLite's names
        """Lock it; what is only read nobody has to himself, which SQLite tries at the end."""
        if self._only_read and level == apsw.SQLITE_LOCK_EXCLUSIVE:
            raise apsw.BusyError("it is only read")
        super().xLock(level)

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Do nothing."""


class _Watched(_Unwatched):
    """One open file of the folder."""

    def __init__(
        self,
        disk: PowerCut,
        number: int,
        name: str | apsw.URIFilename | None,
        flags: list[int],
        *,
        names: bool,
    ) -> None:
        super().__init__(name, flags)
        self._disk = disk
        self._steps = disk.steps  # of this folder: another one may be watched before it is closed
        self._number = number
        self._names = names

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write, or half of it."""
        taken = self._disk.takes("write")
        body = bytes(data) if taken else bytes(data)[: len(data) // 2]
        self._steps.append(Wrote(self._number, offset, body))
        super().xWrite(body, offset)
        if not taken:
            raise self._disk.refusal("write")

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Make it this long."""
        if not self._disk.takes("truncate"):
            raise self._disk.refusal("truncate")
        self._steps.append(Truncated(self._number, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: ARG002, N802
        """Note that it is on the disk, and with a new journal all names."""
        if not self._disk.takes("sync"):
            self._steps.append(Failed(self._number))
            raise self._disk.refusal("sync")
        if self._disk.lying:
            return
        self._steps.append(Synced(self._number))
        if self._names:
            self._steps.append(Named())
            self._names = False

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        """Say what may be relied on: that is little."""
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE if self._disk.careful else 0


@contextmanager
def power_cut(*, careful: bool = True, lying: bool = False, pages: int = 12) -> Iterator[PowerCut]:
    """Have everything in one block open its files so; a checkpoint comes after so many pages."""

    def often(db: apsw.Connection) -> None:
        db.set_wal_hook(checkpointed)

    def checkpointed(db: apsw.Connection, name: str, waiting: int) -> int:
        """As SQLite does it by itself: what is refused then fails nothing, and comes again."""
        if waiting >= pages:
            with suppress(apsw.Error):
                db.wal_checkpoint(name)
        return apsw.SQLITE_OK

    disk = PowerCut(careful=careful, lying=lying)
    apsw.connection_hooks.append(often)
    try:
        yield disk
    finally:
        apsw.connection_hooks.remove(often)
        disk.unregister()


def _is_kept(name: str) -> bool:
    """Whether a file is one of the disk: the index of a WAL is memory that processes share."""
    return not name.endswith(("-shm", ".lock"))
