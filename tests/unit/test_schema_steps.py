"""Files that a newer version has written, in the hands of an older one, and back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import apsw
import pytest

from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal_aside import put_aside
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_schema import journal_steps
from edge.access.database import Database, access_steps
from edge.errors import ConfigError
from edge.history.history_file import HistoryFile
from edge.history.keeping import Keeping
from edge.model import Lane
from edge.schema_steps import (
    Newer,
    Schema,
    Step,
    fits,
    readable,
    reader_of,
    schema_of,
    steps_in,
    take,
)
from tests.fakes.time import EPOCH
from tests.source_tree import modules

STORES: Final = ("cloud_bridge/", "edge/access/", "edge/evidence/", "edge/history/")
BARE: Final = re.compile(r"INSERT (?:OR \w+ )?INTO (?!temp\.)[\w{}.]+ VALUES")
ADDS: Final = Step(
    "-- reader: 2\nALTER TABLE event ADD COLUMN colour TEXT NOT NULL DEFAULT '';"
    " CREATE TABLE painted (number INTEGER PRIMARY KEY) STRICT;",
    reader=2,
)
BREAKS: Final = Step("ALTER TABLE event RENAME TO happening", reader=3)


def row(number: int) -> EventRow:
    """An event."""
    return EventRow(
        number=number, at="", kind="k", lane=Lane.FAULT, subject="s", origin=f"o/{number}", body=b""
    )


def upgraded(path: Path, *further: Step) -> None:
    """Do what a newer version does when it opens the file."""
    db = apsw.Connection(str(path))
    take(db, (*journal_steps(), *further), len(journal_steps()))
    db.close()


def kept(folder: Path) -> Path:
    """A journal of this version with an event that waits."""
    path = folder / "journal.db"
    file = JournalFile(path, uplinks=["city"])
    file.commit([Change(events=[row(1)])])
    file.close()
    return path


def test_an_older_version_goes_on_with_what_only_has_more(tmp_path: Path) -> None:
    """It delivers what waits, keeps what comes, and the newer one finds both and its columns."""
    path = kept(tmp_path)
    upgraded(path, ADDS)
    assert put_aside(path, EPOCH) == ()
    file = JournalFile(path, uplinks=["city"])
    file.commit([Change(events=[row(2)], states={"rule": b"x"})])
    assert [each.number for each in file.after("city", Lane.FAULT, 0, 10)] == [1, 2]
    file.close()
    upgraded(path)
    db = apsw.Connection(str(path))
    assert list(db.execute("SELECT number, colour FROM event")) == [(1, ""), (2, "")]
    assert (db.pragma("user_version"), reader_of(db)) == (3, 2)
    db.close()


def test_an_older_version_puts_aside_what_it_cannot_read(tmp_path: Path) -> None:
    """A step that does not say who can still read it is for its own version and later ones."""
    path = kept(tmp_path)
    upgraded(path, BREAKS)
    with pytest.raises(ConfigError, match="schema 3, this version of Whistle knows 2 at most"):
        JournalFile(path)
    [told] = put_aside(path, EPOCH)
    assert "schema 3" in told.reason


def test_a_step_says_in_its_first_line_who_can_still_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not is for its own version and later ones."""
    folder = tmp_path / "steps_that_say"
    folder.mkdir()
    (folder / "0001.sql").write_text("CREATE TABLE a (x)")
    (folder / "0002.sql").write_text("-- reader: 1\nCREATE TABLE b (x)")
    (folder / "0003.sql").write_text("CREATE TABLE c (x)\n-- reader: 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert [step.reader for step in steps_in("steps_that_say")] == [1, 1, 3]


def test_a_step_that_breaks_is_not_undone_by_one_that_adds(tmp_path: Path) -> None:
    """Who reads the file has to know both."""
    path = kept(tmp_path)
    upgraded(path, BREAKS, Step("CREATE TABLE more (x)", reader=2))
    db = apsw.Connection(str(path))
    assert reader_of(db) == 3
    with pytest.raises(Newer):
        readable(db, 2)
    db.close()


def test_accounts_go_back_too(tmp_path: Path) -> None:
    """Nobody is locked out by a return to the version before."""
    Database(tmp_path).close()
    db = apsw.Connection(str(tmp_path / "access.db"))
    steps = (*access_steps(), Step("ALTER TABLE session ADD COLUMN agent TEXT", reader=1))
    take(db, steps, len(access_steps()))
    db.close()
    database = Database(tmp_path)
    database.write(("INSERT INTO audit (what, number, hash) VALUES ('head', 1, 'x')", ()))
    assert database.rows("PRAGMA user_version") == [(2,)]
    database.close()


@pytest.mark.parametrize(("reader", "goes_on"), [(3, True), (4, False)])
def test_the_history_goes_back_too(tmp_path: Path, *, reader: int, goes_on: bool) -> None:
    """Readings that wait for the platform stay where they are, unless nobody can read them."""
    HistoryFile(tmp_path / "history.db", 0, Keeping()).close()
    db = apsw.Connection(str(tmp_path / "history.db"))
    before = (Step("", 1), Step("", 2), Step("", 3))
    take(db, (*before, Step("CREATE TABLE more (x)", reader)), 3)
    db.close()
    if goes_on:
        HistoryFile(tmp_path / "history.db", 0, Keeping()).close()
    else:
        with pytest.raises(ValueError, match="schema 4"):
            HistoryFile(tmp_path / "history.db", 0, Keeping())


def test_which_files_a_version_could_not_go_on_with() -> None:
    """What it does not know at all does not matter to it."""
    known = {"journal": 2, "accounts": 1}
    schemas = {"journal": Schema(4, 2), "accounts": Schema(2, 2), "new": Schema(1, 1)}
    assert fits(schemas, known) == ("accounts",)
    assert schema_of((*journal_steps(), ADDS)) == Schema(3, 2)


def test_every_row_is_written_by_the_names_of_its_columns() -> None:
    """A newer version may have added one: a version that counts them could write no more."""
    found = [
        f"{module.path}: {line.strip()}"
        for module in modules("edge", "cloud_bridge")
        if module.path.startswith(STORES)
        for line in module.text.splitlines()
        if BARE.search(line)
    ]
    assert found == []
    assert BARE.search('"INSERT OR REPLACE INTO state VALUES (?,?)"')
