"""A journal that cannot be used is kept, and out of the way: alarms go on in a new one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from shutil import copytree

import apsw
import pytest

from cloud_bridge.journal import Journal
from cloud_bridge.journal_aside import put_aside
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_look import JournalLook
from edge.errors import ConfigError
from edge.model import Lane, RecordsDropped
from tests.fakes import journal as journals
from tests.fakes import time
from tests.fakes.time import EPOCH

NAME = "journal-aside-20260101T000000.db"
PAGE = 4096
EVENTS = 300


def kept(folder: Path, count: int = 1) -> Path:
    """A journal with some events, closed."""
    journal = journals.opened(folder)

    async def main() -> None:
        first = journal.next_number
        told = [journals.told(first + n, f"fire-1/{n}") for n in range(count)]
        await journal.keep(told, {}, ())
        await journal.close()

    time.run(main())
    return folder / "journal.db"


def aside(path: Path) -> tuple[Path, RecordsDropped]:
    """Put it aside; where it is then, and what is told."""
    [told] = put_aside(path, EPOCH)
    [where] = path.parent.glob("journal-aside-*.db")
    assert (told.what, where.name in told.reason) == ("journal", True)
    return where, told


def test_a_journal_that_is_fit_stays(tmp_path: Path) -> None:
    """And where there is none, none is made."""
    assert put_aside(tmp_path / "journal.db", EPOCH) == ()
    assert list(tmp_path.iterdir()) == []
    path = kept(tmp_path)
    assert put_aside(path, EPOCH) == ()
    assert journals.on_disk(tmp_path) != []


def test_noise_is_put_aside_and_a_new_journal_takes_its_place(tmp_path: Path) -> None:
    """Nothing of it is deleted; no log of the old file is left for the new one to read."""
    path = tmp_path / "journal.db"
    path.write_bytes(b"noise" * PAGE)
    Path(f"{path}-shm").write_bytes(b"shared")
    where, _ = aside(path)
    assert where.read_bytes() == b"noise" * PAGE
    assert not Path(f"{path}-shm").exists()
    assert kept(tmp_path).exists()


def test_pages_that_are_damaged_are_found_before_anything_is_built_on_them(tmp_path: Path) -> None:
    """What a start does not read may be found later; all that it reads is read first."""
    path = kept(tmp_path, EVENTS)
    copytree(tmp_path, tmp_path / "as it was")
    with path.open("r+b") as file:
        for page in range(2, path.stat().st_size // PAGE):
            file.seek(page * PAGE)
            file.write(b"\xa5" * PAGE)
    before = journals.on_disk(tmp_path / "as it was")
    assert "malformed" in aside(path)[1].reason
    kept(tmp_path)
    assert not {*journals.on_disk(tmp_path)} & {*before}, "no number comes twice"


def test_a_newer_version_s_journal_waits_for_that_version(tmp_path: Path) -> None:
    """After a release was taken back, fires are told all the same."""
    path = kept(tmp_path)
    [before] = journals.on_disk(tmp_path)
    db = apsw.Connection(str(path))
    db.pragma("user_version", 99)
    db.close()
    where, told = aside(path)
    assert "schema 99" in told.reason
    assert kept(tmp_path).exists()
    assert journals.on_disk(tmp_path) > [before], "order is told by numbers"
    assert apsw.Connection(str(where)).pragma("user_version") == 99


def test_what_a_person_has_to_look_at_stays(tmp_path: Path) -> None:
    """Another program's database is not ours to move; the journal refuses it in words."""
    path = tmp_path / "journal.db"
    db = apsw.Connection(str(path))
    db.execute("CREATE TABLE theirs (x)")
    db.close()
    assert put_aside(path, EPOCH) == ()
    with pytest.raises(ConfigError, match="another program"):
        journals.opened(tmp_path)


def test_a_store_that_is_in_use_is_not_touched(tmp_path: Path) -> None:
    """Whoever starts a second gateway takes no journal away from the first."""
    journal = journals.opened(tmp_path)
    with pytest.raises(ConfigError, match="another gateway"):
        put_aside(tmp_path / "journal.db", EPOCH)
    time.run(journal.close())


async def ended(journal: Journal) -> None:
    """Run it until it ends by itself."""
    running = asyncio.create_task(journal.run(), name="journal")
    with pytest.raises(apsw.CorruptError):
        await asyncio.wait_for(running, 60)


def test_damage_that_a_write_meets_ends_the_gateway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No pause mends it; the next start puts the file aside and goes on."""

    def damaged(*_: object) -> None:
        raise apsw.CorruptError

    journal = journals.opened(tmp_path)

    async def main() -> None:
        monkeypatch.setattr(JournalFile, "commit", damaged)
        confirmed: list[bool] = []
        told = journals.told(journal.next_number)
        await journal.keep([told], {}, [lambda: confirmed.append(True)])
        await ended(journal)
        assert confirmed == []
        monkeypatch.undo()
        await journal.close()

    time.run(main())
    assert "while the gateway ran" in aside(tmp_path / "journal.db")[1].reason
    assert put_aside(kept(tmp_path), EPOCH) == ()


def test_damage_that_a_reader_meets_ends_the_gateway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits for the platform could not be read any more, and nobody would know."""

    def damaged(*_: object) -> None:
        raise apsw.CorruptError

    journal = journals.opened(tmp_path)

    async def main() -> None:
        monkeypatch.setattr(JournalLook, "after", damaged)
        with pytest.raises(apsw.CorruptError):
            await journal.after("up", Lane.INFO, 0, 1)
        await ended(journal)
        await journal.close()

    time.run(main())
    assert "while the gateway ran" in aside(tmp_path / "journal.db")[1].reason
