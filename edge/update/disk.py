"""Steps on the disk of a box, with the links by which a release is named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import IO, Final

from edge.versions.disk import NEW, Disk

PIECE: Final = 1024 * 1024

_MORE: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class BoxDisk(Disk):
    """Each step is done or not done when the power goes; names last from the next `sync` on."""

    def put(self, path: Path, body: bytes, mode: int) -> None:
        """Write a file that is not there yet; return when it is on disk."""
        with os.fdopen(os.open(path, _NEW, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())

    def copy(self, file: IO[bytes], path: Path) -> None:
        """Write what can be read from a file into one that is not there yet, piece by piece."""
        with os.fdopen(os.open(path, _NEW, 0o600), "wb") as copy:
            shutil.copyfileobj(file, copy, PIECE)
            copy.flush()
            os.fsync(copy.fileno())

    def extend(self, path: Path, body: bytes) -> None:
        """Write on at the end of a file, or begin one; return when that is on disk."""
        with os.fdopen(os.open(path, _MORE, 0o600), "ab") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())

    def link(self, path: Path, target: str) -> None:
        """Make a link that is not there yet."""
        path.symlink_to(target)

    def folder(self, path: Path, like: Path | None = None) -> None:
        """Make a folder that everybody may look into."""
        super().folder(path, like)
        path.chmod(0o755)


def point(disk: BoxDisk, path: Path, target: str) -> None:
    """Let a link lead elsewhere, as a whole; return when it is on disk."""
    beside = path.with_name(f".{path.name}{NEW}")
    disk.remove(beside)
    disk.link(beside, target)
    disk.rename(beside, path)
    disk.sync(path.parent)
