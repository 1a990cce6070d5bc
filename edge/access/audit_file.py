"""Appends to the audit log: each group is on disk before it returns; every call blocks."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Final

from edge.access.audit_folder import LOCK, NAME, backwards, full_files, locked, number_of
from edge.access.audit_line import AuditLine, sound, written
from edge.access.audit_marks import START, KeptMarks, Mark
from edge.access.database import OWN_ONLY
from edge.errors import ConfigError
from edge.whole_file import sync_folder

FULL: Final = 50_000_000
"""Bytes, after which a new file is begun: about 150,000 lines."""

MOST_FULL: Final = 10
"""Full files that are kept: years of what people do, and half a gigabyte at most."""

LOOKED_AT: Final = 16 * 1024 * 1024
"""Bytes at the end that are searched for the last good line: more than one group can have."""

TORN: Final = "audit.torn"


@dataclass(frozen=True, slots=True)
class _End:
    """Where a file ends: its last good line, if any, and where that ends."""

    last: Mark | None
    at: int
    size: int


class AuditFile:
    """The end of the log; opened at the first append, and again after each one that failed.

    A group is written, synchronised, and its last line marked in `access.db`. When one of the
    three fails, the file is cut back to where it was, and the group was never there. What a power
    cut has left at the end, of which nobody was told that it is kept, is set aside in a file of
    its own. Where lines are missing of which somebody was told, what is there is left as it is,
    and a new file goes on from the mark: the gap stays for everybody to see.
    """

    def __init__(self, store: Path, full: int = FULL) -> None:
        self._store = store
        self._full = full
        self._path = store / NAME
        self._marks: KeptMarks | None = None
        self._lock = -1
        self._file = -1
        self._size = 0
        self._last = START
        self._notes: list[tuple[str, str, dict[str, str]]] = []

    def append(self, lines: Sequence[AuditLine]) -> None:
        """Number, chain and keep these lines, all or none; `OSError` when the disk refuses."""
        marks = self._open_marks()
        with locked(self._lock, fcntl.LOCK_EX):
            try:
                if self._file < 0:
                    self._open(marks)
                if self._size >= self._full:
                    self._begin_another(marks)
                own = [_own(lines[0], *note) for note in self._notes]
                self._write([*own, *lines], marks)
                self._notes.clear()
            except OSError:
                self._give_up()
                raise

    def close(self) -> None:
        """Release the files."""
        for file in (self._file, self._lock):
            if file >= 0:
                os.close(file)
        self._file = self._lock = -1
        if self._marks is not None:
            self._marks.close()
            self._marks = None

    def _open_marks(self) -> KeptMarks:
        if self._marks is None:
            try:
                self._marks = KeptMarks(self._store)
            except ConfigError as error:
                raise OSError(str(error)) from error
        if self._lock < 0:
            self._lock = os.open(self._store / LOCK, os.O_RDWR | os.O_CREAT, OWN_ONLY)
        return self._marks

    def _open(self, marks: KeptMarks) -> None:
        """Find where the log ends, and put right what can be."""
        head = marks.read().head
        self._open_file()
        end = _end_of(self._path)
        last = end.last or self._last_of_full()
        lost = head is not None and not self._holds(head)
        if lost or end.size - end.at > LOOKED_AT:
            self._go_on_from(head or last, last, end.size)
            return
        self._last, self._size = last, end.at
        if head is None and last is not START:
            self._notes.append(("audit.unmarked", NAME, {"last": str(last.number)}))
        if end.size > end.at:
            self._set_aside(end)
        torn = self._torn()
        if torn.exists():
            body = torn.read_bytes()
            detail = {"bytes": str(len(body)), "sha256": hashlib.sha256(body).hexdigest()}
            self._notes.append(("audit.torn", torn.name, detail))

    def _open_file(self) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        self._file = os.open(self._path, flags, OWN_ONLY)
        sync_folder(self._store)

    def _torn(self) -> Path:
        """Where that is set aside which stood where the next line comes."""
        return self._store / f"{TORN}.{self._last.number + 1}"

    def _set_aside(self, end: _End) -> None:
        with self._path.open("rb") as file:
            file.seek(end.at)
            body = file.read(LOOKED_AT)
        with os.fdopen(os.open(self._torn(), os.O_WRONLY | os.O_CREAT, OWN_ONLY), "wb") as torn:
            torn.write(body)
            torn.flush()
            os.fsync(torn.fileno())
        sync_folder(self._store)
        os.ftruncate(self._file, end.at)
        os.fsync(self._file)

    def _holds(self, head: Mark) -> bool:
        """Whether the line that was marked as the last is there, near the end, as it was."""
        for path in (self._path, *reversed(full_files(self._store))):
            with path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                for begins, piece in backwards(file, size):
                    found = sound(piece)
                    if found and found.line.number <= head.number:
                        return Mark(found.line.number, found.hash) == head
                    if size - begins > LOOKED_AT:
                        return False
        return False

    def _last_of_full(self) -> Mark:
        full = full_files(self._store)
        return (_end_of(full[-1]).last if full else None) or START

    def _go_on_from(self, head: Mark, last: Mark, size: int) -> None:
        """Begin a new file after a mark whose line is gone, or another than it was."""
        kept_as = self._move_away() if size else ""
        number = max(head.number, last.number)
        self._last, self._size = Mark(number, head.hash), 0
        detail = {"marked": str(head.number), "found": str(last.number), "kept_as": kept_as}
        self._notes.append(("audit.damaged", NAME, detail))

    def _move_away(self) -> str:
        """Make it a full file, and begin an empty one; return the name."""
        full = full_files(self._store)
        name = f"{NAME}.{number_of(full[-1]) + 1 if full else 1}"
        self._path.rename(self._store / name)
        os.close(self._file)
        self._file = -1
        self._open_file()
        self._size = 0
        return name

    def _begin_another(self, marks: KeptMarks) -> None:
        """Begin a new file; the oldest goes when there are too many, and that is written down."""
        self._move_away()
        full = full_files(self._store)
        too_many = max(0, len(full) - MOST_FULL)
        for oldest, following in islice(pairwise(full), too_many):
            anchor = _before_first_of(following)
            if anchor is not None:
                marks.put_anchor(anchor)
            oldest.unlink()
            last = str(anchor.number) if anchor else ""
            self._notes.append(("audit.dropped", oldest.name, {"last": last}))

    def _write(self, lines: Sequence[AuditLine], marks: KeptMarks) -> None:
        mark, body = self._last, bytearray()
        for line in lines:
            number = mark.number + 1
            told, digest = written(replace(line, number=number), mark.hash)
            mark = Mark(number, digest)
            body += told
        left = memoryview(body)
        while left:
            left = left[os.write(self._file, left) :]
        os.fsync(self._file)
        marks.put_head(mark)
        self._last = mark
        self._size += len(body)

    def _give_up(self) -> None:
        """Cut off what did not get through; whatever is left then is looked at the next time."""
        if self._file < 0:
            return
        with suppress(OSError):
            os.ftruncate(self._file, self._size)
            os.fsync(self._file)
        with suppress(OSError):
            os.close(self._file)
        self._file = -1


def _end_of(path: Path) -> _End:
    """Find the last good line of a file, not too far from its end."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        for begins, piece in backwards(file, size):
            ends = begins + len(piece) + 1
            if ends <= size and (found := sound(piece)):
                return _End(Mark(found.line.number, found.hash), ends, size)
            if size - begins > LOOKED_AT:
                break
    return _End(None, 0, size)


def _before_first_of(path: Path) -> Mark | None:
    """Return what stood before the first good line of a file."""
    with path.open("rb") as file:
        for piece in file:
            if found := sound(piece.removesuffix(b"\n")):
                return Mark(found.line.number - 1, found.before)
    return None


def _own(first: AuditLine, what: str, about: str, detail: dict[str, str]) -> AuditLine:
    """What the log says of itself, at the instant of the line that it comes before."""
    return AuditLine(
        number=0,
        at=first.at,
        who="",
        role="",
        door="",
        address="",
        what=what,
        about=about,
        outcome="done",
        detail=detail,
    )
