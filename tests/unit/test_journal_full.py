"""A journal without room: what goes, in which order, and what is told of it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import apsw
import pytest

from cloud_bridge import ballast, journal_file
from cloud_bridge.ballast import SIZE, Ballast
from cloud_bridge.change import Change
from cloud_bridge.journal import Journal
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_room import AT_ONCE, PRUNED_AT_ONCE
from cloud_bridge.journal_row import row_of
from cloud_bridge.journal_store import JournalStore
from cloud_bridge.waiting import MOST_WAITING, Waiting
from edge.model import Lane
from tests.fakes import time as virtual
from tests.fakes.journal import narrate, on_disk, opened, told
from tests.fakes.time import EPOCH

PAGE = 4096
URGENT = (Lane.LIFE_SAFETY, Lane.SECURITY, Lane.FAULT, Lane.INFO)


def filled(path: Path, *lanes: Lane, each: int = 500) -> JournalFile:
    """A file with so many events of each lane, which may not grow any more."""
    file = JournalFile(path, uplinks=["up", "two"])
    number = file.last_number() + 1
    for lane in lanes:
        rows = [row_of(told(number + n, lane=lane), lambda _: b"x" * 900) for n in range(each)]
        file.commit([Change(events=rows)])
        number += each
    file.limit(int(file._db.pragma("page_count")) * PAGE)
    return file


def of_lanes(file: JournalFile) -> Counter[str]:
    """How many events of each lane are there."""
    return Counter(lane for (lane,) in file._db.execute("SELECT lane FROM event"))


def test_what_is_delivered_goes_before_anything_that_waits(tmp_path: Path) -> None:
    """An alarm that the platform has is only history here; nothing is told as lost."""
    with closing(filled(tmp_path / "journal.db", *URGENT)) as file:
        first = file.last_number() + 1 - 4 * 500
        settled = [(uplink, first + n) for uplink in ("up", "two") for n in range(500)]
        file.commit([Change(settled=settled)])
        lost = file.make_room()
        assert not lost.events
        assert of_lanes(file)[Lane.LIFE_SAFETY] == 500 - AT_ONCE
        assert of_lanes(file)[Lane.INFO] == 500


def test_the_least_urgent_goes_first_and_life_safety_never(tmp_path: Path) -> None:
    """Lane by lane, the oldest of each; counted by lane and by who waited for it."""
    with closing(filled(tmp_path / "journal.db", *URGENT)) as file:
        gone: list[Lane] = []
        while True:
            try:
                lost = file.make_room()
            except apsw.FullError:
                break
            gone += lost.events
            [(lane, count)] = lost.events.items()
            assert lost.deliveries == {("up", lane): count, ("two", lane): count}
            file._db.execute("VACUUM")
        assert gone == [Lane.INFO, Lane.FAULT, Lane.SECURITY]
        left = of_lanes(file)
        assert left[Lane.LIFE_SAFETY] == 500
        assert left.total() == 501, "and the last event: numbers go on from it"


def test_nothing_goes_where_that_would_not_help(tmp_path: Path) -> None:
    """There is room within the file already: it is the disk that lacks it, and no event does."""
    with closing(filled(tmp_path / "journal.db", Lane.INFO, each=5_000)) as file:
        file.make_room()
        before = of_lanes(file)
        with pytest.raises(apsw.FullError):
            file.make_room()
        assert of_lanes(file) == before


def test_a_journal_at_its_quota_keeps_new_alarms_and_tells_what_went(tmp_path: Path) -> None:
    """The rows that go make the room; depths stay true, and one event counts them."""
    journal = opened(tmp_path)
    kept: list[int] = []

    async def main() -> None:
        first = journal.next_number
        body = [told(first + n) for n in range(6_000)]
        await journal.keep(body, {}, [])
        await journal.flush()
        file = journal._file.file
        journal._writer.submit(journal._file._ballast.give_up).result()
        file.limit(int(file._db.pragma("page_count")) * PAGE)
        for n in range(6_000, 8_000):
            urgent = told(first + n, lane=Lane.LIFE_SAFETY)
            await journal.keep([urgent], {}, [lambda n=n: kept.append(n)])  # type: ignore[misc]
        await journal.flush()
        assert len(kept) == 2_000
        assert journal.depths["up", Lane.LIFE_SAFETY] == 2_000
        [lost] = await journal.losses()
        assert (lost.what, lost.reason) == ("info events", "the disk was full")
        assert journal.depths["up", Lane.INFO] == 6_000 - lost.count
        assert len(on_disk(tmp_path)) == 8_000 - lost.count
        await journal.close()

    virtual.run(main())


def test_a_backlog_of_millions_is_not_searched_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step of pruning looks at so many events, however many wait: alarms are kept between."""
    monkeypatch.setattr(journal_file, "EVENTS_KEPT", 100)
    with closing(JournalFile(tmp_path / "journal.db", uplinks=["up"])) as file:
        steps: list[int] = []
        for count in (PRUNED_AT_ONCE, 10 * PRUNED_AT_ONCE):
            first = file.last_number() + 1
            rows = [row_of(told(first + n), narrate) for n in range(count)]
            file.commit([Change(events=rows)])
            steps.append(0)
            file._db.set_progress_handler(partial(counted, steps), 100)
            more = file.prune()
            file._db.set_progress_handler(None)
        assert more
        assert 0 < steps[1] < 2 * steps[0]
        while file.prune():
            pass
        assert of_lanes(file).total() == 11 * PRUNED_AT_ONCE, "all of it waits"


def counted(steps: list[int]) -> bool:
    """Count some steps of SQLite's machine, and let it go on."""
    steps[-1] += 1
    return False


def test_the_ballast_is_given_up_once_and_filled_again_where_there_is_plenty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds real room, and does not itself fill a disk that is nearly full."""
    held = Ballast(tmp_path / "ballast")
    held.fill()
    assert (tmp_path / "ballast").stat().st_blocks * 512 >= SIZE
    assert held.give_up()
    assert not held.give_up()
    tight = SimpleNamespace(free=SIZE)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: tight)
    held.fill()
    assert not (tmp_path / "ballast").exists()


def test_a_disk_that_gives_no_ballast_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway without it runs like any other, until the disk is full."""

    def refuses(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuses)
    Ballast(tmp_path / "ballast").fill()
    assert ballast.SPARE > SIZE


def test_the_ballast_keeps_an_alarm_where_nothing_may_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, and all that waits is life safety: what was held in reserve takes the next."""
    store = JournalStore(tmp_path / "journal.db", ["up"], lambda: EPOCH)
    first = store.open().last_number + 1
    urgent = [row_of(told(first + n, lane=Lane.LIFE_SAFETY), narrate) for n in range(2)]
    store.commit([Change(events=urgent[:1])])
    store.prune()
    held, real = tmp_path / "journal.ballast", store.file.commit
    assert held.exists()

    def commit(changes: Sequence[Change]) -> dict[tuple[str, Lane], int]:
        if held.exists():
            raise apsw.FullError("database or disk is full")
        return real(changes)

    monkeypatch.setattr(store.file, "commit", commit)
    assert store.commit([Change(events=urgent[1:])]) == {("up", Lane.LIFE_SAFETY): 1}
    assert on_disk(tmp_path)[-2:] == [first, first + 1]
    assert not store.lost
    store.close()


def refusing(journal: Journal) -> None:
    """Let every write of it fail from now on."""

    def full(_: Sequence[Change]) -> dict[tuple[str, Lane], int]:
        raise apsw.FullError("database or disk is full")

    journal._file.commit = full  # type: ignore[method-assign, assignment]


def test_a_disk_that_refuses_for_days_keeps_no_alarm_waiting(tmp_path: Path) -> None:
    """The waiting room is full many times over: the pipeline goes on, and memory does not grow.

    Life safety is all there in the end; how much went of the rest is told.
    """
    journal = opened(tmp_path)
    answered: Counter[Lane] = Counter()

    async def main() -> None:
        running = asyncio.create_task(journal.run(), name="journal")
        real = journal._file.commit
        refusing(journal)
        first, count = journal.next_number, 5 * MOST_WAITING
        for n in range(count):
            lane = Lane.LIFE_SAFETY if n % 100 == 0 else Lane.INFO
            kept = told(first + n, f"o/{n}", lane)
            await journal.keep([kept], {"rule:a": b"%d" % n}, [lambda at=lane: add(at)])  # type: ignore[misc]
            if n % 1_000 == 0:
                await asyncio.sleep(1)
            assert journal._waiting.weight <= MOST_WAITING
        assert journal.refusal and not answered  # noqa: PT018 - both or neither
        journal._file.commit = real  # type: ignore[method-assign]
        [lost] = await journal.losses()
        await journal.flush()
        assert answered[Lane.LIFE_SAFETY] == count // 100
        assert lost.count + len(on_disk(tmp_path)) == count
        there = {number - first for number in on_disk(tmp_path)}
        known = {n for n in range(count) if journal.knows(f"o/{n}")}
        assert known == there, "what went is no copy when its device asks again"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await journal.close()

    def add(lane: Lane) -> None:
        answered[lane] += 1

    virtual.run(main())
    again = opened(tmp_path)
    assert again.states["rule:a"] == b"%d" % (5 * MOST_WAITING - 1)
    virtual.run(again.close())


def test_states_without_events_never_fill_the_waiting_room(tmp_path: Path) -> None:
    """Of each rule the last one counts: a full disk for weeks costs no more than that."""
    journal = opened(tmp_path)

    async def main() -> None:
        running = asyncio.create_task(journal.run(), name="journal")
        real = journal._file.commit
        refusing(journal)
        for n in range(3 * MOST_WAITING):
            await journal.keep([], {f"rule:{n % 7}": b"%d" % n}, [])
            if n % 5_000 == 0:
                await asyncio.sleep(1)
        journal._file.commit = real  # type: ignore[method-assign]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await journal.close()

    virtual.run(main())
    again = opened(tmp_path)
    assert sorted(map(int, again.states.values())) == [*range(3 * MOST_WAITING)][-7:]
    virtual.run(again.close())


def test_what_is_being_written_is_not_given_up() -> None:
    """A transaction that is under way in the thread, and a change of uplinks, stay as they are."""
    waiting = Waiting()
    row = row_of(told(1), narrate)
    first, swap = Change(events=[row]), Change(uplinks=("up",))
    waiting.add(first)
    waiting.add(swap)
    assert waiting.take() == (first,)
    for n in range(2, MOST_WAITING + 2):
        waiting.add(Change(events=[row_of(told(n), narrate)]))
    assert not waiting.room.is_set()
    gone = waiting.squeeze()
    assert waiting.room.is_set()
    assert row not in gone
    waiting.done()
    assert waiting.take() == (swap,)
