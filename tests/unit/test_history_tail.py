"""Who follows the history: every reading that is kept comes once, in order, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from edge.history import History, follower, forgetting, noted
from edge.history import history_file as module
from edge.history.history_file import HistoryFile
from edge.history.keeping import Keeping
from edge.history.rows import micros
from edge.history.tail import Batch, Tail
from edge.model import Quality, Reading
from tests.fakes.history import as_it_fits, at, live, read

ALL = 10**6


def told(batches: Sequence[Batch]) -> list[Reading]:
    """The readings of some batches, in order."""
    return [reading for batch in batches for reading in batch.readings]


async def written(history: History, *readings: Reading) -> None:
    """Note readings, each in a batch of its own."""
    for reading in readings:
        history.add(reading)
        await history.flush()


async def rest(tail: Tail) -> list[Reading]:
    """Everything that is there for a follower now; nothing of it is done."""
    found: list[Reading] = []
    number = 0
    while True:
        try:
            async with asyncio.timeout(1):
                batches = await tail.after(number, 3)
        except TimeoutError:
            return found
        found += told(batches)
        number = batches[-1].number


@pytest.mark.parametrize("recent", [0, 2, 10])
def test_it_begins_when_it_is_named_and_loses_nothing(
    recent: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From memory, or the file, or both: in the order in which they came, numbers only grow."""
    monkeypatch.setattr(follower, "MOST_RECENT", recent)

    async def story(history: History) -> None:
        await written(history, read(0, "before"))
        await history.set_followers(["influx"])
        tail = history.follow("influx")
        late = read(-500, 1.5, "b/y", Quality.UNCERTAIN)
        sent = [read(1, value=True), read(2, "运行", "a/x"), late, read(3, None), read(4, 2**62)]
        await written(history, *sent[:3])
        for reading in sent[3:]:
            history.add(reading)
        await history.flush()
        assert await rest(tail) == sent
        batches = await tail.after(0, ALL)
        assert [len(batch.readings) for batch in batches] == [1, 1, 1, 2]
        numbers = [batch.number for batch in batches]
        assert numbers == sorted({*numbers})
        assert (tail.waiting, tail.dropped) == (5, 0)
        tail.done(numbers[1])
        assert await rest(tail) == sent[2:]
        await history.flush()
        assert tail.waiting == 3
        assert told(await tail.after(numbers[2], ALL)) == sent[3:]

    live(tmp_path, story)


def test_it_waits_for_what_comes_next(tmp_path: Path) -> None:
    """Asked before anything is there, even before the file is: it answers when it is kept."""

    async def story(history: History) -> None:
        tail = history.follow("influx")
        assert (tail.waiting, tail.dropped) == (0, 0)
        asked = asyncio.create_task(tail.after(0, ALL), name="follower")
        await asyncio.sleep(1)
        await written(history, read(0, "nobody follows"))
        await history.set_followers(["influx"])
        await asyncio.sleep(1)
        assert not asked.done()
        await written(history, read(1, 1))
        assert told(await asked) == [read(1, 1)]

    live(tmp_path, story)


def test_after_a_kill_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """What was done and written is not told again; what was sorted meanwhile is told all the same.

    Who is not named any more is forgotten, and begins anew where it comes back.
    """

    async def first(history: History) -> None:
        await history.set_followers(["a", "b"])
        await written(history, *(read(n, n) for n in range(6)))
        [*_, third] = await history.follow("a").after(0, 3)
        history.follow("a").done(third.number)
        await history.flush()
        await history._writing.attempt(lambda file, now: file.sort() if now else None)
        await history._writing.attempt(lambda file, now: file.tidy(now))

    async def second(history: History) -> None:
        await history.set_followers(["a", "c"])
        assert history.follow("a").waiting == 3
        assert await rest(history.follow("a")) == [read(n, n) for n in (3, 4, 5)]
        await written(history, read(9, 9))
        assert await rest(history.follow("c")) == [read(9, 9)]
        await history.set_followers(["b"])
        assert (history.follow("a").waiting, history.follow("b").waiting) == (0, 0)

    live(tmp_path, first)
    live(tmp_path, second)


def test_what_all_have_done_leaves_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch stays until it is sorted and every follower is done with it, and no longer."""
    monkeypatch.setattr(forgetting, "LOOK_EVERY", 1)
    file = HistoryFile(tmp_path / "history.db", micros(at(0)))
    file.follow(["a", "b"])
    for second in range(5):
        file.write([read(second, second)])

    def left() -> int:
        file.write(())
        file.tidy(micros(at(9)))
        [(count,)] = file._db.execute("SELECT count(*) FROM batch")
        return int(count)

    numbers = [number for (number,) in file._db.execute("SELECT number FROM batch")]
    file.places["a"].done = file.places["b"].done = numbers[3]
    assert left() == 5, "not sorted yet"
    file.sort()
    assert left() == 1
    file.places["a"].done = numbers[4]
    assert left() == 1
    file.places["b"].done = numbers[4]
    assert left() == 0
    file.write([read(9, 9)])
    assert file.number > numbers[4]
    file.close()


def test_beyond_its_share_the_oldest_are_given_up_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A follower that never comes costs half the file; who is done has lost nothing by that."""
    monkeypatch.setattr(forgetting, "LOOK_EVERY", 1)
    monkeypatch.setattr(module, "SORT_ROWS", 1000)
    monkeypatch.setattr(module, "SORT_OF_EACH", 0)
    path = tmp_path / "history.db"
    file = HistoryFile(path, micros(at(0)), Keeping(size=300_000))
    file.follow(["away", "there"])
    kept = 0
    for second in range(0, 36_000, 900):
        numbers = range(second, second + 900)
        batch = [read(n, n * 7919 % 10**6 / 7, f"p/{n % 7}") for n in numbers]
        now = micros(batch[-1].at)
        as_it_fits(file, now, partial(file.write, batch))
        kept += 900
        file.places["there"].done = file.number
        as_it_fits(file, now, partial(file.tidy, now))
        assert path.stat().st_size <= 300_000
    away, there = file.places["away"], file.places["there"]
    assert (there.dropped, file.total) == (0, kept)
    assert 0 < away.dropped == away.total < kept
    [(count,)] = file._db.execute("SELECT sum(count) FROM batch")
    assert count == kept - away.dropped > 1000
    [(weight,)] = file._db.execute("SELECT sum(length(body)) FROM batch")
    assert weight < 200_000
    file.close()
    again = HistoryFile(path, micros(at(0)), Keeping(size=300_000))
    assert again.places["away"].dropped == away.dropped
    again.close()


def test_a_file_that_was_damaged_is_told_as_lost(tmp_path: Path) -> None:
    """What waited in it is gone: counted, and what comes afterwards has higher numbers."""

    async def story(history: History) -> None:
        await history.set_followers(["influx"])
        tail = history.follow("influx")
        await written(history, read(0, 0), read(1, 1))
        [first, _] = await tail.after(0, ALL)
        tail.done(first.number)
        await history.flush()
        history._writing.doubt()
        await written(history, read(2, 2))
        assert (tail.dropped, tail.waiting) == (1, 1)
        [batch] = await tail.after(0, ALL)
        assert (list(batch.readings), batch.number > first.number + 1) == ([read(2, 2)], True)

    live(tmp_path, story)


def test_much_does_not_wait_for_its_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood is written as it comes, so that none of it is dropped for want of room."""
    monkeypatch.setattr(noted, "MANY_WAITING", 5)

    async def story(history: History) -> None:
        await history.set_followers(["influx"])
        tail = history.follow("influx")
        writing = asyncio.create_task(history.run(), name="writing")
        await asyncio.sleep(0.1)
        for number in range(5):
            history.add(read(number, number))
        async with asyncio.timeout(0.5):
            assert len(told(await tail.after(0, ALL))) == 5
        history.add(read(5, 5))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await tail.after((await tail.after(0, ALL))[-1].number, ALL)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)

    live(tmp_path, story)
