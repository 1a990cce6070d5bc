"""What was kept last is answered from memory, and is what the disk would say."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_bridge import fresh as module
from cloud_bridge.journal_file import Standing
from cloud_bridge.journal_schema import DiskRefuses
from cloud_bridge.journal_store import JournalStore
from cloud_bridge.lookups import Lookups
from cloud_bridge.requeueing import RequeueingJournal
from edge.model import Lane
from tests.fakes import time as virtual
from tests.fakes.journal import narrate, told
from tests.fakes.time import EPOCH

UPLINKS = ("up", "other")
LANES = (Lane.LIFE_SAFETY, Lane.INFO)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), st.sampled_from(LANES)),
        st.tuples(st.just("settle"), st.sampled_from(UPLINKS), st.integers(1, 30)),
        st.tuples(st.just("refuse"), st.sampled_from(UPLINKS), st.integers(1, 30)),
        st.tuples(st.just("requeue"), st.sampled_from(UPLINKS)),
        st.tuples(st.just("restart")),
    ),
    max_size=40,
)


def opened(folder: Path) -> RequeueingJournal:
    """A journal with two uplinks."""
    return RequeueingJournal(folder / "journal.db", UPLINKS, narrate, now=lambda: EPOCH)


async def agrees(journal: RequeueingJournal, numbers: Sequence[int]) -> int:
    """Ask for everything both ways; return how often memory had the answer."""
    answered = 0
    for uplink in UPLINKS:
        for lane in LANES:
            for number in (0, *numbers):
                known = journal._fresh.after(uplink, lane, number, 4)
                there = await Lookups.after(journal, uplink, lane, number, 4)
                assert await journal.after(uplink, lane, number, 4) == there
                answered += known is not None
    return answered


async def lived(folder: Path, steps: Sequence[tuple[object, ...]]) -> int:
    """Do these one after the other, and compare after each."""
    journal, answered = await asyncio.to_thread(opened, folder), 0
    number = begun = journal.next_number - 1
    for what, *rest in steps:
        match what, *rest:
            case "keep", Lane() as lane:
                number += 1
                await journal.keep([told(number, lane=lane)], {}, ())
            case "settle", str() as uplink, int() as done:
                journal.settle(uplink, [begun + done])
            case "refuse", str() as uplink, int() as done:
                journal.refuse(uplink, [(begun + done, "no")], EPOCH)
            case "requeue", str() as uplink:
                await journal.flush()
                await journal.requeue(uplink, None)
            case _:
                await journal.close()
                journal = await asyncio.to_thread(opened, folder)
        await journal.flush()
        answered += await agrees(journal, range(max(begun, number - 6), number + 1))
    await journal.close()
    return answered


@settings(max_examples=25)
@given(steps=STEPS)
def test_memory_says_what_the_disk_says(steps: list[tuple[object, ...]]) -> None:
    """Whatever was kept, settled, refused, asked for again; with few events in memory."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST", 3)
        virtual.run(lived(Path(folder), steps))


def test_memory_has_the_answer(tmp_path: Path) -> None:
    """So that the comparison above compares anything."""
    kept = [("keep", Lane.INFO)] * 5
    assert virtual.run(lived(tmp_path, [*kept, ("settle", "up", 4), ("requeue", "up")])) > 10


def test_who_is_in_step_asks_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first event of a session, each next one is there without another thread."""

    async def main() -> list[int]:
        journal = await asyncio.to_thread(opened, tmp_path)
        begun = journal.next_number
        await journal.keep([told(begun)], {}, ())
        await journal.flush()
        [first] = await journal.after("up", Lane.INFO, 0, 9)

        async def refuses(*_: object) -> None:
            raise AssertionError("it asked the disk")

        monkeypatch.setattr(Lookups, "_ask", refuses)
        found, cursor = list[int](), first.number
        for number in range(begun + 1, begun + 5):
            await journal.keep([told(number)], {}, ())
            await journal.flush()
            [stored] = await journal.after("up", Lane.INFO, cursor, 9)
            found.append(stored.number - begun)
            cursor = stored.number
        monkeypatch.undo()
        await journal.close()
        return found

    assert virtual.run(main()) == [1, 2, 3, 4]


def test_what_is_not_on_disk_is_not_there(tmp_path: Path) -> None:
    """An event that only waits to be written is told to nobody."""

    async def main() -> None:
        journal = await asyncio.to_thread(opened, tmp_path)
        begun = journal.next_number
        await journal.keep([told(begun)], {}, ())
        await journal.flush()
        await journal.keep([told(begun + 1)], {}, ())
        assert await journal.after("up", Lane.INFO, begun, 9) == []
        await journal.flush()
        found = await journal.after("up", Lane.INFO, begun, 9)
        assert [each.number for each in found] == [begun + 1]
        await journal.close()

    virtual.run(main())


def test_a_file_that_comes_late_is_asked_for_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had waited in it comes before what was kept since, and nothing is passed over."""
    refusals = [DiskRefuses("not now")]
    really = JournalStore.open

    def late(store: JournalStore) -> Standing:
        if refusals:
            raise refusals.pop()
        return really(store)

    async def main() -> None:
        journal = await asyncio.to_thread(opened, tmp_path)
        begun = journal.next_number
        await journal.keep([told(begun + n) for n in range(5)], {}, ())
        await journal.flush()
        await journal.close()
        monkeypatch.setattr(JournalStore, "open", late)
        unread = Standing(
            last_number=begun - 9, states={}, origins=(), depths={}, refused=0, given_up=0
        )
        monkeypatch.setattr(JournalStore, "known", lambda _: unread)
        journal = await asyncio.to_thread(opened, tmp_path)
        await journal.keep([told(begun + 7)], {}, ())
        await journal.flush()
        found = await journal.after("up", Lane.INFO, begun, 9)
        assert [each.number - begun for each in found] == [1, 2, 3, 4, 7]
        await agrees(journal, range(begun, begun + 8))
        await journal.close()

    virtual.run(main())
