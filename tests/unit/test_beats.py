"""Who waits for about the same instant is called together."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from edge.beats import AT_ONCE, BEAT_S, FAR_S, LONG, MOST_STEPS, STEP_S, Beats, Bell
from tests.fakes.time import run


def test_all_of_one_beat_are_called_in_one_step() -> None:
    """Never before they wanted, and not a beat later than that."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        beats = Beats.of(loop)
        assert Beats.of(loop) is beats
        called: list[tuple[float, float]] = []
        for n in range(40):
            beats.call_at(
                0.1 + n / 2500, loop.time(), lambda due: called.append((due, loop.time()))
            )
        await asyncio.sleep(0.2)
        assert len(called) == 40
        assert all(due <= at <= due + BEAT_S + 1e-9 for due, at in called)
        assert len({at for _, at in called}) == 2

    run(main())


def test_who_waits_for_long_is_called_with_more_others() -> None:
    """Longer by a third at most; a period in twentieths of a second is kept to the beat."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        called: list[float] = []

        def poll(due: float) -> None:
            called.append(loop.time())
            Beats.of(loop).call_at(due + 0.2, loop.time(), poll)

        Beats.of(loop).call_at(FAR_S + 0.013, loop.time(), poll)
        await asyncio.sleep(60)
        assert called[0] <= FAR_S + 0.013 + LONG * BEAT_S
        gaps = [after - before for before, after in pairwise(called)]
        assert gaps == pytest.approx([0.2] * len(gaps))
        assert all(
            at / (LONG * BEAT_S) == pytest.approx(round(at / (LONG * BEAT_S))) for at in called
        )

    run(main())


def test_many_are_called_in_more_than_one_step() -> None:
    """A fire that comes meanwhile is behind some of them, not behind all."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        called: list[float] = []
        before: list[int] = []

        def first(due: float) -> None:
            called.append(due)
            loop.call_soon(lambda: before.append(len(called)))

        Beats.of(loop).call_at(1.0, loop.time(), first)
        for _ in range(3 * AT_ONCE):
            Beats.of(loop).call_at(1.0, loop.time(), called.append)
        await asyncio.sleep(1.2)
        assert before == [AT_ONCE]
        assert len(called) == 3 * AT_ONCE + 1

    run(main())


def test_who_is_called_gives_way_to_what_is_urgent() -> None:
    """An event on its way to the disk goes first; a disk that hangs makes nobody wait for long."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        beats = Beats.of(loop)
        called: list[float] = []
        beats.give_way_to(lambda: 1.045 < loop.time() < 1.0535 or loop.time() > 2)
        for when in (1.04, 2.01):
            for _ in range(AT_ONCE + 1):
                beats.call_at(when, loop.time(), lambda _: called.append(loop.time()))
        await asyncio.sleep(3)
        first, then = called[: AT_ONCE + 1], called[AT_ONCE + 1 :]
        assert first == pytest.approx([1.054] * (AT_ONCE + 1))
        assert then == pytest.approx([2.05 + MOST_STEPS * STEP_S] * (AT_ONCE + 1))

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
            Beats.of(loop).call_at(1.0, loop.time(), call)
        await asyncio.sleep(1.0 + 2 * LONG * BEAT_S)
        assert called == [1.0, 1.0, 1.0]
        assert [type(each) for each in told] == [ValueError, ValueError]

    run(main())


@pytest.mark.parametrize(
    ("instants", "rings"),
    [
        ((1.0,), [1.05]),
        ((1.0, 2.0), [1.05]),
        ((2.0, 1.0), [1.05]),
        ((0.1,), [0.11]),
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
            bell.set(when, loop.time())
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
                bell.set(loop.time() + 0.125, loop.time(), sharp=True)

        bell = Bell(loop, ring)
        bell.set(0.125, loop.time(), sharp=True)
        await asyncio.sleep(3)
        assert rung == [0.125, 0.25, 0.375]

    run(main())
