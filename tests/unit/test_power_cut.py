"""The disk whose power is cut: what is synced stays, of the rest any part; and it is quick."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.power_cut import PowerCut, Refusal, power_cut
from tests.fakes.power_cut_disk import (
    SECTOR,
    DiskStep,
    Failed,
    Gone,
    Made,
    Named,
    Platter,
    Synced,
    Truncated,
    Wrote,
    chance_of,
    cuts,
)
from tests.fakes.power_cut_search import examined, put

TRIES = 200
MADE = (Made("a", 1), Named())


def left(*steps: DiskStep, careful: bool = True) -> set[bytes | None]:
    """Everything that may be found in the file `a` after these steps."""
    platter = Platter({}, careful=careful)
    for step in steps:
        platter.take(step)
    chance = chance_of(0)
    return {platter.left(chance).get("a") for _ in range(TRIES)}


def test_what_is_synced_stays() -> None:
    """Whatever comes after it, but for what is written in its place."""
    assert left(*MADE, Wrote(1, 0, b"abc"), Synced(1)) == {b"abc"}
    assert left(*MADE, Wrote(1, 0, b"abc"), Synced(1), Wrote(1, 3, b"d")) >= {b"abc", b"abcd"}


def test_what_is_not_synced_may_be_lost_in_any_order() -> None:
    """The second write may be there without the first; between them stands zero, or anything."""
    found = left(*MADE, Wrote(1, 0, b"ab"), Wrote(1, 2, b"cd"))
    assert {b"", b"ab", b"abcd", b"\0\0cd"} <= found
    assert any(body and body.endswith(b"cd") and body[:2] not in {b"ab", b"\0\0"} for body in found)


def test_a_write_is_torn_at_sectors_and_nowhere_else() -> None:
    """Half a write is on the disk, in whole sectors."""
    old, new = bytes(4 * SECTOR), b"n" * 4 * SECTOR
    found = left(*MADE, Wrote(1, 0, old), Synced(1), Wrote(1, 0, new))
    assert len(found) > 8
    for body in found:
        assert body is not None
        sectors = [body[at : at + SECTOR] for at in range(0, len(body), SECTOR)]
        assert {*sectors} <= {old[:SECTOR], new[:SECTOR]}


def test_only_a_disk_that_says_so_spoils_what_stands_beside() -> None:
    """Without powersafe overwrite a torn write may take its neighbours along."""
    steps = (*MADE, Wrote(1, 0, b"x" * 100), Synced(1), Wrote(1, 100, b"y"))
    assert all(body and body.startswith(b"x" * 100) for body in left(*steps))
    assert any(body and not body.startswith(b"x" * 100) for body in left(*steps, careful=False))


def test_names_last_from_when_the_folder_is_synced() -> None:
    """A file that was made may be gone with all that was synced; one that was deleted be back."""
    assert left(Made("a", 1), Wrote(1, 0, b"x"), Synced(1)) == {None, b"x"}
    assert left(Made("a", 1), Wrote(1, 0, b"x"), Synced(1), Named()) == {b"x"}
    gone = (*MADE, Wrote(1, 0, b"x"), Synced(1), Gone("a"))
    assert left(*gone) == {None, b"x"}
    assert left(*gone, Made("a", 2)) == {None, b"x", b""}
    assert left(*gone, Named()) == {None}


def test_a_truncation_may_be_lost_too() -> None:
    """And what was cut off is there again."""
    assert left(*MADE, Wrote(1, 0, b"abc"), Synced(1), Truncated(1, 1)) == {b"abc", b"a"}


def test_what_a_sync_failed_to_write_no_later_one_writes() -> None:
    """Linux forgets such pages; only what is written anew is on the disk after the next sync."""
    failed = (*MADE, Wrote(1, 0, b"ab"), Failed(1), Synced(1))
    assert {b"", b"ab"} <= left(*failed)
    assert left(*failed, Wrote(1, 0, b"ab"), Synced(1)) == {b"ab"}


@given(st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=1500))))
def test_after_a_sync_there_is_one_content(writes: Sequence[tuple[int, bytes]]) -> None:
    """The one that a program reads that has not been cut."""
    body = bytearray()
    for at, piece in writes:
        body += bytes(max(0, at - len(body)))
        body[at : at + len(piece)] = piece
    steps = [Wrote(1, at, piece) for at, piece in writes]
    assert left(*MADE, *steps, Synced(1)) == {bytes(body)}


def _counted(folder: Path, disk: PowerCut, *, careless: bool = False) -> None:
    """Count up in a small database, and tell each number that was committed."""
    disk.watch(folder)
    db = apsw.Connection(str(folder / "x.db"))
    db.pragma("journal_mode", "wal")
    db.pragma("synchronous", "normal" if careless else "full")
    db.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, body TEXT)")
    for number in range(40):
        db.execute("INSERT INTO t VALUES (?,?)", (number, "x" * 700))
        disk.tell(number)
    db.close()


def _lost(folder: Path, told: Sequence[object]) -> list[str]:
    db = apsw.Connection(str(folder / "x.db"))
    try:
        if db.pragma("integrity_check") != "ok":
            return ["damaged"]
        made = db.table_exists("main", "t")
        there = [n for (n,) in db.execute("SELECT n FROM t")] if made else []
    except apsw.Error as error:
        return [f"cannot be read: {error}"]
    finally:
        db.close()
    return [] if {*told} <= {*there} else [f"lost: {told}"]


@pytest.mark.parametrize("careful", [True, False], ids=["powersafe", "not powersafe"])
def test_sqlite_keeps_its_word(tmp_path: Path, careful: bool) -> None:  # noqa: FBT001 - pytest's
    """With FULL nothing that was committed is lost, in hundreds of cuts within seconds."""
    with power_cut(careful=careful) as disk:
        _counted(tmp_path / "run", disk)
        findings = examined(disk, tmp_path / "found", _lost)
    assert findings.cuts > 150
    assert not findings.losses


def test_a_disk_that_spoils_without_saying_so_is_found(tmp_path: Path) -> None:
    """SQLite relies on what it is told of the disk: the cuts know the difference."""
    with power_cut() as disk:
        _counted(tmp_path / "run", disk)
        disk.careful = False
        assert examined(disk, tmp_path / "found", _lost).losses


def test_what_normal_loses_is_found(tmp_path: Path) -> None:
    """Rows at the end; nothing is damaged."""
    with power_cut() as disk:
        _counted(tmp_path / "run", disk, careless=True)
        assert {*examined(disk, tmp_path / "found", _lost).broken} == {"lost"}


def test_the_power_may_be_cut_while_it_runs(tmp_path: Path) -> None:
    """And it starts with what is left, at the same place."""
    chance = chance_of(1)
    with power_cut() as disk:
        _counted(tmp_path, disk)
        put(tmp_path, disk.cut(chance))
        assert not _lost(tmp_path, disk.told())
        assert not (tmp_path / "x.db-shm").exists()


@pytest.mark.parametrize(
    ("full", "error"), [(True, apsw.FullError), (False, apsw.IOError)], ids=["full", "broken"]
)
def test_a_call_is_refused(tmp_path: Path, full: bool, error: type[apsw.Error]) -> None:  # noqa: FBT001 - pytest's
    """Just that one, as SQLite tells it, and it is counted."""
    with power_cut() as disk:
        _counted(tmp_path, disk)
        db = apsw.Connection(str(tmp_path / "x.db"))
        disk.refuse(Refusal(full=full))
        with pytest.raises(error):
            db.execute("INSERT INTO t VALUES (100, '')")
        assert disk.refused == 1
        db.execute("INSERT INTO t VALUES (100, '')")
        db.close()


def test_the_same_chance_cuts_the_same(tmp_path: Path) -> None:
    """What is found can be looked at again."""
    with power_cut() as disk:
        _counted(tmp_path, disk)
        one, other = (
            [files for files, _ in cuts(disk.steps, disk.files, chance_of(5), 0.3)]
            for _ in range(2)
        )
    assert one == other
