"""Reading the password that a section names a file for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from edge.errors import LinkDown

MOST_BYTES: Final = 1_024
"""Longer than any camera takes."""


async def password_in(file: str | None) -> str:
    """What stands in the file, without the end of its line; nothing where none is named."""
    return await asyncio.to_thread(_read, file) if file else ""


def _read(file: str) -> str:
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES).decode("utf-8", "replace").rstrip("\r\n")
    except OSError as error:
        raise LinkDown(f"the password's file cannot be read: {error.strerror}") from None
