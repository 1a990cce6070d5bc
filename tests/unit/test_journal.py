"""The journal: kept before anybody hears of it, once, in order, and until the receipt."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from cloud_bridge.change import Change
from cloud_bridge.journal import Journal
from cloud_bridge.waiting import MOST_WAITING
from edge.model import Lane
from tests.fakes import time as virtual
from tests.fakes.journal import on_disk, opened, told
from tests.fakes.time import EPOCH


def test_the_acknowledgement_comes_after_the_commit(tmp_path: Path) -> None:
    """`then` is called when the transaction has returned, and not before."""
    journal = opened(tmp_path)
    order: list[str] = []
    real = journal._file.commit

    def observed(changes: Sequence[Change]) -> object:
        moved = real(changes)
        order.append(f"{len(on_disk(tmp_path))} on disk")
        return moved

    async def main() -> None:
        journal._file.commit = observed  # type: ignore[method-assign, assignment]
        await journal.keep([told(journal.next_number)], {}, [lambda: order.append("acknowledged")])
        assert order == [], "nothing is acknowledged before the disk has it"
        await journal.close()

    virtual.run(main())
    assert order == ["1 on disk", "acknowledged"]


def test_numbers_go_on_after_a_restart_and_never_begin_at_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new journal begins at the millisecond it was made, a known one after its last event."""
    monkeypatch.setattr("cloud_bridge.journal_schema.synchronised", lambda: True)
    before = datetime.now(UTC).timestamp() * 1000

    async def first(journal: Journal) -> int:
        number = journal.next_number
        await journal.keep([told(number)], {}, [])
        await journal.close()
        return number

    async def second(journal: Journal) -> int:
        await journal.close()
        return journal.next_number

    number = virtual.run(first(opened(tmp_path)))
    assert before <= number <= before + 60_000
    assert virtual.run(second(opened(tmp_path))) == number + 1


def test_states_and_origins_survive(tmp_path: Path) -> None:
    """What was kept with the events is there at the next start; none forgets."""

    async def first(journal: Journal) -> None:
        number = journal.next_number
        await journal.keep([told(number, "fire-1/7")], {"rule:a": b"1", "rule:b": b"2"}, [])
        assert journal.knows("fire-1/7"), "known while it is still on its way to the disk"
        await journal.keep([], {"rule:b": None}, [])
        await journal.close()

    async def second(journal: Journal) -> None:
        assert journal.states == {"rule:a": b"1"}
        assert journal.knows("fire-1/7")
        assert not journal.knows("fire-1/8")
        await journal.close()

    virtual.run(first(opened(tmp_path)))
    virtual.run(second(opened(tmp_path)))


def test_a_delivery_waits_for_its_receipt(tmp_path: Path) -> None:
    """Events come by lane and number until they are settled or refused, over restarts."""

    async def first(journal: Journal) -> int:
        start = journal.next_number
        lanes = [Lane.INFO, Lane.LIFE_SAFETY, Lane.INFO, Lane.INFO]
        await journal.keep([told(start + n, lane=lane) for n, lane in enumerate(lanes)], {}, [])
        await journal.flush()
        assert journal.depths["up", Lane.INFO] == 3
        await settled(journal, [start])
        journal.refuse("up", [(start + 2, "too old")], EPOCH)
        await journal.close()
        return start

    async def settled(journal: Journal, numbers: Sequence[int]) -> None:
        journal.settle("up", numbers)
        journal.settle("up", numbers)
        await journal.flush()

    async def second(journal: Journal, start: int) -> None:
        info = await journal.after("up", Lane.INFO, 0, 10)
        assert [stored.number for stored in info] == [start + 3]
        [urgent] = await journal.after("up", Lane.LIFE_SAFETY, 0, 10)
        assert urgent.body == b"%d" % (start + 1)
        assert await journal.after("up", Lane.LIFE_SAFETY, urgent.number, 10) == []
        assert journal.depths == {("up", lane): 0 for lane in Lane} | {
            ("up", Lane.INFO): 1,
            ("up", Lane.LIFE_SAFETY): 1,
        }
        await journal.close()

    start = virtual.run(first(opened(tmp_path)))
    virtual.run(second(opened(tmp_path), start))


def test_how_long_the_oldest_has_waited(tmp_path: Path) -> None:
    """The oldest over all lanes; nothing when nothing waits. Refusals are counted over restarts."""
    journal = opened(tmp_path)

    async def main() -> None:
        assert await journal.oldest() is None
        start = journal.next_number
        await journal.keep([told(start), told(start + 1, lane=Lane.LIFE_SAFETY)], {}, [])
        await journal.flush()
        assert await journal.oldest() == EPOCH
        journal.refuse("up", [(start, "no"), (start + 1, "no")], EPOCH)
        await journal.flush()
        assert await journal.oldest() is None
        assert journal.refused == 2
        await journal.close()

    virtual.run(main())
    again = opened(tmp_path)
    assert again.refused == 2
    virtual.run(again.close())


def test_an_event_is_told_of_though_one_commit_settles_as_many(tmp_path: Path) -> None:
    """The depth stays as it is, but there is something new to send."""
    journal = opened(tmp_path)
    grown: list[set[tuple[str, Lane]]] = []

    async def main() -> None:
        start = journal.next_number
        await journal.keep([told(start)], {}, [])
        await journal.flush()
        silence = journal.listen(lambda keys: grown.append(set(keys)))
        await journal.keep([told(start + 1)], {}, [])
        journal.settle("up", [start])
        await journal.flush()
        assert journal.depths["up", Lane.INFO] == 1
        journal.settle("up", [start + 1])
        await journal.flush()
        silence()
        await journal.close()

    virtual.run(main())
    assert grown == [{("up", Lane.INFO)}]


def test_many_handovers_are_one_transaction(tmp_path: Path) -> None:
    """Whatever waits while the disk is busy goes with the next commit."""
    journal = opened(tmp_path)

    async def main() -> int:
        commits = 0
        real = journal._file.commit

        def counted(changes: Sequence[Change]) -> object:
            nonlocal commits
            commits += 1
            return real(changes)

        journal._file.commit = counted  # type: ignore[method-assign, assignment]
        start = journal.next_number
        for number in range(start, start + 100):
            await journal.keep([told(number)], {}, [])
        await journal.close()
        return commits

    assert virtual.run(main()) == 1
    assert len(on_disk(tmp_path)) == 100


def test_a_disk_that_refuses_is_tried_until_it_takes(tmp_path: Path) -> None:
    """Nothing is acknowledged while the disk refuses, and nothing is lost or doubled after."""
    journal = opened(tmp_path)

    async def main() -> None:
        real, refusals = journal._file.commit, 3

        def full(changes: Sequence[Change]) -> object:
            nonlocal refusals
            if refusals:
                refusals -= 1
                raise apsw.FullError("database or disk is full")
            return real(changes)

        journal._file.commit = full  # type: ignore[method-assign, assignment]
        acknowledged: list[float] = []
        loop = asyncio.get_running_loop()
        number = journal.next_number
        await journal.keep([told(number)], {}, [lambda: acknowledged.append(loop.time())])
        await journal.flush()
        assert len(acknowledged) == 1
        assert acknowledged[0] >= 3
        await journal.close()
        assert on_disk(tmp_path) == [number]

    virtual.run(main())


def test_cancelled_in_the_middle_of_a_commit_it_writes_nothing_twice(tmp_path: Path) -> None:
    """The writer thread ends what it began; closing does not hand it over again."""
    journal = opened(tmp_path)

    async def main() -> None:
        real, gate = journal._file.commit, threading.Event()

        def slow(changes: Sequence[Change]) -> object:
            gate.wait(5)
            return real(changes)

        journal._file.commit = slow  # type: ignore[method-assign, assignment]
        acknowledged: list[int] = []
        number = journal.next_number
        await journal.keep([told(number)], {}, [lambda: acknowledged.append(number)])
        writing = asyncio.create_task(journal.run(), name="journal")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        writing.cancel()
        gate.set()
        await asyncio.gather(writing, return_exceptions=True)
        await journal.close()
        assert acknowledged == [number]
        assert on_disk(tmp_path) == [number]

    virtual.run(main())


def test_a_full_waiting_room_slows_the_pipeline(tmp_path: Path) -> None:
    """Beyond the bound `keep` returns only when the disk has caught up."""
    journal = opened(tmp_path)

    async def main() -> None:
        start = journal.next_number
        await journal.keep([told(start + n) for n in range(MOST_WAITING - 2)], {}, [])
        more = asyncio.create_task(journal.keep([told(start + MOST_WAITING)], {}, []), name="more")
        await asyncio.sleep(1)
        assert not more.done()
        await journal.flush()
        await more
        await journal.close()

    virtual.run(main())
