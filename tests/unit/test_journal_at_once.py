"""What the journal writes at once, what may wait for others, and that nothing is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import apsw
import pytest

from cloud_bridge.change import Change
from cloud_bridge.journal import SETTLED_WITHIN_S, Journal
from cloud_bridge.journal_commit import AT_ONCE
from edge.model import Lane
from tests.fakes import time as virtual
from tests.fakes.journal import on_disk, opened, told


def written(
    folder: Path, story: Callable[[Journal, list[Sequence[Change]]], Awaitable[None]]
) -> None:
    """Tell a story to a journal that runs; it sees each transaction that was begun."""
    journal = opened(folder)

    async def main() -> None:
        transactions: list[Sequence[Change]] = []
        real = journal._file.commit

        def observed(changes: Sequence[Change]) -> object:
            transactions.append(changes)
            return real(changes)

        journal._file.commit = observed  # type: ignore[method-assign, assignment] # to look on
        running = asyncio.create_task(journal.run(), name="journal")
        await asyncio.sleep(1)
        await story(journal, transactions)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await journal.close()

    virtual.run(main())


def test_an_event_is_on_its_way_when_it_has_been_handed_over(tmp_path: Path) -> None:
    """The thread has it before anything else of a busy loop has had its turn."""

    async def story(journal: Journal, _: list[Sequence[Change]]) -> None:
        await journal.keep([told(journal.next_number)], {}, [])
        under_way = journal._written
        assert under_way is not None
        await under_way
        assert len(await asyncio.to_thread(on_disk, tmp_path)) == 1

    written(tmp_path, story)


def test_a_receipt_waits_for_others_but_not_for_long(tmp_path: Path) -> None:
    """Ten receipts that come one after the other are written together."""

    async def story(journal: Journal, transactions: list[Sequence[Change]]) -> None:
        first = journal.next_number
        await journal.keep([told(first + n) for n in range(10)], {}, [])
        await asyncio.sleep(1)
        transactions.clear()
        for n in range(10):
            journal.settle("up", [first + n])
            await asyncio.sleep(SETTLED_WITHIN_S / 20)
        assert transactions == []
        assert journal.depths["up", Lane.INFO] == 10
        await asyncio.sleep(SETTLED_WITHIN_S)
        assert len(transactions) == 1
        assert journal.depths["up", Lane.INFO] == 0

    written(tmp_path, story)


def test_a_receipt_goes_with_the_next_event(tmp_path: Path) -> None:
    """Where one is written anyway, and the timer finds nothing left to write."""

    async def story(journal: Journal, transactions: list[Sequence[Change]]) -> None:
        number = journal.next_number
        await journal.keep([told(number)], {}, [])
        await asyncio.sleep(1)
        transactions.clear()
        journal.settle("up", [number])
        await journal.keep([told(number + 1)], {}, [])
        await asyncio.sleep(1)
        assert len(transactions) == 1
        assert journal.depths["up", Lane.INFO] == 1

    written(tmp_path, story)


def test_what_comes_while_the_disk_is_busy_goes_next(tmp_path: Path) -> None:
    """All of it in one transaction, in order, whoever handed it over."""

    async def story(journal: Journal, transactions: list[Sequence[Change]]) -> None:
        first = journal.next_number
        for n in range(5):
            await journal.keep([told(first + n)], {"state": b"%d" % n}, [])
        await asyncio.sleep(1)
        assert [len(changes) for changes in transactions] == [1, 4]
        assert await asyncio.to_thread(on_disk, tmp_path) == [first + n for n in range(5)]

    written(tmp_path, story)


def test_a_disk_that_refuses_once_keeps_all_in_the_end(tmp_path: Path) -> None:
    """What was begun without the task that sees to it is written by that, once."""

    async def story(journal: Journal, transactions: list[Sequence[Change]]) -> None:
        observed = journal._file.commit
        refuses = [True]

        def commit(changes: Sequence[Change]) -> object:
            if refuses:
                refuses.clear()
                raise apsw.FullError("full")
            return observed(changes)

        journal._file.commit = commit  # type: ignore[method-assign, assignment] # refuses once
        first = journal.next_number
        await journal.keep([told(first)], {}, [])
        await journal.keep([told(first + 1)], {}, [])
        await asyncio.sleep(0.5)
        assert "full" in journal.refusal
        assert transactions == []
        await asyncio.sleep(1)
        assert journal.refusal == ""
        assert await asyncio.to_thread(on_disk, tmp_path) == [first, first + 1]

    written(tmp_path, story)


@pytest.mark.parametrize("count", [1, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE + 7])
def test_more_than_one_statement_takes_is_written_as_well(tmp_path: Path, count: int) -> None:
    """Events, what is known of them, their deliveries and states, to the last."""

    async def story(journal: Journal, _: list[Sequence[Change]]) -> None:
        first = journal.next_number
        events = [told(first + n, origin=f"o{n}") for n in range(count)]
        await journal.keep(events, {f"s{n}": b"x" for n in range(count)}, [])
        await asyncio.sleep(1)
        assert journal.depths["up", Lane.INFO] == count
        journal.settle("up", [first + n for n in range(count)])
        await journal.keep([], {f"s{n}": None for n in range(count - 1)}, [])
        await asyncio.sleep(1)
        assert journal.depths["up", Lane.INFO] == 0

    written(tmp_path, story)
    again = opened(tmp_path)
    assert again.states == {f"s{count - 1}": b"x"}
    assert all(again.knows(f"o{n}") for n in range(count))
    virtual.run(again.close())
