"""Databases as they are at one instant, beside a gateway that goes on writing them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

import apsw

from cloud_bridge.journal_check import read_only, unsound

GUESTS: Final = ("session", "code")
"""Of the accounts: who is logged in, and the code that makes an admin, are for one box alone."""


def copy(path: Path, to: Path) -> None:
    """Copy a database in one go; `apsw.Error` when it cannot be read, or is damaged.

    What is copied is what was committed when it began. Readers hold up no writer.
    """
    with closing(read_only(path)) as source, closing(apsw.Connection(str(to))) as copied:
        with copied.backup("main", source, "main") as going:
            going.step()
        copied.pragma("journal_mode", "delete")  # one file, without a log beside it
        if faults := unsound(copied):
            raise apsw.CorruptError(f"{path}: {faults[0]}")


def without_guests(path: Path) -> None:
    """Let a copy of the accounts know nobody who is logged in now; nothing of them is left."""
    with closing(apsw.Connection(str(path))) as db:
        db.pragma("secure_delete", True)  # noqa: FBT003 - SQLite's word
        with db:
            for table in GUESTS:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own
        db.execute("VACUUM")
