"""The loop that a gateway runs on keeps time as well as Python's own."""

from __future__ import annotations

import asyncio
import time

import pytest

from edge.loop import new_loop

pytestmark = pytest.mark.integration


def test_nothing_is_called_before_its_time() -> None:
    """Not by a fraction of a millisecond, again and again; the time goes on within one callback."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for seconds in (0.0001, 0.0004, 0.0026):
            called: list[float] = []
            began = time.monotonic()
            while time.monotonic() - began < seconds:
                await asyncio.sleep(max(0.0, began + seconds - loop.time()))
                called.append(loop.time())
            assert len(called) <= 2, "who waits does not ask for the rest in a circle"
        began = loop.time()
        time.sleep(0.002)  # noqa: ASYNC251 - what a callback may do
        assert loop.time() - began >= 0.002
        assert loop.time() == pytest.approx(time.monotonic(), abs=0.1)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main())


def test_a_wait_can_be_bounded_and_cancelled() -> None:
    """What asyncio builds on timers works here too."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        rung: list[str] = []
        loop.call_later(0.01, rung.append, "cancelled").cancel()
        loop.call_at(loop.time() + 0.005, rung.append, "at")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await asyncio.Event().wait()
        assert rung == ["at"]

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main())
