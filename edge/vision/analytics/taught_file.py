"""Reads what has been taught from its file."""

from __future__ import annotations

from pathlib import Path

from edge.vision.analytics.taught import MOST_BYTES, NotTaughtError, Taught, decode


def read_taught(path: Path) -> Taught:
    """Read a taught file; `NotTaughtError` when it cannot be read or holds something else."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotTaughtError(f"{path}: {error.strerror or error}") from error
    if len(text) > MOST_BYTES:
        raise NotTaughtError(f"{path}: too large for a taught file")
    try:
        return decode(text)
    except NotTaughtError as error:
        raise NotTaughtError(f"{path}: {error}") from error
