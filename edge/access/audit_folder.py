"""The files of the audit log in a store: `audit.log` and the full ones before it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from edge.access.audit_line import LONGEST_LINE

NAME: Final = "audit.log"
LOCK: Final = "audit.lock"
BLOCK: Final = 64 * 1024


def full_files(store: Path) -> list[Path]:
    """Return the files that are full, oldest first: `audit.log.1` is older than `audit.log.2`."""
    found = [path for path in store.glob(f"{NAME}.*") if path.suffix[1:].isdecimal()]
    return sorted(found, key=number_of)


def number_of(path: Path) -> int:
    """Return the number of a full file."""
    return int(path.suffix[1:])


@contextmanager
def locked(file: int, how: int) -> Iterator[None]:
    """Hold the lock for as long as a group is appended, or a look is taken."""
    fcntl.flock(file, how)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def quiet(store: Path) -> Iterator[None]:
    """Let no gateway append meanwhile; where none ever did there is nothing to hold."""
    try:
        file = os.open(store / LOCK, os.O_RDONLY)
    except FileNotFoundError:
        yield
        return
    try:
        with locked(file, fcntl.LOCK_SH):
            yield
    finally:
        os.close(file)


def backwards(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield what stands between ends of line, last first, with where it begins.

    So the first piece is empty where the file ends as it should. What is longer than a line can
    be is cut, and no line then.
    """
    rest = b""
    at = size
    while at > 0:
        step = min(BLOCK, at)
        at -= step
        file.seek(at)
        *older, last = file.read(step).split(b"\n")
        if not older:
            rest = (last + rest)[: LONGEST_LINE + 1]
            continue
        begins = at + step - len(last)
        yield begins, (last + rest)[: LONGEST_LINE + 1]
        for piece in reversed(older[1:]):
            begins -= len(piece) + 1
            yield begins, piece
        rest = older[0]
    yield 0, rest
