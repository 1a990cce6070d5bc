"""A file that holds room on the disk, given up when the journal finds none."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

SIZE: Final = 4 * 1024 * 1024
"""Room for more than a thousand alarms, and for SQLite to tidy up in."""

SPARE: Final = 8 * SIZE
"""It is only filled where so much is free besides: it must not make a disk full by itself."""


class Ballast:
    """Every call blocks; a disk that refuses it leaves the gateway as it is."""

    def __init__(self, path: Path, size: int = SIZE) -> None:
        self._path = path
        self._size = size

    def fill(self) -> None:
        """Take the room, where there is plenty and it is not taken yet."""
        with suppress(OSError):
            if self._path.exists() or shutil.disk_usage(self._path.parent).free < SPARE:
                return
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(file, 0, self._size)
            finally:
                os.close(file)

    def give_up(self) -> bool:
        """Give the room back; return whether there was any."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True
