"""Files that are on the disk as a whole, or not at all; every call blocks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


@contextmanager
def whole_file(path: Path, part: str, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """Yield a file that takes this name once it is on the disk; `OSError` leaves what was there.

    Until then its name ends in `part`; what a power cut has left under that is written anew.
    """
    beside = path.with_name(f"{path.name}{part}")
    beside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(beside, _NEW, mode), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
