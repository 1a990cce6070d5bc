"""Whose question is answered next: the camera whose last turn is longest ago."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Event
from typing import Final

from edge.vision.detect.asking import Question, Reply

MOST_REMEMBERED: Final = 1024
"""Cameras whose last turn is remembered; one that comes back after so many others is as new."""


@dataclass(slots=True, kw_only=True, eq=False)
class Asked:
    """A question that waits for its turn; `done` is set once `reply` is there.

    `at` is when it came, `until` when its camera no longer waits, by one clock.
    """

    question: Question
    at: float
    until: float
    reply: Reply | None = None
    done: Event = field(default_factory=Event)

    def answered(self, reply: Reply) -> None:
        """Give the reply to who waits for it."""
        self.reply = reply
        self.done.set()


class Turns:
    """Questions of many cameras, taken by workers. For any thread.

    Each line has one question here at most, so it is bounded by the lines there are. One whose
    camera waits no longer is never given out: nobody looks at pictures for nothing. A camera that
    waits from one picture to the next has a question here all the time, and so gets its share
    however slow the model is.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._changed = Condition()
        self._waiting: list[Asked] = []
        self._last: OrderedDict[str, int] = OrderedDict()
        self._turn = 0
        self._over = False

    def put(self, asked: Asked) -> None:
        """Let a question wait for its turn."""
        with self._changed:
            self._waiting.append(asked)
            self._changed.notify()

    def withdraw(self, asked: Asked) -> bool:
        """Take a question back; false when a worker is at it already."""
        with self._changed:
            if asked not in self._waiting:
                return False
            self._waiting.remove(asked)
            return True

    def take(self) -> Asked | None:
        """Wait for a question and take it out; none once there will be no more."""
        with self._changed:
            while not self._over:
                now = self._now()
                due = [each for each in self._waiting if now <= each.until]
                if due:
                    return self._taken(min(due, key=self._longest_ago))
                self._changed.wait()
            return None

    def end(self) -> None:
        """Give out nothing more."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _longest_ago(self, asked: Asked) -> int:
        return self._last.get(asked.question.camera, 0)

    def _taken(self, asked: Asked) -> Asked:
        self._waiting.remove(asked)
        self._turn += 1
        self._last[asked.question.camera] = self._turn
        self._last.move_to_end(asked.question.camera)
        if len(self._last) > MOST_REMEMBERED:
            self._last.popitem(last=False)
        return asked
