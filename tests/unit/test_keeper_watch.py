"""What is stuck is ended and begun anew; what is only quiet, slow or kept waiting is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from edge.driver import Now, Report
from edge.errors import LinkDown
from edge.signs import OPENS_S
from edge.trace import Trace
from edge.watch import ENDS_S, LATE_S, MOST_LEFT
from tests.fakes import time as virtual
from tests.fakes.hanging_link import READING, Driver, Kept, Line, hanging, speaking, stubborn


@contextmanager
def woken() -> Iterator[asyncio.Event]:
    """Wake who waits for it at last, whatever a test finds: the loop does not end before them."""
    wake = asyncio.Event()
    try:
        yield wake
    finally:
        wake.set()


def test_a_driver_that_hangs_is_begun_anew_and_its_neighbour_is_not_touched() -> None:
    """It is told down with the reason, in the log where, and opened again; the other is not."""

    async def main() -> None:
        hung, well = Kept(Line(hanging)), Kept(Line(speaking))
        await asyncio.sleep(OPENS_S * 2 + LATE_S + 2)
        assert hung.stuck == 1
        (_, first, _), (down, up, reason) = hung.changes
        assert (first, up, reason) == (True, False, "stuck for 90 s")
        assert down <= OPENS_S * 2 + LATE_S
        assert hung.reports == len(hung.line.opened) == 2
        assert (well.stuck, len(well.line.opened), len(well.changes)) == (0, 1, 1)
        assert well.reports > 140
        await hung.end()
        await well.end()

    with capture_logs() as logs:
        virtual.run(main())
    [stuck] = [line for line in logs if line["event"] == "link.stuck"]
    assert (stuck["link"], stuck["silent"]) == ("l", 90)
    assert any(place.startswith("tests.fakes.hanging_link:") for place in stuck["at"])


def test_one_that_hangs_again_and_again_stays_down_and_is_tried_less_often() -> None:
    """It is not up in between, so that its alarm stands; the pauses grow as after a fault."""

    async def main() -> None:
        hung = Kept(Line(hanging))
        await asyncio.sleep(3600)
        assert [up for _, up, _ in hung.changes] == [True, False]
        times = hung.line.opened
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert len(times) - hung.stuck in {0, 1}, "the last one hangs, or the next has not begun"
        assert max(gaps) - min(gaps) > 10
        await hung.end()

    virtual.run(main())


def test_one_that_has_recovered_is_up_when_it_has_gone_on_for_a_while() -> None:
    """A minute of signs after it was stuck; its commands are carried out before that."""

    async def main() -> None:
        line = Kept(Line(hanging, speaking))
        await asyncio.sleep(600)
        (_, down, up) = line.changes
        assert (down[1], up[1]) == (False, True)
        assert 60 <= up[0] - line.line.opened[1] <= 180
        assert line.stuck == 1
        await line.end()

    virtual.run(main())


def test_one_that_cannot_be_cancelled_is_left_behind_and_says_nothing_any_more() -> None:
    """It is waited for ten seconds, then the next begins; three are left behind, not a fourth."""

    async def main() -> None:
        with woken() as wake:
            line = Kept(Line(*[partial(stubborn, wake)] * MOST_LEFT, speaking))
            await asyncio.sleep(3600)
            assert len(line.line.opened) == line.stuck == MOST_LEFT
            assert line.keeper.driver is None
            wake.set()
            await asyncio.sleep(60)
            assert len(line.line.opened) == MOST_LEFT + 1
            assert 0 < line.reports <= 60, "of the one that speaks, and of no other"
            await line.end()

    virtual.run(main())


def test_those_left_behind_that_have_ended_count_no_more() -> None:
    """Then three others may be left behind, and again not a fourth."""

    async def main() -> None:
        with woken() as first, woken() as then:
            lives = [partial(stubborn, wake) for wake in (first, then) for _ in range(MOST_LEFT)]
            line = Kept(Line(*lives, speaking))
            await asyncio.sleep(3600)
            first.set()
            await asyncio.sleep(3600)
            assert len(line.line.opened) == line.stuck == 2 * MOST_LEFT
            then.set()
            await asyncio.sleep(60)
            assert len(line.line.opened) == 2 * MOST_LEFT + 1
            await line.end()

    virtual.run(main())


def test_one_left_behind_that_ends_takes_nothing_from_the_next() -> None:
    """The link stays up, and its commands are carried out as before."""

    async def main() -> None:
        with woken() as wake:
            line = Kept(Line(partial(stubborn, wake), speaking))
            await asyncio.sleep(600)
            driver = line.keeper.driver
            assert driver is not None
            wake.set()
            await asyncio.sleep(1)
            assert line.keeper.driver is driver
            await line.end()

    virtual.run(main())


def test_a_link_is_closed_in_time_whatever_its_driver_does() -> None:
    """Who ends the gateway, or takes the link out of the site, does not wait for what hangs."""

    async def main() -> None:
        with woken() as wake:
            line = Kept(Line(partial(stubborn, wake)))
            await asyncio.sleep(1)
            began = asyncio.get_running_loop().time()
            await line.end()
            assert asyncio.get_running_loop().time() - began == pytest.approx(ENDS_S)
            wake.set()
            await asyncio.sleep(1)
            assert line.reports == 0

    virtual.run(main())


def test_one_that_hangs_while_it_is_opened_is_begun_anew() -> None:
    """No driver is there that could give a sign: it gets a minute, or what its link asks for."""

    class Shut(Line):
        @asynccontextmanager
        async def open(  # type: ignore[override] # its driver is a bare one, as in `Line`
            self, now: Now, trace: Trace
        ) -> AsyncIterator[Driver]:
            if not self.opened:
                self.opened.append(0.0)
                await asyncio.Event().wait()
            async with super().open(now, trace) as driver:
                yield driver

    async def main() -> None:
        line = Kept(Shut(speaking))
        await asyncio.sleep(400)
        assert line.stuck == 1
        assert [up for _, up, _ in line.changes] == [False, True]
        await line.end()

    virtual.run(main())


def test_one_whose_first_sign_is_a_little_late_is_left_alone() -> None:
    """It has a minute to open, and half a minute more before it is taken for stuck."""

    class Slow(Line):
        @asynccontextmanager
        async def open(  # type: ignore[override] # its driver is a bare one, as in `Line`
            self, now: Now, trace: Trace
        ) -> AsyncIterator[Driver]:
            await asyncio.sleep(OPENS_S + 2)
            async with super().open(now, trace) as driver:
                yield driver

    async def main() -> None:
        line = Kept(Slow(speaking))
        await asyncio.sleep(300)
        assert (line.stuck, len(line.line.opened)) == (0, 1)
        await line.end()

    virtual.run(main())


def test_a_quiet_listener_is_left_alone() -> None:
    """It hears nothing for a day and says each minute that it listens."""

    async def quiet(trace: Trace) -> AsyncGenerator[Report, None]:
        while True:
            trace.signs.give(60)
            await asyncio.sleep(60)
        yield Report(())

    async def main() -> None:
        line = Kept(Line(quiet))
        await asyncio.sleep(86_400)
        assert (line.stuck, len(line.changes)) == (0, 1)
        await line.end()

    virtual.run(main())


def test_a_line_with_long_periods_is_left_alone() -> None:
    """One that says that it will be back in an hour is waited for, and found when it is not."""

    async def slow(trace: Trace) -> AsyncGenerator[Report, None]:
        for _ in range(24):
            trace.signs.give(3600)
            await asyncio.sleep(3600)
            yield Report((READING,))
        await asyncio.Event().wait()

    async def main() -> None:
        line = Kept(Line(slow))
        await asyncio.sleep(24 * 3600 + 60)
        assert (line.stuck, line.reports) == (0, 24)
        await asyncio.sleep(2 * 3600 + LATE_S)
        assert line.stuck == 1
        await line.end()

    virtual.run(main())


def test_who_waits_for_the_pipeline_is_not_stuck() -> None:
    """A disk that hangs for an hour keeps drivers waiting; none is at fault."""
    free = asyncio.Event()

    async def take(_: Report) -> None:
        await free.wait()

    async def main() -> None:
        line = Kept(Line(speaking), take)
        await asyncio.sleep(3600)
        free.set()
        await asyncio.sleep(600)
        assert (line.stuck, len(line.line.opened)) == (0, 1)
        await line.end()

    virtual.run(main())


def test_a_process_that_was_stopped_finds_nobody_stuck() -> None:
    """All timers are over at once when it goes on: who is late gets another half minute."""

    async def ticking(trace: Trace) -> AsyncGenerator[Report, None]:
        while True:
            trace.signs.give(25)
            await asyncio.sleep(25)
            for _ in range(50):  # what wakes it in the end takes some rounds of the loop
                await asyncio.sleep(0)
        yield Report(())

    async def main() -> None:
        line = Kept(Line(ticking))
        await asyncio.sleep(OPENS_S + 10)  # it was looked at, and has given no sign since
        loop = asyncio.get_running_loop()
        assert isinstance(loop, virtual.VirtualLoop)
        loop._jumper.elapsed += 3600  # as a clock does while a process is stopped
        await asyncio.sleep(60)
        assert line.stuck == 0
        await line.end()

    virtual.run(main())


def test_a_link_that_is_lost_while_it_is_watched_is_lost_as_ever() -> None:
    """What ends a session is told as it is; being watched changes nothing of it."""

    async def cut(_: Trace) -> AsyncGenerator[Report, None]:
        await asyncio.sleep(5)
        raise LinkDown("cable cut")
        yield Report(())

    async def main() -> None:
        line = Kept(Line(cut))
        await asyncio.sleep(5.1)
        assert line.changes[-1][1:] == (False, "cable cut")
        assert line.stuck == 0
        await line.end()

    virtual.run(main())
