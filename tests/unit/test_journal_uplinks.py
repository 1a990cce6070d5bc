"""Uplinks that come and go while events are kept: nothing is lost for those that stay."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import apsw
import pytest

from cloud_bridge.change import Change
from cloud_bridge.journal import Journal
from edge.model import EventQuery, Lane
from tests.fakes import time as virtual
from tests.fakes.journal import narrate, opened, told
from tests.fakes.time import EPOCH


def journal_of(folder: Path, *uplinks: str) -> Journal:
    """A journal with these uplinks."""
    return Journal(folder / "journal.db", uplinks, narrate, now=lambda: EPOCH)


async def running(journal: Journal) -> asyncio.Task[None]:
    """Let it write."""
    return asyncio.create_task(journal.run(), name="journal")


async def end(journal: Journal, task: asyncio.Task[None]) -> None:
    """Stop it."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await journal.close()


async def waiting(journal: Journal, uplink: str) -> list[int]:
    """The numbers that wait for an uplink."""
    found = await asyncio.gather(*(journal.after(uplink, lane, 0, 100_000) for lane in Lane))
    return sorted(stored.number for lane in found for stored in lane)


def total(journal: Journal, uplink: str) -> int:
    """How many the journal says wait for an uplink."""
    return sum(count for (name, _), count in journal.depths.items() if name == uplink)


def deliveries(folder: Path) -> list[tuple[str, int]]:
    """What is on disk of deliveries."""
    db = apsw.Connection(str(folder / "journal.db"), flags=apsw.SQLITE_OPEN_READONLY)
    rows = [*db.execute("SELECT uplink, number FROM delivery ORDER BY uplink, number")]
    db.close()
    return rows


def test_a_new_uplink_gets_what_comes_from_now_on(tmp_path: Path) -> None:
    """Not what was kept before; and of that nobody claims that it has a receipt."""
    journal = opened(tmp_path)

    async def main() -> None:
        task = await running(journal)
        first = journal.next_number
        await journal.keep([told(first)], {}, [])
        assert await journal.set_uplinks(["up", "new"]) == 0
        await journal.keep([told(first + 1)], {}, [])
        await journal.flush()
        assert await waiting(journal, "new") == [first + 1]
        assert await waiting(journal, "up") == [first, first + 1]
        assert (total(journal, "new"), total(journal, "up")) == (1, 2)
        told_of = [
            [delivery.uplink for delivery in line.deliveries]
            for line in await journal.find(EventQuery())
        ]
        assert told_of == [["new", "up"], ["up"]]
        await end(journal, task)

    virtual.run(main())


def test_what_waits_for_an_uplink_that_goes_is_given_up_and_counted(tmp_path: Path) -> None:
    """In order: what was handed over before counts; what it says afterwards counts no more."""
    journal = journal_of(tmp_path, "a", "b")

    async def main() -> None:
        task = await running(journal)
        first = journal.next_number
        await journal.keep([told(first + n) for n in range(5)], {}, [])
        journal.settle("a", [first])
        assert await journal.set_uplinks(["b"]) == 4
        journal.settle("a", [first + 1])
        journal.refuse("a", [(first + 2, "late")], EPOCH)
        await journal.keep([told(first + 5)], {}, [])
        await journal.flush()
        assert journal.depths == {("b", lane): 6 if lane is Lane.INFO else 0 for lane in Lane}
        assert await waiting(journal, "b") == [first + n for n in range(6)]
        for line in await journal.find(EventQuery()):
            assert [delivery.uplink for delivery in line.deliveries] == ["b"]
        await end(journal, task)
        assert {uplink for uplink, _ in deliveries(tmp_path)} == {"b"}

    virtual.run(main())
    again = journal_of(tmp_path, "b")
    assert again.given_up == 0
    assert total(again, "b") == 6
    virtual.run(again.close())


def test_many_are_given_up_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An alarm that comes meanwhile is on disk between two pieces, not behind all of them."""
    monkeypatch.setattr("cloud_bridge.journal_file.GIVEN_UP_AT_ONCE", 1)
    journal = journal_of(tmp_path, "a", "b")

    async def main() -> None:
        task = await running(journal)
        first = journal.next_number
        for n in range(0, 500, 100):
            await journal.keep([told(first + n + i) for i in range(100)], {}, [])
        await journal.flush()
        left: list[int] = []
        real = journal._file.commit

        def observed(changes: Sequence[Change]) -> object:
            [(count,)] = journal._file.file._db.execute("SELECT count(*) FROM delivery")
            left.append(count)
            return real(changes)

        journal._file.commit = observed  # type: ignore[method-assign, assignment]
        assert await journal.set_uplinks(["b"]) == 500
        await journal.keep([told(first + 500)], {}, [])
        await journal.flush()
        assert 500 < left[-1] <= 1000, "the alarm did not wait for all of them"
        while len(deliveries_now(journal)) > 501:
            await asyncio.sleep(0.1)
            await journal.flush()
        await end(journal, task)

    def deliveries_now(journal: Journal) -> list[tuple[str, int]]:
        return journal._writer.submit(deliveries, tmp_path).result()

    virtual.run(main())


def test_an_uplink_that_comes_back_begins_anew(tmp_path: Path) -> None:
    """What was given up is not delivered after all, be it on disk still; depths stay true."""
    journal = journal_of(tmp_path, "a", "b")
    journal._file.give_up = lambda: False  # type: ignore[method-assign]

    async def main() -> None:
        task = await running(journal)
        first = journal.next_number
        await journal.keep([told(first + n) for n in range(3)], {}, [])
        assert await journal.set_uplinks(["b"]) == 3
        journal.settle("a", [first])
        await journal.flush()
        assert {uplink for uplink, _ in journal.depths} == {"b"}, "its last word counts no more"
        assert await journal.set_uplinks(["b", "a"]) == 0
        await journal.keep([told(first + 3)], {}, [])
        await journal.flush()
        assert await waiting(journal, "a") == [first + 3]
        assert total(journal, "a") == 1
        await end(journal, task)

    virtual.run(main())


async def loaded(journal: Journal, first: int) -> None:
    """A thousand events, of which every third is settled at once."""
    for number in range(first, first + 1_000):
        lane = (Lane.INFO, Lane.FAULT)[number % 2]
        await journal.keep([told(number, lane=lane)], {}, [])
        if number % 3 == 0:
            journal.settle("b", [number])
        if number % 10 == 0:
            await asyncio.sleep(0.001)


def test_under_load_each_uplink_gets_exactly_its_own(tmp_path: Path) -> None:
    """Events are kept and settled as fast as may be; the order of the calls alone decides."""
    journal = journal_of(tmp_path, "a", "b")
    changes = [("a", "b", "c"), ("c", "b"), ("b",), ("b", "a"), ("a", "b", "d")]

    async def main() -> None:
        task = await running(journal)
        first = journal.next_number
        since = {"a": first, "b": first}
        loading = asyncio.create_task(loaded(journal, first), name="load")
        given_up = expected = 0
        for uplinks in changes:
            await asyncio.sleep(0.0155)
            [last] = [change.events[-1].number for change in reversed(handed) if change.events][:1]
            gone = set(since) - set(uplinks)
            expected += sum(last + 1 - since[name] for name in gone)
            since = {name: since.get(name, last + 1) for name in uplinks}
            given_up += await journal.set_uplinks(uplinks)
        await loading
        await journal.flush()
        assert given_up == expected
        for name, begun in since.items():
            own = [n for n in range(begun, first + 1_000) if name != "b" or n % 3]
            assert await waiting(journal, name) == own
            assert total(journal, name) == len(own)
        assert len({*since.values(), first + 1_000}) == 4, "they came while events came"
        await end(journal, task)
        assert {uplink for uplink, _ in deliveries(tmp_path)} == set(since)

    handed: list[Change] = []
    real = journal._add

    def noted(change: Change) -> None:
        handed.append(change)
        real(change)

    journal._add = noted  # type: ignore[method-assign]
    virtual.run(main())


def test_a_disk_that_refuses_changes_nothing_half_way(tmp_path: Path) -> None:
    """The change is tried again as a whole; what comes after it goes to those that are there."""
    journal = journal_of(tmp_path, "a")

    async def main() -> None:
        real, refusals = journal._file.file._serve, 2

        def failing(uplinks: Sequence[str]) -> None:
            nonlocal refusals
            real(uplinks)
            if refusals:
                refusals -= 1
                raise apsw.FullError("database or disk is full")

        journal._file.file._serve = failing  # type: ignore[method-assign]
        first = journal.next_number
        await journal.keep([told(first)], {}, [])
        changing = asyncio.create_task(journal.set_uplinks(["b"]), name="change")
        await asyncio.sleep(0)
        await journal.keep([told(first + 1)], {}, [])
        await journal.flush()
        assert await changing == 1
        assert await waiting(journal, "b") == [first + 1]
        await journal.close()
        assert deliveries(tmp_path) == [("b", first + 1)]

    virtual.run(main())
