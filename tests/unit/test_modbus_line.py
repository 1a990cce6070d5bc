"""Whose turn it is on a line, and which answer is whose, over a stream in memory."""

from __future__ import annotations

import asyncio

import pytest

from edge.beats import BEAT_S, LONG
from edge.drivers.modbus.codec import Data, MbapFraming, Silence, read_request
from edge.drivers.modbus.planner import Read
from edge.errors import LinkDown
from simulators.modbus_server import SlaveUnit
from tests.fakes.modbus import FakeBus, command, listen, made, opened, values
from tests.fakes.time import run
from tests.unit.test_modbus_trace import Asker, line

ONE = read_request(7, Read(table="holding", start=0, count=1, every=1.0, places=()), "d")


def answer(transaction: int, value: int, unit: int = 7) -> bytes:
    """One register, over TCP."""
    head = transaction.to_bytes(2) + bytes((0, 0, 0, 5, unit, 3, 2))
    return head + value.to_bytes(2)


def test_an_answer_that_is_late_is_not_taken_for_the_next() -> None:
    """With two questions on their way the second gets its own answer, whichever comes first."""

    async def main() -> None:
        for late_first in (True, False):
            bus, wire, pipe, _ = line(MbapFraming())
            assert (await bus.ask(Asker(), ONE, 0.5))[0] == Silence()
            loop = asyncio.get_running_loop()
            late, own = (0.1, 0.2) if late_first else (0.2, 0.1)
            loop.call_later(late, wire.feed, pipe, answer(1, 1111))
            loop.call_later(own, wire.feed, pipe, answer(2, 2222))
            outcome, _ = await bus.ask(Asker(), ONE, 0.5)
            assert outcome == Data((2222).to_bytes(2))
            assert [frame[:2] for frame in pipe.written] == [b"\0\1", b"\0\2"]

    run(main())


def test_late_and_own_answer_in_one_piece_and_in_many() -> None:
    """However the bytes are cut, the late answer is dropped and the own one found."""

    async def main() -> None:
        both = answer(1, 1111) + answer(2, 2222)
        for size in range(1, len(both) + 1):
            bus, wire, pipe, _ = line(MbapFraming())
            await bus.ask(Asker(), ONE, 0.5)
            loop = asyncio.get_running_loop()
            for at in range(0, len(both), size):
                loop.call_later(0.1 + at / 1000, wire.feed, pipe, both[at : at + size])
            outcome, _ = await bus.ask(Asker(), ONE, 0.5)
            assert outcome == Data((2222).to_bytes(2))

    run(main())


@pytest.mark.parametrize(
    "other",
    [
        answer(3, 9),
        answer(1, 9, unit=8),
        b"\0\1\0\0\0\5\7\4\2\0\x09",
        b"\0\1\0\0\0\6\7\3\3\0\0\x09",
        b"\0\1\0\0\0\5\7\3\1\0\x09",
    ],
)
def test_what_answers_something_else_is_silence(other: bytes) -> None:
    """Another transaction, unit, function, length or count of bytes."""

    async def main() -> None:
        bus, wire, pipe, _ = line(MbapFraming())
        asyncio.get_running_loop().call_later(0.1, wire.feed, pipe, other)
        assert (await bus.ask(Asker(), ONE, 0.5))[0] == Silence(garbled=True)

    run(main())


def test_transactions_are_counted_round() -> None:
    """After 65,535 comes 1, and what was asked then is answered."""

    async def main() -> None:
        bus, wire, pipe, _ = line(MbapFraming())
        wire._transaction = 0xFFFE
        for transaction in (0xFFFF, 1, 2):
            loop = asyncio.get_running_loop()
            loop.call_later(0.1, wire.feed, pipe, answer(transaction, transaction))
            outcome, _ = await bus.ask(Asker(), ONE, 0.5)
            assert outcome == Data(transaction.to_bytes(2))

    run(main())


def test_each_question_has_its_own_deadline() -> None:
    """One bell serves them all: it rings for the one that waits, at most a beat late."""

    async def main() -> None:
        bus, wire, pipe, _ = line(MbapFraming())
        loop = asyncio.get_running_loop()
        loop.call_later(0.1, wire.feed, pipe, answer(1, 1))
        assert (await bus.ask(Asker(), ONE, 0.5))[0] == Data(b"\0\1")
        for within in (0.3, 2.0, 0.1, 1.0):
            began = loop.time()
            assert (await bus.ask(Asker(), ONE, within))[0] == Silence()
            assert within <= loop.time() - began <= within + LONG * BEAT_S + 1e-9

    run(main())


def test_whoever_waits_or_asks_learns_that_the_line_is_lost() -> None:
    """The one that is asked, the one behind it, and the one that comes too late."""

    async def main() -> None:
        bus, wire, pipe, _ = line(MbapFraming())
        asking = [
            asyncio.create_task(bus.ask(Asker(), ONE, 5.0), name=f"asker {n}") for n in range(3)
        ]
        await asyncio.sleep(0.1)
        wire.detach(pipe, "cut")
        for each in asking:
            with pytest.raises(LinkDown, match="cut"):
                await each
        with pytest.raises(LinkDown, match="cut"):
            await bus.ask(Asker(), ONE, 5.0)
        assert len(pipe.written) == 1

    run(main())


def test_who_gives_up_leaves_the_line_to_the_next() -> None:
    """A question that is on its way or still waits is withdrawn; the others are asked in order."""

    async def main() -> None:
        bus, wire, pipe, _ = line(MbapFraming())
        asking = [
            asyncio.create_task(bus.ask(Asker(), ONE, 5.0), name=f"asker {n}") for n in range(4)
        ]
        await asyncio.sleep(0.1)
        asking[0].cancel()
        asking[2].cancel()
        await asyncio.sleep(0.1)
        wire.feed(pipe, answer(1, 1111))
        wire.feed(pipe, answer(2, 2222))
        assert (await asking[1])[0] == Data((2222).to_bytes(2))
        await asyncio.sleep(0.1)
        wire.feed(pipe, answer(3, 3333))
        assert (await asking[3])[0] == Data((3333).to_bytes(2))
        assert len(pipe.written) == 3

    run(main())


def test_no_poll_comes_between_the_reads_of_one_command() -> None:
    """A device that is read at once is read whole, on a line that is never free."""

    async def main() -> None:
        device = made(
            {f"p{n}": {"register": 200 * n, "every": "10ms"} for n in range(4)},
        )
        bus = FakeBus(
            {n: SlaveUnit(tables={"holding": {200 * k: k for k in range(4)}}) for n in range(1, 6)}
        )
        driver = opened(bus, dict.fromkeys(range(1, 6), device))
        polls = asyncio.create_task(listen(driver, 4), name="polls")
        await asyncio.sleep(2.001)
        asked = len(bus.asked)
        assert await driver.execute(command("read", "d4")) == "p0=0, p1=1, p2=2, p3=3"
        assert [unit for _, unit, _ in bus.asked[asked : asked + 4]] == [4, 4, 4, 4]
        await polls

    run(main())


def test_what_is_read_seldom_is_read_at_the_start_too() -> None:
    """The next read of what is read often does not go before it."""

    async def main() -> None:
        device = made({"a": {"register": 0}, "b": {"register": 200, "every": "30s"}})
        bus = FakeBus({1: SlaveUnit(tables={"holding": {0: 3, 200: 4}})})
        assert values(await listen(opened(bus, {1: device}), 0.5)) == {"d1/a": 3, "d1/b": 4}

    run(main())


def test_a_line_without_devices_is_watched_all_the_same() -> None:
    """Nobody is asked anything; that it is lost is told."""

    async def main() -> None:
        driver = opened(FakeBus({}), {})
        asyncio.get_running_loop().call_later(200, driver._bus._was_lost, "cut")
        with pytest.raises(LinkDown, match="cut"):
            await listen(driver, 400)

    run(main())
