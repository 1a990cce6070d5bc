"""Evidence on a disk that was cut off, damaged, is full or refuses."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import apsw
import pytest
from structlog.testing import capture_logs

from edge.evidence import store as module
from edge.evidence.evidence import EvidenceQuery, EvidenceRefused
from edge.evidence.index import Index
from edge.evidence.sending import Outgoing
from edge.evidence.store import INDEX_FILE, EvidenceStore
from tests.fakes.evidence import left, live, names, told


def test_a_start_sweeps_what_nobody_knows(tmp_path: Path) -> None:
    """Half-written files, pictures without a word about them, notes without a picture; not more."""

    async def story(store: EvidenceStore) -> None:
        await store.add(left(tmp_path, "p"), "cam", "a")
        lost = await store.add(left(tmp_path, "lost"), "cam", "a")
        store.path(lost).unlink()

    live(tmp_path, story)
    left(tmp_path, "orphan")
    (tmp_path / "12ab.mp4.part").write_bytes(b"half")
    (tmp_path / f"{'1' * 64}.json").write_text("{}")
    for path in tmp_path.iterdir():
        os.utime(path, (1, 1))
    fresh = left(tmp_path, "about to be told of")
    (tmp_path / "readme.txt").write_text("somebody's own")

    async def later(store: EvidenceStore) -> None:
        assert await told(store) == [
            (1, "kept as long, or as much, as the site file says, and not delivered"),
            (1, "its files are gone"),
        ]
        [one] = await store.find(EvidenceQuery())
        there = {name for name in names(tmp_path) if not name.startswith("evidence")}
        assert there == {one.file, f"{one.sha256}.json", "readme.txt", fresh.file}

    live(tmp_path, later)


@pytest.mark.parametrize("damage", ["overwritten", "torn", "foreign"])
def test_a_damaged_index_is_set_aside_and_made_again(damage: str, tmp_path: Path) -> None:
    """From the files: every picture with its alarms; it is sent once more."""

    async def story(store: EvidenceStore) -> None:
        for n in range(40):
            await store.add(left(tmp_path, f"p{n}", n, size=50), "cam", f"a/{n}")

    live(tmp_path, story)
    index = tmp_path / INDEX_FILE
    match damage:
        case "overwritten":
            index.write_bytes(b"no database" * 1000)
        case "torn":
            body = bytearray(index.read_bytes())
            body[4096 : len(body) - 4096] = b"\x55" * (len(body) - 8192)
            index.write_bytes(body)
        case "foreign":
            shutil.copy(_foreign(tmp_path.parent), index)

    async def later(store: EvidenceStore) -> None:
        with capture_logs() as logs:
            found = await store.find(EvidenceQuery(limit=500))
        assert [each.alarms for each in found] == [(f"a/{n}",) for n in reversed(range(40))]
        assert [each["event"] for each in logs] == ["evidence.set_aside"]
        assert len(names(tmp_path, ".damaged")) == 1
        assert await Outgoing(store, "platform").next() == found[0]

    live(tmp_path, later)


def _foreign(folder: Path) -> Path:
    db = apsw.Connection(str(folder / "foreign.db"))
    db.execute("CREATE TABLE t (x); PRAGMA user_version = 7")
    db.close()
    return folder / "foreign.db"


def test_a_disk_that_is_nearly_full_is_left_to_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing more is taken, with the reason, and again as soon as there is room."""

    async def story(store: EvidenceStore) -> None:
        assert store.refusal == ""
        await told(store)
        monkeypatch.setattr(module, "RESERVE", 1 << 60)
        await told(store, 70)
        assert "kept free for events" in store.refusal
        monkeypatch.setattr(module, "RESERVE", 0)
        await told(store, 70)
        assert store.refusal == ""

    live(tmp_path, story)


def test_a_disk_that_refuses_costs_the_picture_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The capture is refused with the disk's words, nothing is left half, and it is told once."""

    async def story(store: EvidenceStore) -> None:
        await store.add(left(tmp_path, "before"), "cam", "a")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch, capture_logs() as logs:
            patch.setattr("edge.whole_file.os.fsync", full)
            for n in range(3):
                kept = left(tmp_path, f"p{n}")
                with pytest.raises(EvidenceRefused, match="No space left"):
                    await store.add(kept, "cam", "a")
                assert not (tmp_path / kept.file).exists()
        assert [each["event"] for each in logs] == ["evidence.failing"]
        await store.add(left(tmp_path, "after"), "cam", "a")
        assert len(await store.find(EvidenceQuery())) == 2
        assert not names(tmp_path, ".part")

    live(tmp_path, story)


def test_what_is_forgotten_leaves_nothing_behind(tmp_path: Path) -> None:
    """Neither whom it was about nor who waited for it: that would grow for ever."""
    picture = left(tmp_path, "p")

    async def told_of(store: EvidenceStore) -> None:
        kept = await store.add(picture, "cam", "gate-1/forced")
        assert await store.ask(lambda index: index.remove([kept.number])) == 1

        def left_behind(index: Index) -> list[int]:
            asked = "SELECT count(*) FROM about UNION ALL SELECT count(*) FROM waiting"
            return [count for (count,) in index.db.execute(asked)]

        assert await store.ask(left_behind) == [0, 0]
        assert await store.ask(lambda index: index.db.pragma("synchronous")) == 2

    live(tmp_path, told_of, uplinks=("up",))
