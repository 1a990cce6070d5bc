"""Reads a backup, and believes nothing that it says of itself."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from edge.access.database import OWN_ONLY
from edge.cli.backup.contents import MANIFEST, MOST_MANIFEST, Entry, Manifest, Unfit, decode

BLOCK: Final = 1024 * 1024


@contextmanager
def opened(path: Path | IO[bytes]) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Yield a backup and what is in it; `Unfit` where it is none, `OSError` where it is not."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _manifest(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise Unfit(
            f"文件损坏，或不是备份：{error}", f"it is damaged, or no backup: {error}"
        ) from error


def extract(archive: zipfile.ZipFile, name: str, entry: Entry, to: Path) -> None:
    """Write one file of it to the disk; `Unfit` when it is not what was put in."""
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, OWN_ONLY)
    digest, left = hashlib.sha256(), entry.size
    with os.fdopen(number, "wb") as file:
        try:
            with archive.open(name) as source:
                while left >= 0 and (piece := source.read(BLOCK)):
                    left -= len(piece)
                    digest.update(piece)
                    file.write(piece)
        except KeyError as error:
            raise Unfit(f"里面缺少 {name}", f"{name} is missing in it") from error
        file.flush()
        os.fsync(file.fileno())
    if left or digest.hexdigest() != entry.sha256:
        raise Unfit(
            f"{name} 与备份时不同：备份被改动或损坏",
            f"{name} is not as it was: the backup was changed, or is damaged",
        )


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        about = archive.getinfo(MANIFEST)
    except KeyError as error:
        raise Unfit(
            "里面没有文件清单：没有做完，或不是备份",
            "it has no list of files: it was not finished, or is no backup",
        ) from error
    if about.file_size > MOST_MANIFEST:
        raise Unfit("文件清单太长", "its list of files is too long")
    return decode(archive.read(about))
