"""What is wrong with a journal is found, and nothing is changed by looking."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_fsck import Fault, faults
from cloud_bridge.store_lock import locked
from edge.__main__ import main
from edge.model import Lane
from tests.fakes.time import EPOCH

SITE = """
site: {id: s, name: {zh: 测试, en: Test}, language: en}
gateway: {id: gw, store: .}
"""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A sound one with ninety-nine events, one of them delivered, beside a site file."""
    (tmp_path / "site.yaml").write_text(SITE, encoding="utf-8")
    path = tmp_path / "journal.db"
    with closing(JournalFile(path, uplinks=["up"], now=lambda: EPOCH)) as file:
        file.standing()
        rows = [
            EventRow(
                number=number,
                at=EPOCH.isoformat(),
                kind="alarm.raised",
                lane=Lane.FAULT,
                subject="lift-1",
                origin=f"o{number}",
                body=b"x" * 300,
            )
            for number in range(1, 100)
        ]
        file.commit([Change(events=rows), Change(settled=[("up", 1)])])
    changed(path, "UPDATE uplink SET since = 1")
    return path


def changed(path: Path, sql: str) -> None:
    """Do to it what nothing of ours does."""
    with closing(apsw.Connection(str(path))) as db:
        db.execute(sql)


def names(path: Path) -> dict[str, int]:
    """What is wrong, and how often."""
    return {each.name: each.count for each in faults(path)}


def test_a_sound_journal(journal: Path) -> None:
    """Nothing is wrong with it, be events delivered or not."""
    assert not names(journal)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("INSERT INTO delivery VALUES ('up', 'fault', 500)", {"delivery_without_event": 1}),
        (
            "UPDATE delivery SET lane = 'info' WHERE number = 7",
            {"delivery_in_another_lane": 1},
        ),
        (
            "UPDATE delivery SET lane = 'nonsense' WHERE number = 7",
            {"delivery_in_another_lane": 1, "lane_unknown": 1},
        ),
        ("UPDATE delivery SET uplink = 'gone' WHERE number < 4", {"delivery_of_no_uplink": 2}),
        ("UPDATE uplink SET since = 9", {"delivery_before_its_uplink": 7}),
        ("INSERT INTO refused VALUES ('up', 500, 'r', 't')", {"refused_without_event": 1}),
        ("INSERT INTO refused VALUES ('up', 9, 'r', 't')", {"refused_and_waiting": 1}),
        ("INSERT INTO origin VALUES ('x', 500)", {"origin_ahead": 1}),
        ("UPDATE event SET at = 'yesterday' WHERE number < 3", {"moment_unread": 2}),
        ("CREATE TABLE guest (x)", {"foreign_table": 1}),
        (
            "DELETE FROM event WHERE number IN (5, 6); DELETE FROM delivery WHERE number IN (5, 6)",
            {"number_missing": 2},
        ),
        ("PRAGMA user_version = 77", {"schema": 1}),
        ("PRAGMA application_id = 1", {"foreign": 1}),
    ],
)
def test_each_fault_is_named(journal: Path, sql: str, found: dict[str, int]) -> None:
    """How often, and nothing that is not there."""
    changed(journal, sql)
    assert names(journal) == found


def test_old_numbers_may_be_missing(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was receipted long ago is forgotten, and what still waits stays between."""
    monkeypatch.setattr("cloud_bridge.journal_fsck.EVENTS_KEPT", 50)
    changed(journal, "DELETE FROM delivery WHERE number BETWEEN 5 AND 7")
    changed(journal, "DELETE FROM event WHERE number BETWEEN 5 AND 7")
    assert not names(journal)


def test_an_empty_journal_is_sound(tmp_path: Path) -> None:
    """A gateway that has told nothing yet."""
    with closing(JournalFile(tmp_path / "journal.db")):
        pass
    assert not names(tmp_path / "journal.db")


def _page(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[4096 * 3 : 4096 * 5] = b"\x55" * 8192
    path.write_bytes(body)


def _head(path: Path) -> None:
    path.write_bytes(b"x" * 8192)


@pytest.mark.parametrize("damage", [_page, _head])
def test_a_damaged_file_is_set_aside_when_asked(
    journal: Path, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Looking changes nothing; `--repair` renames it, with what was in it, and begins anew."""
    damage(journal)
    before = journal.read_bytes()
    site = str(journal.parent / "site.yaml")
    assert main(["--lang", "en", "journal", "fsck", site]) == 1
    assert "integrity" in capsys.readouterr().out
    assert journal.read_bytes() == before
    assert main(["--lang", "en", "journal", "fsck", site, "--repair"]) == 0
    assert "set aside" in capsys.readouterr().out
    [aside] = journal.parent.glob("journal-aside-*.db")
    assert aside.read_bytes() == before
    assert main(["journal", "fsck", site]) == 0


def test_nothing_is_repaired_beside_a_gateway(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor is anything marked to be set aside later."""
    _page(journal)
    with locked(journal.with_suffix(".lock")):
        assert main(["journal", "fsck", str(journal.parent / "site.yaml"), "--repair"]) == 2
    assert "another gateway runs" in capsys.readouterr().err
    assert not journal.with_suffix(".damaged").exists()


def test_what_does_no_harm_is_told_and_left(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 0; what a person has to look at is not set aside, be it asked for."""
    site = str(journal.parent / "site.yaml")
    changed(journal, "CREATE TABLE guest (x)")
    assert main(["--lang", "en", "journal", "fsck", site]) == 0
    assert "guest → does no harm" in capsys.readouterr().out
    changed(journal, "INSERT INTO delivery VALUES ('up', 'fault', 500)")
    assert main(["journal", "fsck", site, "--repair"]) == 1
    assert journal.exists()


def test_a_site_without_a_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said, and none is made."""
    (tmp_path / "site.yaml").write_text(SITE, encoding="utf-8")
    assert main(["--lang", "en", "journal", "fsck", str(tmp_path / "site.yaml")]) == 2
    assert "there is no journal" in capsys.readouterr().err
    assert not (tmp_path / "journal.db").exists()


def test_a_fault_has_words_in_both_languages(journal: Path) -> None:
    """Whoever reads it may read either."""
    changed(journal, "INSERT INTO delivery VALUES ('up', 'nonsense', 500)")
    told: list[Fault] = list(faults(journal))
    assert all(each.what.zh and each.what.en for each in told)
