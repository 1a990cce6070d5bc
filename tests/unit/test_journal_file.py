"""The journal's file: schema, synchronisation, what is forgotten and what is not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import apsw
import pytest

from cloud_bridge.change import GROUP, Change, EventRow
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_schema import first_number
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


def test_a_full_transaction_writes_no_file_beside_the_journal(tmp_path: Path) -> None:
    """What SQLite may have to take back stays in memory: on the disk it would be written twice."""
    opened: list[str | None] = []

    class Noting(apsw.VFS):
        def xOpen(  # noqa: N802 - SQLite's name
            self, name: str | apsw.URIFilename | None, flags: list[int]
        ) -> apsw.VFSFile:
            opened.append(name.filename() if isinstance(name, apsw.URIFilename) else name)
            return super().xOpen(name, flags)

    noting = Noting("noting", "unix", makedefault=True)
    try:
        file = JournalFile(tmp_path / "journal.db", uplinks=["up"])
        for begin in range(0, 4000, GROUP):
            file.commit([Change(events=[a_row(n) for n in range(begin, begin + GROUP)])])
        file.close()
    finally:
        noting.unregister()
    assert opened
    assert None not in opened, "SQLite gives a file that it makes for itself no name"


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written into it, not even a pragma."""
    other = tmp_path / "other.db"
    db = apsw.Connection(str(other))
    db.execute("CREATE TABLE theirs (x)")
    db.close()
    before = other.read_bytes()
    with pytest.raises(ConfigError, match="another program"):
        JournalFile(other)
    assert other.read_bytes() == before


def test_what_is_no_database_is_told_in_words(tmp_path: Path) -> None:
    """A damaged file is not a traceback, and is not touched."""
    broken = tmp_path / "journal.db"
    broken.write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(ConfigError, match="damaged"):
        JournalFile(broken)
    assert broken.read_bytes().startswith(b"not a database")


def test_a_row_that_the_disk_has_spoiled_is_damage(tmp_path: Path) -> None:
    """A lane that there is none of is told in words at a start, as is any other damage."""
    file = JournalFile(tmp_path / "journal.db", uplinks=["city"])
    file.standing()
    file._db.execute("INSERT INTO delivery (uplink, lane, number) VALUES ('city', 'x\x01', 1)")
    with pytest.raises(ConfigError, match="damaged"):
        file.standing()
    file.close()


def test_a_full_disk_is_not_taken_for_a_damaged_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody shall move a journal away because there is no room to bring it up to date."""

    def full(*_: object) -> None:
        raise apsw.FullError("database or disk is full")

    monkeypatch.setattr("cloud_bridge.journal_schema._migrate", full)
    with pytest.raises(ConfigError, match="disk is full; make room"):
        JournalFile(tmp_path / "journal.db")


def test_a_clock_that_nobody_disciplines_does_not_repeat_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a slow clock on a new disk the numbers begin elsewhere, each time; all stay exact."""
    monkeypatch.setattr("cloud_bridge.journal_schema.synchronised", lambda: False)
    numbers = {first_number() for _ in range(20)}
    assert len(numbers) == 20
    assert all(number < 2**53 for number in numbers)


def a_row(number: int) -> EventRow:
    """An event of a kilobyte, whose origin stands anywhere among the others."""
    origin = hashlib.sha256(str(number).encode()).hexdigest()
    return EventRow(
        number=number,
        at="",
        kind="k",
        lane=Lane.INFO,
        subject="s",
        origin=origin,
        body=bytes(1024),
        about=origin,
    )
