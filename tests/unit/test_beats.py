"""Who waits for about the same instant is called together."""

from __future__ import annotations

import asyncio

import pytest

from edge.beats import BEAT_S, Beats, Bell
from tests.fakes.time import run


def test_all_of_one_beat_are_called_in_one_step() -> None:
    """Never before they wanted, and not a beat later than that."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        beats = Beats.of(loop)
        assert Beats.of(loop) is beats
        called: list[tuple[float, float]] = []
        for n in range(40):
            beats.call_at(0.1 + n / 2500, lambda due: called.append((due, loop.time())))
        await asyncio.sleep(0.2)
        assert len(called) == 40
        assert all(due <= at <= due + BEAT_S + 1e-9 for due, at in called)
        assert len({at for _, at in called}) == 2

    run(main())


def test_one_that_fails_keeps_none_of_the_others_waiting() -> None:
    """The loop is told of the fault; who was to be called behind it is called at the same beat."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        told: list[object] = []
        loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
        called: list[float] = []

        def fail(_: float) -> None:
            raise ValueError

        for call in (called.append, fail, called.append, fail, called.append):
            Beats.of(loop).call_at(1.0, call)
        await asyncio.sleep(1.0 + 2 * BEAT_S)
        assert called == [1.0, 1.0, 1.0]
        assert [type(each) for each in told] == [ValueError, ValueError]

    run(main())


@pytest.mark.parametrize(
    ("instants", "rings"),
    [
        ((1.0,), [1.01]),
        ((1.0, 2.0), [1.01]),
        ((2.0, 1.0), [1.01]),
        ((0.003,), [0.003]),
        ((0.5, 0.003), [0.003]),
        ((-1.0,), [0.0]),
    ],
)
def test_a_bell_rings_once_at_the_earliest_instant(
    instants: tuple[float, ...], rings: list[float]
) -> None:
    """What it was set for otherwise is forgotten; a wait shorter than a beat is not made longer."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        rung: list[float] = []
        bell = Bell(loop, lambda: rung.append(loop.time()))
        for when in instants:
            bell.set(when)
        await asyncio.sleep(3)
        assert rung == pytest.approx(rings)

    run(main())


def test_a_bell_can_be_set_from_within_and_be_sharp() -> None:
    """Who is rung for sets it anew; where it matters, a long wait ends at its instant."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        rung: list[float] = []

        def ring() -> None:
            rung.append(loop.time())
            if len(rung) < 3:
                bell.set(loop.time() + 0.125, sharp=True)

        bell = Bell(loop, ring)
        bell.set(0.125, sharp=True)
        await asyncio.sleep(3)
        assert rung == [0.125, 0.25, 0.375]

    run(main())
