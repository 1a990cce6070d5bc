"""Where reports wait for the pipeline: bounded, in order, and woken in time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from edge.inbox import Inbox
from tests.fakes.time import EPOCH, now, run


def test_who_brings_too_much_waits_in_turn() -> None:
    """Nothing is lost or overtaken."""

    async def main() -> None:
        inbox: Inbox[int] = Inbox(2, now)
        done: list[int] = []

        async def bring(number: int) -> None:
            await inbox.put(number)
            done.append(number)

        async with asyncio.TaskGroup() as tasks:
            for number in range(5):
                tasks.create_task(bring(number), name=f"bring {number}")
            await asyncio.sleep(1)
            assert done == [0, 1]
            assert [await inbox.next(None) for _ in range(5)] == [0, 1, 2, 3, 4]
        assert inbox.take() is None

    run(main())


def test_who_gives_up_takes_what_he_brought_along() -> None:
    """What waits outside comes in turn, whoever before it or behind it has gone."""

    async def main() -> None:
        inbox: Inbox[int] = Inbox(1, now)
        tasks = [asyncio.create_task(inbox.put(n), name=f"bring {n}") for n in range(6)]
        await asyncio.sleep(1)
        for gone in (1, 3, 4):
            tasks[gone].cancel()
        await asyncio.sleep(1)
        assert [await inbox.next(None) for _ in range(3)] == [0, 2, 5]
        await asyncio.gather(*tasks, return_exceptions=True)
        assert inbox.take() is None

    run(main())


def test_it_wakes_for_the_time_and_for_what_comes() -> None:
    """At the instant that was asked for last, be it sooner or later than one before."""

    async def main() -> None:
        inbox: Inbox[str] = Inbox(2, now)
        loop = asyncio.get_running_loop()
        brought: list[asyncio.Task[None]] = []

        def bring(what: str) -> None:
            brought.append(asyncio.create_task(inbox.put(what), name=what))

        async def woken(seconds: float) -> float:
            wake = EPOCH + timedelta(seconds=seconds)
            while await inbox.next(wake) is None and now() < wake:
                pass
            return loop.time()

        loop.call_later(2, bring, "early")
        assert await woken(10) == 2
        assert await woken(5) == 5
        assert await woken(7) == 7
        assert await woken(7) == 7, "what is overdue is due"
        loop.call_later(1, bring, "last")
        assert await woken(60) == 8
        assert await inbox.next(None) is None, "an old timer rings once, and harms nobody"

    run(main())


def test_a_clock_that_is_set_makes_nobody_wait() -> None:
    """An hour ahead, what is due in a minute is due in a minute, whatever was waited for before."""

    async def main() -> None:
        ahead = timedelta(0)
        inbox: Inbox[str] = Inbox(2, lambda: now() + ahead)

        async def bring() -> None:
            await asyncio.sleep(1)
            await inbox.put("something")

        bringing = asyncio.create_task(bring(), name="bring")
        assert await inbox.next(EPOCH + timedelta(minutes=10)) == "something"
        await bringing
        ahead = timedelta(hours=1)
        inbox.clock_set()
        wake = now() + ahead + timedelta(minutes=1)
        while now() + ahead < wake:
            assert await inbox.next(wake) is None
        assert now() - EPOCH == timedelta(seconds=61)

    run(main())
