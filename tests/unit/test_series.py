"""What becomes of readings on their way to a database: taken, refused, lost, written again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import pytest

from cloud_bridge import series as module
from cloud_bridge.series_server import Busy, Refused, TooLarge
from edge.errors import LinkDown
from edge.model import Reading
from tests.fakes import time as virtual
from tests.fakes.series import Following, ScriptedServer, refusing
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

T = TypeVar("T")


def some(begin: int, count: int) -> list[Reading]:
    """Readings that can be told apart, ten in a second."""
    return [
        Reading(point=f"d{n % 7}/level", value=n, at=EPOCH + timedelta(seconds=n / 10))
        for n in range(begin, begin + count)
    ]


def values(lines: Sequence[str]) -> list[int]:
    """What of `some` is in these lines."""
    return [int(float(line.split("value=")[1].split(",")[0])) for line in lines]


def tell(server: ScriptedServer, story: Callable[[Following], Awaitable[T]]) -> T:
    """Tell a story of a sink in virtual time."""

    async def main() -> T:
        return await story(Following(bare_site(), server))

    return virtual.run(main())


def test_what_is_kept_is_written_once_and_done_when_it_has_settled() -> None:
    """A batch is done ten seconds after the server has taken it, if it is the same server still."""

    async def story(sink: Following) -> None:
        sink.tail.keep(some(0, 10))
        assert not await sink.session(5)
        assert sink.series.oldest is None
        assert (sink.opened, sink.tail.finished) == (1, 0)
        sink.tail.keep(some(10, 10))
        assert not await sink.session(15)
        sink.tail.keep(some(20, 1))
        assert sink.series.waiting == 1
        assert not await sink.session(1)
        assert sink.tail.finished == 0, "each session begins with what is not done"
        assert {*values(sink.server.lines)} == {*range(21)}

    tell(ScriptedServer(), story)

    async def steady(sink: Following) -> None:
        async def come() -> None:
            for n in range(30):
                sink.tail.keep(some(n, 1))
                await asyncio.sleep(1)

        coming = asyncio.create_task(come(), name="come")
        assert not await sink.session(29.5)
        await coming
        assert sink.tail.finished == 20
        assert values(sink.server.lines) == [*range(30)]
        assert sink.series.written == 30

    tell(ScriptedServer(), steady)


def test_a_server_that_was_killed_gets_again_what_it_may_have_lost() -> None:
    """A new connection on the way is a restart: nothing is missing in the end."""

    async def story(sink: Following) -> None:
        async def live() -> None:
            for n in range(40):
                sink.tail.keep(some(n, 1))
                await asyncio.sleep(1)
                if n in {12, 30}:
                    sink.server.crash(lost=5)

        living = asyncio.create_task(live(), name="live")
        assert not await sink.session(41)
        await living
        assert {*values(sink.server.lines)} == {*range(40)}

    tell(ScriptedServer(), story)


def test_a_server_that_ends_every_connection_is_written_to_all_the_same() -> None:
    """Where each request is a connection, that says nothing, and nothing goes round in circles."""
    server = ScriptedServer()
    server.keeps_open = False

    async def story(sink: Following) -> None:
        for n in range(20):
            sink.tail.keep(some(n, 1))
        assert not await sink.session(30)
        assert {*values(sink.server.lines)} == {*range(20)}
        sink.tail.keep(some(20, 1))
        assert not await sink.session(1)

    tell(server, story)
    assert len(server.requests) < 30


def test_lines_that_are_refused_are_found_given_up_and_counted() -> None:
    """Two bad lines among a thousand cost those two, and some forty requests."""
    server = ScriptedServer(refusing("value=333.0", "value=801.0"))

    async def story(sink: Following) -> None:
        sink.tail.keep(some(0, 1000))
        assert not await sink.session(1)
        assert sink.series.refused == 2
        sink.tail.keep(some(801, 1))
        assert not await sink.session(1)
        assert sink.opened == 2

    tell(server, story)
    assert {*values(server.lines)} == {*range(1000)} - {333, 801}
    assert len(server.requests) < 2 * 50


def test_a_batch_of_bad_lines_alone_holds_nobody_up() -> None:
    """Where nothing is taken, a line that must be taken decides whose fault it is."""

    async def bad_lines(sink: Following) -> None:
        sink.tail.keep(some(0, 3))
        sink.tail.keep(some(500, 1))
        assert not await sink.session(1)
        assert sink.series.refused == 4

    tell(ScriptedServer(refusing("value=0.0", "value=1.0", "value=2.0", "value=500.0")), bad_lines)

    async def bad_server(sink: Following) -> None:
        sink.tail.keep(some(0, 3))
        assert not await sink.session(1)
        sink.server.says = refusing("")
        sink.tail.keep(some(3, 8))
        assert "400" in await sink.session(1)
        assert (sink.series.refused, sink.opened) == (0, 1)
        sink.server.says = lambda _: 0
        assert not await sink.session(1)
        assert {*values(sink.server.lines)} == {*range(11)}

    tell(ScriptedServer(), bad_server)


def test_a_server_that_turns_bad_between_two_writes_costs_nothing() -> None:
    """Every line is refused and so is the one that must be taken: nothing is given up."""

    async def story(sink: Following) -> None:
        def says(lines: Sequence[str]) -> int:
            if any("value=9.0" in line for line in lines):
                sink.server.says = refusing("")
                raise Refused("400: no such bucket")
            return 0

        sink.server.says = says
        sink.tail.keep(some(0, 5))
        sink.tail.keep(some(5, 5))
        assert "400" in await sink.session(1)
        assert sink.series.refused == 0
        assert sink.series.oldest == EPOCH

    tell(ScriptedServer(), story)


def test_a_request_that_is_too_large_is_sent_in_smaller_ones_from_then_on() -> None:
    """The session remembers what the server takes."""

    def says(lines: Sequence[str]) -> int:
        if len(lines) > 300:
            raise TooLarge("413: too large")
        return 0

    server = ScriptedServer(says)

    async def story(sink: Following) -> None:
        for n in range(6):
            sink.tail.keep(some(1000 * n, 1000))
        assert not await sink.session(5)
        assert sink.series.refused == 0

    tell(server, story)
    assert values(server.lines) == [*range(6000)]
    assert [len(each) for each in server.requests[1:6]] == [5000, 2500, 1250, 625, 312]
    assert {len(each) for each in server.requests[-7:]} == {156, 1000 - 6 * 156}


def test_lines_that_the_server_leaves_out_are_counted() -> None:
    """It has taken the others, so nothing is sent again."""

    async def story(sink: Following) -> None:
        sink.server.says = lambda lines: 3 if len(lines) > 1 else 0
        sink.tail.keep(some(0, 10))
        assert not await sink.session(1)
        assert sink.series.refused == 3

    tell(ScriptedServer(), story)


@pytest.mark.parametrize(("pause", "begins"), [(0.0, 0.0), (60.0, 60.0)])
def test_a_busy_server_is_left_alone_as_long_as_it_asks(pause: float, begins: float) -> None:
    """The next session waits before it says a word."""
    server = ScriptedServer()

    def busy(_: Sequence[str]) -> int:
        raise Busy("429: slow down", pause)

    async def story(sink: Following) -> None:
        sink.tail.keep(some(0, 1))
        server.says = busy
        assert await sink.session(1) == "429: slow down"
        server.says = lambda _: 0
        asked = len(server.requests)
        assert not await sink.session(max(begins - 1, 0.1))
        assert (len(server.requests) == asked) is bool(pause)
        assert not await sink.session(2)
        assert {*values(server.lines)} == {0}

    tell(server, story)


def test_a_catch_up_goes_in_full_batches_and_pauses_between_them() -> None:
    """A day that waits is written oldest first; nothing is asked of the server meanwhile."""
    server = ScriptedServer()

    async def story(sink: Following) -> None:
        for n in range(20):
            sink.tail.keep(some(1000 * n, 1000))
        assert not await sink.session(100)
        assert sink.series.waiting == 0

    tell(server, story)
    assert values(server.lines) == [*range(20_000)]
    assert {len(each) for each in server.requests[1:]} == {module.MOST_LINES}


def test_what_waits_is_told_with_its_age_while_the_server_is_away() -> None:
    """Also where not even the first session came to be."""

    async def story(sink: Following) -> None:
        def away(_: Sequence[str]) -> int:
            raise LinkDown("refused")

        sink.server.says = away
        assert await sink.session(5) == "refused"
        assert sink.series.oldest is None
        sink.tail.keep(some(50, 2))
        assert await sink.session(5) == "refused"
        assert sink.series.oldest == EPOCH + timedelta(seconds=5)
        assert (sink.opened, sink.series.waiting) == (0, 2)

    tell(ScriptedServer(), story)
