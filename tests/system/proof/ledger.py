"""A file of JSON lines that is on disk before who writes it goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any


class Ledger:
    """Appends lines; what `add` was given is on disk when it returns."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("ab")
        if self._file.tell() and not path.read_bytes().endswith(b"\n"):
            self._file.write(b"\n")  # the one who wrote it before was killed half-way

    def add(self, *lines: Mapping[str, Any]) -> None:
        """Append these, with one fsync for all."""
        self._file.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Release the file."""
        self._file.close()


class Follower:
    """Reads a ledger as it grows; a line counts when its end is there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0

    def more(self) -> list[dict[str, Any]]:
        """Return the whole lines that have come since the last time."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._at)
            arrived = file.read()
        whole = arrived[: arrived.rfind(b"\n") + 1]
        self._at += len(whole)
        return list(lines(whole.splitlines()))


def read(path: Path) -> list[dict[str, Any]]:
    """Return all whole lines; what a killed process has torn is left out."""
    return list(lines(path.read_bytes().splitlines())) if path.exists() else []


def lines(raw: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the objects; a line that is none was torn."""
    for each in raw:
        try:
            found = json.loads(each)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found
