"""What happens to a trial when the service is about to start, and how a trial is taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from edge.update import course
from edge.update.box import Box
from edge.update.record import Record


def count(box: Box, now: Callable[[], datetime]) -> None:
    """Note that the service is about to start; go back when it has started too often."""
    moves: list[course.Move] = []

    def change(record: Record) -> Record:
        after, move = course.started(record, box.current)
        moves.append(move)
        return after

    box.note(change)
    if moves == ["go_back"]:
        settle(box, now)
    elif moves == ["tidy"]:
        box.no_trial()


def settle(box: Box, now: Callable[[], datetime]) -> None:
    """Let `current` lead to what runs from now on, and say how the trial went."""
    runs = course.target(box.record(), box.current)
    box.point("current", runs)
    box.note(lambda record: course.returned(record, runs, now()))
    box.no_trial()
