"""How far numbers may have been given, told apart from the journal, so that none comes twice."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Final

from edge.whole_file import sync_folder

AHEAD: Final = 1_000
"""Numbers that are reserved with one write: so many are skipped at most after a power cut."""

_SECTOR: Final = 512
"""What a disk writes whole or not at all; each of the two entries has one to itself."""

_ENTRIES: Final = 2


class Numbers:
    """A small file that is written in place, so that a full disk takes it; every call blocks.

    A disk that lies may lose the end of the journal's log, and with it which numbers were given.
    Those are reserved here long before they are: what is lost then is lost, but nothing new comes
    under the number of something old, which the platform would take for a copy.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries = _read(path)

    @property
    def reserved(self) -> int:
        """No number above this one was ever given; 0 where nothing is known."""
        return max(self._entries)

    def cover(self, number: int) -> None:
        """Return when this number is reserved on the disk; the next ones are by the way."""
        if number > self.reserved - AHEAD // 2:
            self._write(self._entries.index(min(self._entries)), number + AHEAD)

    def end(self, number: int) -> None:
        """Nothing above this one was given: the next start goes on here, and skips none."""
        for entry in range(_ENTRIES):
            self._write(entry, number)

    def _write(self, entry: int, number: int) -> None:
        is_new = not self._path.exists()
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            body = f"{number} {zlib.crc32(b'%d' % number):08x}\n".encode().ljust(_SECTOR)
            os.pwrite(file, body, entry * _SECTOR)
            os.fsync(file)
        finally:
            os.close(file)
        if is_new:
            sync_folder(self._path.parent)
        self._entries[entry] = number


def _read(path: Path) -> list[int]:
    """Return both entries, 0 for one that is not there or only half written."""
    try:
        body = path.read_bytes()
    except OSError:
        return [0] * _ENTRIES
    return [_entry(body[at * _SECTOR : (at + 1) * _SECTOR]) for at in range(_ENTRIES)]


def _entry(body: bytes) -> int:
    number, _, check = body.decode(errors="replace").strip().partition(" ")
    if not number.isdecimal() or check != f"{zlib.crc32(number.encode()):08x}":
        return 0
    return int(number)
