"""The one thread that draws and encodes for all simulated cameras of a process."""

from __future__ import annotations

import threading
import time
from typing import Final, Protocol

LONGEST_REST_S: Final = 1.0


class Turn(Protocol):
    """What wants to be drawn again and again."""

    def due(self) -> float | None:
        """When next, in monotonic seconds; never while nobody looks."""
        ...

    def draw(self, t: float) -> None:
        """Draw, and hand on what came of it."""
        ...


class Renderer:
    """Gives each its turn; the thread is there as long as anybody takes part.

    Where drawing takes longer than there is time for, every camera gets slower: none is left out.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._turns: list[Turn] = []
        self._thread: threading.Thread | None = None

    def join(self, turn: Turn) -> None:
        """Take part."""
        with self._changed:
            self._turns.append(turn)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name="simulated cameras", daemon=True
                )
                self._thread.start()
            self._changed.notify()

    def leave(self, turn: Turn) -> None:
        """Take part no longer; what is being drawn just now may still come."""
        with self._changed:
            self._turns.remove(turn)
            self._changed.notify()

    def wake(self) -> None:
        """Somebody may be due earlier than was known."""
        with self._changed:
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._turns:
                    self._thread = None
                    return
                turn, at = self._next()
                rest = min(at - time.monotonic(), LONGEST_REST_S)
                if turn is None or rest > 0:
                    self._changed.wait(max(0.0, rest))
                    continue
            turn.draw(time.monotonic())

    def _next(self) -> tuple[Turn | None, float]:
        """Who has waited longest, and since or until when."""
        waiting = [(at, n) for n, each in enumerate(self._turns) if (at := each.due()) is not None]
        if not waiting:
            return None, time.monotonic() + LONGEST_REST_S
        at, place = min(waiting)
        return self._turns[place], at


ONE: Final = Renderer()
"""All cameras of a process share it: a demonstration has to run on two cores beside a gateway."""
