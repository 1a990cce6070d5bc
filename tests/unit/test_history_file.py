"""The history's file: its share of the disk, what it forgets, and what becomes of a broken one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from math import sin
from pathlib import Path

import apsw
import pytest
from structlog.testing import capture_logs

from edge.history import History, forgetting, schema
from edge.history import history_file as module
from edge.history.forgetting import DAY, STEP
from edge.history.history_file import HistoryFile
from edge.history.keeping import Keeping
from edge.history.look import looking
from edge.history.rolls import HOUR, SECOND
from edge.history.rows import instant, micros
from edge.model import Reading
from tests.fakes.history import as_it_fits, at, live, read

EVERYTHING = (micros(at(0)) - 10**15, micros(at(0)) + 10**15)
NOW = micros(at(0))


def file_of(folder: Path, now: int = NOW) -> HistoryFile:
    """The file, opened to write."""
    return HistoryFile(folder / "history.db", now)


def known(folder: Path, *names: str) -> list[Reading]:
    """What somebody finds who looks at some points."""
    with looking(folder / "history.db", ()) as look:
        return [*look.readings(names, *EVERYTHING, 10**6)]


def sorted_in(folder: Path) -> int:
    """How many readings are sorted."""
    db = apsw.Connection(str(folder / "history.db"), flags=apsw.SQLITE_OPEN_READONLY)
    [(count,)] = db.execute("SELECT coalesce(sum(count), 0) FROM chunk")
    db.close()
    return int(count)


def hourly(days: int, points: Iterable[str] = ("p/x",)) -> list[Reading]:
    """A reading each hour of so many days before the epoch of tests."""
    hours = range(-24 * days, 0)
    return [read(3600 * hour, hour, point) for hour in hours for point in points]


def tidied(file: HistoryFile, calls: int, now: int = NOW) -> None:
    """So many seconds go by."""
    for _ in range(calls):
        file.tidy(now)


def test_what_has_come_is_sorted_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few rows after some minutes, many at once, in parts; always the same is found."""
    monkeypatch.setattr(module, "SORT_ROWS", 50)
    monkeypatch.setattr(module, "SORT_OF_EACH", 0)
    monkeypatch.setattr(module, "SORT_EVERY", 20)
    file = file_of(tmp_path)
    written = [read(second, second, f"p/{second % 4}") for second in range(49)]
    names = [f"p/{number}" for number in range(4)]
    file.write(written)
    tidied(file, module.SORT_EVERY - 1)
    assert sorted_in(tmp_path) == 0
    tidied(file, 3)
    assert 0 < sorted_in(tmp_path) < 49
    assert known(tmp_path, *names) == written
    file.write([read(49, 49, "p/1")])
    tidied(file, 30)
    assert sorted_in(tmp_path) == 50
    more = [read(second, second, f"p/{second % 4}") for second in range(50, 150)]
    file.write(more)
    tidied(file, 30)
    assert sorted_in(tmp_path) == 150
    assert known(tmp_path, *names) == [*written, read(49, 49, "p/1"), *more]
    assert not any(pile.count for pile in file.piles)
    file.close()


def test_a_second_touches_a_page_or_two(tmp_path: Path) -> None:
    """Five hundred points that each change are not as many pages: that would wear out a card."""
    names = [f"d/{number}" for number in range(500)]
    file = file_of(tmp_path)
    file.write([read(0, 1.5, name) for name in names])
    file.sort()
    file._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.write([read(1, 2.5, name) for name in names])
    assert (tmp_path / "history.db-wal").stat().st_size < 20 * schema.PAGE
    file.close()


def test_what_is_too_old_is_forgotten_in_small_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never many rows at once; and from when on everything is there is always told truly."""
    monkeypatch.setattr(forgetting, "FORGET_CHUNKS", 1)
    file = file_of(tmp_path, NOW - 10 * 24 * HOUR)
    file.write(hourly(10, ("a/x", "b/x", "c/x")))
    file.sort()
    before = sorted_in(tmp_path)
    oldest = NOW - 8 * DAY
    while file.since < oldest - HOUR:
        tidied(file, forgetting.LOOK_EVERY)
        while file._forgetting._to_forget:
            after = sorted_in(tmp_path)
            assert before - after <= 20
            before = after
            since = instant(file.since)
            assert min(each.at for each in known(tmp_path, "c/x") if each.at >= since) == since
            tidied(file, 1)
        before = sorted_in(tmp_path)
    left = known(tmp_path, "a/x", "b/x", "c/x")
    assert 3 * 8 * 24 <= len(left) <= 3 * (8 * 24 + 1)
    file.close()


def test_a_clock_that_runs_ahead_costs_hours_not_days(tmp_path: Path) -> None:
    """A year's leap that is put right soon leaves nearly everything where it was."""
    file = file_of(tmp_path, NOW - 7 * 24 * HOUR)
    file.write(hourly(7))
    file.sort()
    tidied(file, 3000, NOW + 365 * 24 * HOUR)
    assert len(known(tmp_path, "p/x")) >= 7 * 24 - 6
    tidied(file, 3000)
    assert instant(file.since) == instant(NOW - 7 * 24 * HOUR + STEP)
    file.close()


def test_a_file_that_is_full_forgets_the_oldest_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never outgrows its share, whatever comes; what is newest is always there."""
    monkeypatch.setattr(module, "SORT_ROWS", 300)
    monkeypatch.setattr(module, "SORT_OF_EACH", 0)
    monkeypatch.setattr(forgetting, "LOOK_EVERY", 1)
    file = HistoryFile(tmp_path / "history.db", NOW, Keeping(size=100 * schema.PAGE))
    for second in range(0, 30_000, 600):
        batch = [read(second + n, sin(second + n), f"p/{n % 7}") for n in range(600)]
        now = micros(batch[-1].at)
        as_it_fits(file, now, partial(file.write, batch))
        as_it_fits(file, now, partial(file.tidy, now))
        assert (tmp_path / "history.db").stat().st_size <= 100 * schema.PAGE
        with looking(tmp_path / "history.db", ()) as look:
            assert look.recent("p/3", 1) == [read(second + 598, sin(second + 598), "p/3")]
    assert file.since > NOW + 5_000 * SECOND
    assert 2_000 < sorted_in(tmp_path) < 20_000
    oldest = min(each.at for each in known(tmp_path, *(f"p/{n}" for n in range(7))))
    assert oldest >= instant(file.since - 2000 * SECOND)
    file.close()


def test_names_that_nobody_speaks_under_any_more_go(tmp_path: Path) -> None:
    """A device that was taken out leaves no trace after its readings; one that is back is known."""
    begun, week = NOW - 10 * 24 * HOUR, timedelta(days=7)
    short = Keeping(raw=week, minutes=week, hours=week)
    file = HistoryFile(tmp_path / "history.db", begun, short)
    file.write([*hourly(10, ("stays/x",)), read(-9 * 86_400, 1, "gone/x")])
    file.sort()
    for _ in range(20):
        file._forgetting._next_by_age = 0
        tidied(file, forgetting.LOOK_EVERY)
    [(points,)] = file._db.execute("SELECT count(*) FROM point")
    assert points == 1
    file.write([read(-1, 2, "gone/x")])
    assert known(tmp_path, "gone/x") == [read(-1, 2, "gone/x")]
    file.close()


def damage(path: Path, kind: str) -> None:
    """Break a file in one of the ways in which files break."""
    body = bytearray(path.read_bytes())
    match kind:
        case "no database":
            body = bytearray(b"these are no readings" * 1000)
        case "overwritten pages":
            body[4096:] = b"\xa5" * (len(body) - 4096)
        case "cut":
            body = body[: len(body) // 2 // 4096 * 4096]
        case "somebody else's":
            body[68:72] = b"ELSE"
        case "a later version":
            body[60:64] = (99).to_bytes(4)
    path.write_bytes(body)


@pytest.mark.parametrize(
    "kind", ["no database", "overwritten pages", "cut", "somebody else's", "a later version"]
)
def test_a_file_that_cannot_be_read_is_set_aside(kind: str, tmp_path: Path) -> None:
    """Under its date, told once; a new one is begun, and nothing that waits is lost."""
    file = file_of(tmp_path)
    file.write([read(second, second, f"p/{second % 50}") for second in range(5000)])
    file.sort()
    file.close()
    damage(tmp_path / "history.db", kind)
    broken = (tmp_path / "history.db").read_bytes()

    async def story(history: History) -> None:
        history.add(read(6000, 7))
        await history.readings([f"p/{n}" for n in range(50)], at(0), at(9000), 10_000)
        await history.flush()
        await history.flush()
        assert await history.recent("p/x", 5) == [read(6000, 7)]
        assert history.since == at(0)
        history.add(read(6001, 8))

    with capture_logs() as lines:
        live(tmp_path, story)
    events = [line["event"] for line in lines]
    assert events.count("history.set_aside") == 1
    assert {*events} <= {"history.set_aside", "history.unreadable"}
    assert (tmp_path / "history-20260101T000000Z.damaged").read_bytes()[4096:] == broken[4096:]
    assert known(tmp_path, "p/x") == [read(6000, 7), read(6001, 8)]


def test_of_what_was_set_aside_only_the_last_stays(tmp_path: Path) -> None:
    """A disk that goes on damaging files is not filled with them."""
    for day in range(3):
        (tmp_path / "history.db").write_bytes(b"nothing at all" * 1000)
        (tmp_path / "history.db-wal").write_bytes(b"nothing either")
        schema.set_aside(tmp_path / "history.db", NOW + day * 24 * HOUR)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "history-20260103T000000Z.damaged",
        "history-20260103T000000Z.damaged-wal",
    ]


def test_a_copy_made_at_any_moment_opens(tmp_path: Path) -> None:
    """As after a power cut: the file as it is half-way holds whole seconds, in order."""
    store = tmp_path / "store"
    store.mkdir()
    file = file_of(store)
    per_second = [f"d/{number}" for number in range(20)]
    for second in range(30):
        file.write([read(second, second, name) for name in per_second])
        if second % 7 == 6:
            file.sort()
        copy = tmp_path / f"copy-{second}"
        shutil.copytree(store, copy)
        (copy / "history.db-shm").unlink(missing_ok=True)
        again = file_of(copy)
        assert list(again._db.execute("PRAGMA integrity_check")) == [("ok",)]
        again.close()
        found = known(copy, *per_second)
        assert len(found) == 20 * (second + 1)
    file.close()


def test_a_wal_that_was_cut_loses_its_end_only(tmp_path: Path) -> None:
    """At each length of it: the file opens, and what is there are the first seconds, each whole."""
    store = tmp_path / "store"
    store.mkdir()
    file = file_of(store)
    names = [f"d/{number}" for number in range(5)]
    for second in range(20):
        file.write([read(second, second, name) for name in names])
    main, wal = (store / "history.db").read_bytes(), (store / "history.db-wal").read_bytes()
    file.close()
    lengths = []
    for part in range(0, len(wal), 6007):
        copy = tmp_path / f"cut-{part}"
        copy.mkdir()
        (copy / "history.db").write_bytes(main)
        (copy / "history.db-wal").write_bytes(wal[:part])
        file_of(copy).close()
        seconds = [each.value for each in known(copy, *names)]
        assert len(seconds) % 5 == 0
        assert sorted({*map(int, seconds)}) == [*range(len(seconds) // 5)]  # type: ignore[arg-type]
        lengths.append(len(seconds))
    assert lengths == sorted(lengths)
    assert lengths[-1] > 40
