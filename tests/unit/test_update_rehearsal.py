"""Whether a release could go on with the databases of a site, found out on copies."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_schema import journal_steps
from cloud_bridge.schemas import known, schemas
from edge.access.database import Database
from edge.cli.update_rehearsal import rehearse
from edge.errors import ConfigError
from edge.history.history_file import HistoryFile
from edge.history.keeping import Keeping
from edge.schema_steps import Step, fits, take


def kept(store: Path) -> dict[str, bytes]:
    """Make the databases of a gateway; what stands in them."""
    store.mkdir()
    JournalFile(store / "journal.db", uplinks=["city"]).close()
    HistoryFile(store / "history.db", 0, Keeping()).close()
    Database(store).close()
    return bytes_of(store)


def bytes_of(store: Path) -> dict[str, bytes]:
    """What stands in the databases."""
    return {path.name: path.read_bytes() for path in store.glob("*.db")}


def test_a_rehearsal_changes_nothing(tmp_path: Path) -> None:
    """Nor does it need a store that was used before."""
    before = kept(tmp_path / "var")
    rehearse(tmp_path / "var")
    assert bytes_of(tmp_path / "var") == before
    rehearse(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["journal.db", "history.db", "access.db"])
def test_a_rehearsal_finds_what_this_release_cannot_read(tmp_path: Path, name: str) -> None:
    """Whichever of the databases it is."""
    kept(tmp_path / "var")
    db = apsw.Connection(str(tmp_path / "var" / name))
    db.execute("PRAGMA user_version = 99")
    db.close()
    before = bytes_of(tmp_path / "var")
    with pytest.raises(ConfigError, match="99"):
        rehearse(tmp_path / "var")
    assert bytes_of(tmp_path / "var") == before


def test_a_rehearsal_goes_on_with_what_only_has_more(tmp_path: Path) -> None:
    """As the gateway itself would."""
    kept(tmp_path / "var")
    reader = len(journal_steps())
    db = apsw.Connection(str(tmp_path / "var" / "journal.db"))
    take(db, (*journal_steps(), Step("CREATE TABLE more (x)", reader)), reader)
    db.close()
    rehearse(tmp_path / "var")


def test_a_release_can_always_go_on_with_what_it_writes() -> None:
    """Or it could not even start a second time."""
    assert fits(schemas(), known()) == ()
    assert set(known()) == {"journal", "accounts", "history", "evidence"}
