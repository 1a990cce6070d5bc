"""Who follows closely is told before the disk has it, and misses nothing for that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import apsw
import pytest

from edge.history import History
from edge.history.tail import Batch, Tail
from edge.model import Reading
from tests.fakes.history import live, read

ALL = 10**6
CLOSELY_S = 0.01


@asynccontextmanager
async def followed(history: History) -> AsyncIterator[Tail]:
    """A history that runs, its file open, with somebody who follows closely."""
    history.add(read(0, "opens the file"))
    await history.flush()
    await history.set_followers(["city"], CLOSELY_S)
    running = asyncio.create_task(history.run(), name="history")
    await asyncio.sleep(CLOSELY_S * 2)
    try:
        yield history.follow("city")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def in_file(history: History) -> int:
    """How many readings the file has."""
    file = history._writing.file
    return file.total if file else 0


async def soon(tail: Tail, number: int = 0) -> list[Batch]:
    """What comes within two pauses of who follows closely."""
    async with asyncio.timeout(CLOSELY_S * 2):
        return list(await tail.after(number, ALL))


def told(batches: list[Batch]) -> list[Reading]:
    """Their readings."""
    return [reading for batch in batches for reading in batch.readings]


def test_it_is_told_before_it_is_written_and_once(tmp_path: Path) -> None:
    """Within the pause; the second's write says nothing again, and settles what is done."""

    async def story(history: History) -> None:
        async with followed(history) as tail:
            number, seen = 0, []
            for n in range(1, 6):
                history.add(read(n, n))
                batches = await soon(tail, number)
                seen += told(batches)
                number = batches[-1].number
                assert in_file(history) == 1
            tail.done(number)
            await asyncio.sleep(3)
            assert in_file(history) == 6
            assert tail.waiting == 0
            with pytest.raises(TimeoutError):
                await soon(tail, number)
            assert seen == [read(n, n) for n in range(1, 6)]

    live(tmp_path, story)


def test_who_comes_later_is_told_as_soon(tmp_path: Path) -> None:
    """A gateway's uplinks begin some moments after its history: nothing waits a second for that."""

    async def story(history: History) -> None:
        history.add(read(0, "opens the file"))
        await history.flush()
        running = asyncio.create_task(history.run(), name="history")
        await asyncio.sleep(CLOSELY_S)
        await history.set_followers(["city"], CLOSELY_S)
        history.add(read(1, 1))
        assert told(await soon(history.follow("city"))) == [read(1, 1)]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    live(tmp_path, story)


def test_what_is_done_but_not_written_is_no_reason_to_skip_what_comes(tmp_path: Path) -> None:
    """Killed between the word and the disk, the numbers of what was lost are given again."""

    async def first(history: History) -> None:
        async with followed(history) as tail:
            for n in range(1, 6):
                history.add(read(n, n))
                batches = await soon(tail)
                tail.done(batches[-1].number)
            history._noted.take()  # the machine dies: nothing of this gets to the disk
            history._noted.written()

    async def second(history: History) -> None:
        await history.set_followers(["city"])
        tail = history.follow("city")
        for n in range(10, 13):
            history.add(read(n, n))
            await history.flush()
        assert told(list(await tail.after(0, ALL))) == [read(n, n) for n in range(10, 13)]

    live(tmp_path, first)
    live(tmp_path, second)


def test_a_file_that_is_behind_is_read_without_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was busy elsewhere finds in the file what memory has no more; at most a second twice."""
    monkeypatch.setattr("edge.history.follower.MOST_TOLD", 3)

    async def story(history: History) -> None:
        async with followed(history) as tail:
            for n in range(1, 41):
                history.add(read(n, n))
                await asyncio.sleep(0.1)
            await asyncio.sleep(1.5)
            number, seen = 0, []
            while number < tail_end(history):
                batches = await soon(tail, number)
                seen += told(batches)
                number = batches[-1].number
            assert {each.value for each in seen} == {*range(1, 41)}

    live(tmp_path, story)


def tail_end(history: History) -> int:
    """The number of the last batch in the file."""
    file = history._writing.file
    assert file is not None
    return file.number


def test_a_disk_that_refuses_has_it_told_once_it_takes_it(tmp_path: Path) -> None:
    """What is tried again and again is not sent again and again."""

    async def story(history: History) -> None:
        async with followed(history) as tail:
            file = history._writing.file
            assert file is not None
            real = file.write

            def full(*_: object) -> None:
                raise apsw.FullError("database or disk is full")

            file.write = full  # type: ignore[method-assign, assignment]
            history.add(read(1, "told ahead, and refused"))
            await asyncio.sleep(5)
            history.add(read(2, "after that"))
            await asyncio.sleep(5)
            [first] = await soon(tail)
            assert told([first]) == [read(1, "told ahead, and refused")]
            file.write = real  # type: ignore[method-assign]
            await asyncio.sleep(2)
            [second] = await soon(tail, first.number)
            assert [each.value for each in second.readings][-1] == "after that"
            with pytest.raises(TimeoutError):
                await soon(tail, second.number)

    live(tmp_path, story)
