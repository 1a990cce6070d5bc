"""Writes a picture or a clip so that after a power cut it is there whole, or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from typing import Final, NamedTuple

from edge.whole_file import sync_folder

PART: Final = ".part"
"""What is being written ends so; whoever begins sweeps it away."""

_BLOCK: Final = 1 << 20


class Written(NamedTuple):
    """A file by its name, which is its hash, with its size."""

    file: str
    size: int
    sha256: str


def written(folder: Path, suffix: str, write: Callable[[Path], object]) -> Written:
    """Let `write` fill a file, and give it its name once it is on disk; `OSError` where it is not.

    The name is the hash of what is in it: the same picture is kept once.
    """
    part = folder / f"{token_hex(8)}{suffix}{PART}"
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        write(part)
        with part.open("rb") as file:
            digest = hashlib.sha256()
            while block := file.read(_BLOCK):
                digest.update(block)
            size = file.tell()
            os.fsync(file.fileno())
        name = f"{digest.hexdigest()}{suffix}"
        part.rename(folder / name)
        sync_folder(folder)
    finally:
        part.unlink(missing_ok=True)
    return Written(name, size, digest.hexdigest())
