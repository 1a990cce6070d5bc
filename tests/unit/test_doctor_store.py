"""What `whistle doctor` says of a journal and a history."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal_check import (
    JournalReading,
    newest_version,
    no_longer_than,
    read_only,
    unsound,
)
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_schema import APPLICATION
from edge.cli.doctor import store_look
from edge.cli.doctor.finding import Finding
from edge.cli.doctor.store import (
    BIG_LOG,
    HistoryHolds,
    JournalHolds,
    StoreFile,
    of_file,
    of_history,
    of_journal,
)
from edge.model import Lane

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
FILE = StoreFile(file="journal", path="/var/journal.db", version=2, known=2, size=10**6)


def verdicts(found: list[Finding]) -> dict[str, str]:
    """Each check with its verdict."""
    return {each.check: each.verdict for each in found}


def of(**changed: object) -> dict[str, str]:
    """What is found of a sound file, but for what is given."""
    return verdicts(list(of_file(replace(FILE, **changed))))  # type: ignore[arg-type]


def written(path: Path, numbers: range, uplink: str = "city") -> None:
    """A journal with events that wait for a receipt."""
    file = JournalFile(path, uplinks=[uplink], now=lambda: NOW)
    file.standing()
    rows = [
        EventRow(
            number=number,
            at=(NOW - timedelta(minutes=10)).isoformat(),
            kind="alarm.raised",
            lane=Lane.FAULT,
            subject="lift-1",
            origin="",
            body=b"x" * 500,
        )
        for number in numbers
    ]
    file.commit([Change(events=rows)])
    file.close()


def test_a_sound_file() -> None:
    """Its version, whether it is whole, its log."""
    assert of() == {"journal.file": "ok", "journal.check": "ok", "journal.wal": "ok"}


def test_a_file_that_is_not_there_yet() -> None:
    """Nothing else is asked."""
    assert of(there=False) == {"journal.file": "look"}


@pytest.mark.parametrize(("by", "verdict"), [("file", "wrong"), ("disk", "look")])
def test_a_file_that_cannot_be_opened(by: str, verdict: str) -> None:
    """It is its own fault, or nobody knows yet."""
    assert of(refusal="cannot", by=by) == {"journal.file": verdict}


def test_what_else_may_be_wrong_with_a_file() -> None:
    """Damaged, newer, too large to be checked now, a log that does not shrink."""
    assert of(unsound=("row 3 missing from index",))["journal.check"] == "wrong"
    assert of(version=3, reader=3)["journal.file"] == "wrong"
    assert of(version=3, reader=2)["journal.file"] == "ok", "it only has more"
    assert of(unsound=None)["journal.check"] == "look"
    assert of(log_size=BIG_LOG + 1)["journal.wal"] == "look"


def test_what_waits_in_a_journal() -> None:
    """For how long, to whom; a few minutes are nothing."""
    holds = JournalHolds(waiting={"city": 3}, oldest=NOW - timedelta(hours=2), last=NOW)
    found = list(of_journal(holds, NOW))
    assert verdicts(found)["journal.oldest"] == "look"
    assert "2 hours" in next(e.seen.en for e in found if e.check == "journal.oldest")
    fresh = replace(holds, oldest=NOW - timedelta(minutes=2))
    assert verdicts(list(of_journal(fresh, NOW)))["journal.oldest"] == "ok"


def test_what_was_refused_and_what_was_set_aside() -> None:
    """A person looks at both; where they are is named."""
    holds = JournalHolds(refused=2, aside=("journal-aside-20261129T020000.db",))
    found = {each.check: each for each in of_journal(holds, NOW)}
    assert found["journal.refused"].verdict == "look"
    assert "journal-aside-2026" in found["journal.aside"].seen.en
    assert "journal.aside" not in verdicts(list(of_journal(JournalHolds(), NOW)))


@pytest.mark.parametrize(
    ("ago", "verdict"),
    [
        (timedelta(minutes=3), "ok"),
        (timedelta(seconds=-20), "ok"),
        (timedelta(hours=-1), "wrong"),
        (timedelta(days=90), "look"),
    ],
)
def test_the_clock_is_compared_with_the_journal(ago: timedelta, verdict: str) -> None:
    """One that is before what was written is wrong; one that is long after is doubted."""
    found = list(of_journal(JournalHolds(last=NOW - ago), NOW))
    assert verdicts(found)["clock.journal"] == verdict


def test_who_is_behind_with_readings() -> None:
    """What was given up is looked at."""
    history = replace(FILE, file="history")
    holds = HistoryHolds(share=10**9, behind={"a": 5, "b": 0}, dropped={"b": 7})
    found = [each for each in of_history(history, holds) if each.check == "history.follower"]
    assert [(each.subject, each.verdict) for each in found] == [("a", "ok"), ("b", "look")]


def test_a_journal_is_looked_at_without_a_trace(tmp_path: Path) -> None:
    """One that nobody has open is read as it is: no log, no index of it is left beside it."""
    path = tmp_path / "journal.db"
    written(path, range(1, 4))
    before = sorted(tmp_path.iterdir())
    found = store_look.journal(path, ["city", "other"], NOW)
    assert sorted(tmp_path.iterdir()) == before
    told = {(each.check, each.subject): each.seen.en for each in found}
    assert told["journal.waiting", "city"] == "3 without a receipt"
    assert told["journal.waiting", "other"] == "0 without a receipt"
    assert {each.verdict for each in found if each.check != "journal.oldest"} == {"ok"}


def test_it_is_looked_at_beside_a_writer(tmp_path: Path) -> None:
    """What is in the log is seen, and nothing can be written."""
    path = tmp_path / "journal.db"
    written(path, range(1, 4))
    with closing(JournalFile(path, uplinks=["city"], now=lambda: NOW)) as writer:
        writer.commit([Change(settled=[("city", 2)])])
        with closing(JournalReading(path)) as reading:
            assert reading.sums().waiting == {("city", Lane.FAULT): 2}
            assert reading.sums().last == NOW
        with closing(read_only(path)) as db, pytest.raises(apsw.ReadOnlyError):
            db.execute("DELETE FROM event")


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    """Wherever it is, the check or the opening says so; what is in it is asked no more."""
    path = tmp_path / "journal.db"
    written(path, range(1, 400))
    body = bytearray(path.read_bytes())
    body[4096 * 3 : 4096 * 5] = b"\x55" * 8192
    path.write_bytes(body)
    found = verdicts(store_look.journal(path, [], NOW))
    assert found["journal.check"] == "wrong"
    assert "journal.waiting" not in found
    path.write_bytes(b"no database at all, though long enough to be read as one" * 100)
    assert verdicts(store_look.journal(path, [], NOW)) == {"journal.file": "wrong"}


def test_another_program_s_database_is_said(tmp_path: Path) -> None:
    """It is left alone."""
    path = tmp_path / "journal.db"
    with closing(apsw.Connection(str(path))) as db:
        db.execute("CREATE TABLE t (x)")
    [found] = store_look.journal(path, [], NOW)
    assert "not written by Whistle" in found.seen.en


def test_a_check_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    """A large file holds up nobody at night."""
    path = tmp_path / "journal.db"
    written(path, range(1, 3000))
    with (
        closing(read_only(path)) as db,
        pytest.raises(apsw.InterruptError),
        no_longer_than(db, -1),
    ):
        unsound(db, whole=True)


def test_counting_that_takes_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found before is told all the same."""
    path = tmp_path / "journal.db"
    written(path, range(1, 3000))

    def never(*_: object) -> JournalHolds:
        with closing(JournalReading(path)) as reading:
            reading.sums(longest_s=-1)
        return JournalHolds()

    monkeypatch.setattr("cloud_bridge.journal_check.STEPS", 10)
    monkeypatch.setattr(store_look, "_journal_holds", never)
    found = verdicts(store_look.journal(path, [], NOW))
    assert (found["journal.check"], found["journal.waiting"]) == ("ok", "look")


def test_the_newest_schema_is_that_of_a_new_journal(tmp_path: Path) -> None:
    """What the check knows is what the writer makes."""
    path = tmp_path / "journal.db"
    written(path, range(1, 2))
    with closing(read_only(path)) as db:
        assert next(db.execute("PRAGMA user_version")) == (newest_version(),)
        assert next(db.execute("PRAGMA application_id")) == (APPLICATION,)
