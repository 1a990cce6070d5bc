"""Steps on a disk, each of which is done or not done when the power goes."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from edge.whole_file import sync_folder

NEW: Final = ".whistle-new"
"""How the name of a file ends that is to take another's place; no profile, no table ends so."""

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class Disk:
    """The only way in which versions are written; a test puts one that fails in its place."""

    def write(self, path: Path, body: bytes, like: Path | None = None) -> None:
        """Write a whole file; return when it is on disk. It gets the mode and owner of `like`."""
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, _NEW, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            if like is not None:
                known = like.stat()
                with suppress(PermissionError):  # only root can give a file away
                    os.fchown(file.fileno(), known.st_uid, known.st_gid)
                os.fchmod(file.fileno(), known.st_mode & 0o777)
            os.fsync(file.fileno())

    def rename(self, path: Path, to: Path) -> None:
        """Give a file or folder another name; a file that has it is replaced."""
        path.replace(to)

    def remove(self, path: Path) -> None:
        """Remove a file."""
        path.unlink(missing_ok=True)

    def folder(self, path: Path, like: Path | None = None) -> None:
        """Make a folder that only its owner may enter, or with the mode and owner of `like`."""
        path.mkdir(mode=0o700)
        if like is not None:
            known = like.stat()
            with suppress(PermissionError):
                os.chown(path, known.st_uid, known.st_gid)
            path.chmod(known.st_mode & 0o777)

    def clear(self, path: Path) -> None:
        """Remove a folder with all that is in it, if it is there."""
        if path.exists():
            shutil.rmtree(path)

    def sync(self, folder: Path) -> None:
        """Return when the names in a folder are on disk."""
        sync_folder(folder)
