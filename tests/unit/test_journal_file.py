"""The journal's file: schema, synchronisation, what is forgotten and what is not."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from cloud_bridge.journal_file import Change, EventRow, JournalFile
from edge.errors import ConfigError
from edge.model import Lane


def test_a_newer_schema_is_refused_in_words(tmp_path: Path) -> None:
    """A journal that a later version wrote is left alone."""
    JournalFile(tmp_path / "journal.db").close()
    db = apsw.Connection(str(tmp_path / "journal.db"))
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(ConfigError, match="schema 99"):
        JournalFile(tmp_path / "journal.db")


def test_pruning_keeps_what_is_not_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old events go when they are delivered; what waits stays whatever its age."""
    monkeypatch.setattr("cloud_bridge.journal_file.EVENTS_KEPT", 5)
    monkeypatch.setattr("cloud_bridge.journal_file.ORIGINS_KEPT", 5)
    file = JournalFile(tmp_path / "journal.db", uplinks=["up"])
    rows = [
        EventRow(
            number=n,
            at="",
            kind="k",
            lane=Lane.INFO,
            subject="s",
            origin=f"o/{n}",
            body=b"",
        )
        for n in range(1, 21)
    ]
    file.commit([Change(events=rows)])
    file.commit([Change(settled=[("up", n) for n in range(2, 21)])])
    file.prune()
    kept = [stored.number for stored in file.these(range(1, 21))]
    assert kept == [1, 16, 17, 18, 19, 20]
    assert file.standing().origins == [f"o/{n}" for n in range(16, 21)]
    file.close()


def test_the_file_is_written_with_full_synchronisation(tmp_path: Path) -> None:
    """WAL with synchronous FULL (2): NORMAL loses what was acknowledged at a power cut."""
    file = JournalFile(tmp_path / "journal.db")
    assert list(file._db.execute("PRAGMA synchronous")) == [(2,)]
    assert list(file._db.execute("PRAGMA journal_mode")) == [("wal",)]
    version = tuple(map(int, apsw.sqlite_lib_version().split(".")))
    assert version >= (3, 51, 3), "earlier versions can lose a reset WAL"
    file.close()
