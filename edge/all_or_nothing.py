"""A transaction of SQLite's, and its end, whatever the disk says meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import apsw


@contextmanager
def whole(db: apsw.Connection) -> Iterator[None]:
    """Write all or nothing; a disk that is full may have taken back everything by itself."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def release(db: apsw.Connection) -> None:
    """Close it, also where the disk does not even let a lock go: all that was kept is written."""
    with suppress(apsw.Error):
        db.close()
