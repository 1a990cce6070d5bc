"""Who waits for about the same instant is woken together."""

from __future__ import annotations

import asyncio

from edge.beats import BEAT_S, Beats
from tests.fakes.time import run


def test_all_of_one_beat_are_woken_in_one_step() -> None:
    """Never before they wanted, and not a beat later than that."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        beats = Beats.of(loop)
        assert Beats.of(loop) is beats
        woken: list[tuple[float, float]] = []

        async def wait(seconds: float) -> None:
            due = loop.time() + seconds
            await beats.after(seconds)
            woken.append((due, loop.time()))

        async with asyncio.TaskGroup() as tasks:
            for n in range(40):
                tasks.create_task(wait(0.1 + n / 2500), name=f"sleeper {n}")
        assert len(woken) == 40
        assert all(due <= at <= due + BEAT_S + 1e-9 for due, at in woken)
        assert len({at for _, at in woken}) == 2

    run(main())


def test_who_has_enough_is_left_out() -> None:
    """A wait that was given up keeps none of the others waiting."""

    async def main() -> None:
        beats = Beats.of(asyncio.get_running_loop())
        given_up, other = beats.after(1.0), beats.after(1.0)
        given_up.cancel()
        await other
        assert given_up.cancelled()

    run(main())
