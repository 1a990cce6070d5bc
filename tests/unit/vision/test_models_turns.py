"""Whose turn it is: fairness, patience, nothing that would come too late."""

from __future__ import annotations

from threading import Thread

import pytest

from edge.vision.detect.asking import Busy, Question
from edge.vision.detect.turns import MOST_REMEMBERED, Asked, Turns


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """What time it is."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> Turns:
    """Nobody waits."""
    return Turns(clock)


def asked(clock: Clock, camera: str, patience: float = 1.0, model: str = "m") -> Asked:
    """A question of one camera, put now."""
    question = Question(camera=camera, model=model, width=1, height=1, pixels=b"bgr")
    return Asked(question=question, at=clock.now, until=clock.now + patience)


def next_camera(turns: Turns) -> str:
    """Whose question is given out."""
    taken = turns.take()
    assert taken is not None
    return taken.question.camera


def test_cameras_take_turns(turns: Turns, clock: Clock) -> None:
    """One that asks ten times over two lines has one turn in three, like the others."""
    for _ in range(10):
        turns.put(asked(clock, "greedy"))
    order = []
    for _ in range(4):
        turns.put(asked(clock, "a"))
        turns.put(asked(clock, "b"))
        order += [next_camera(turns) for _ in range(3)]
    assert all(set(order[at : at + 3]) == {"greedy", "a", "b"} for at in range(0, 12, 3))


def test_who_waited_longest_for_a_turn_goes_first(turns: Turns, clock: Clock) -> None:
    """Not who asked first: a camera that was shed has the next turn."""
    for camera in ("a", "b", "c"):
        turns.put(asked(clock, camera))
    assert [next_camera(turns) for _ in range(3)] == ["a", "b", "c"]
    for camera in ("c", "b", "a"):
        turns.put(asked(clock, camera))
    assert [next_camera(turns) for _ in range(3)] == ["a", "b", "c"]


def test_what_nobody_waits_for_is_not_begun(turns: Turns, clock: Clock) -> None:
    """A question whose camera has gone on to its next picture costs nothing."""
    late, patient = asked(clock, "a", 0.2), asked(clock, "b", 1.0)
    turns.put(late)
    turns.put(patient)
    clock.now += 0.3
    assert next_camera(turns) == "b"
    assert turns.withdraw(late)
    assert not turns.withdraw(late)


@pytest.mark.parametrize("takes_s", [0.03, 0.12, 0.3])
def test_too_many_cameras_lose_the_same_share(turns: Turns, clock: Clock, takes_s: float) -> None:
    """Eight cameras, five pictures a second each, one worker: however slow, each gets its eighth.

    The worst of it: all ask at the same instants, and are dropped at the same instants.
    """
    counts = dict.fromkeys((f"c{number}" for number in range(8)), 0)
    waiting: dict[str, Asked] = {}
    for _ in range(round(60 / takes_s)):
        for camera in counts:
            if camera not in waiting or waiting[camera].until < clock.now:
                if camera in waiting:
                    turns.withdraw(waiting[camera])
                waiting[camera] = asked(clock, camera, 0.2)
                turns.put(waiting[camera])
        camera = next_camera(turns)
        clock.now += takes_s
        del waiting[camera]
        counts[camera] += 1
    assert max(counts.values()) - min(counts.values()) <= 1


def test_one_that_is_taken_cannot_be_withdrawn(turns: Turns, clock: Clock) -> None:
    """Its answer is on the way; who waits for it waits on."""
    question = asked(clock, "a")
    turns.put(question)
    taken = turns.take()
    assert taken is question
    assert not turns.withdraw(question)
    question.answered(Busy(model="m", waited_s=0.0))
    assert question.done.is_set()


def test_a_thousand_cameras_are_forgotten_again(turns: Turns, clock: Clock) -> None:
    """Names are made up by who connects; memory is not theirs to fill."""
    for number in range(MOST_REMEMBERED + 50):
        turns.put(asked(clock, f"c{number}"))
        turns.take()
    assert len(turns._last) == MOST_REMEMBERED


def test_workers_end(turns: Turns) -> None:
    """Those that wait are told that there will be nothing more, each of them."""
    ended: list[Asked | None] = []
    workers = [
        Thread(target=lambda: ended.append(turns.take()), name=f"worker-{number}")
        for number in range(3)
    ]
    for worker in workers:
        worker.start()
    turns.end()
    for worker in workers:
        worker.join(5)
    assert ended == [None, None, None]
