"""What the proof upgrades is a journal as the version before has written it."""

from __future__ import annotations

from pathlib import Path

import apsw

from cloud_bridge.journal_schema import open_journal
from tests.system.proof.faults_journal import SCHEMA, as_before


def shape(db: apsw.Connection) -> list[object]:
    """Return tables with their columns, indexes, and the version."""
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master ORDER BY name")]
    columns = [list(db.execute(f"PRAGMA table_info({name})")) for name in names]
    return [names, columns, db.pragma("user_version"), db.pragma("application_id")]


def test_a_journal_becomes_one_of_the_version_before(tmp_path: Path) -> None:
    """The same tables, columns and indexes, and every event that there was; and it is upgraded."""
    path = tmp_path / "journal.db"
    db = open_journal(path)
    newest = db.pragma("user_version")
    event = (7, "now", "k", "info", "s", b"\x01")
    db.execute(
        "INSERT INTO event (number, at, kind, lane, subject, body) VALUES (?,?,?,?,?,?)", event
    )
    db.close()
    as_before(path)
    before = apsw.Connection(":memory:")
    for script in sorted(SCHEMA.glob("*.sql"))[:-1]:
        before.execute(script.read_text("utf-8"))
    before.pragma("user_version", newest - 1)
    db = apsw.Connection(str(path))
    assert shape(db) == shape(before)
    db.close()
    before.close()
    db = open_journal(path)
    assert db.pragma("user_version") == newest
    assert list(db.execute("SELECT number, body FROM event")) == [(7, b"\x01")]
    db.close()
