"""A thread that makes one thing after another."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeAlias

Work: TypeAlias = Callable[[], None]


class Bench:
    """Takes so much work and no more: what does not fit is for the caller to refuse."""

    def __init__(self, name: str, most: int) -> None:
        self._work: queue.Queue[Work] = queue.Queue(most)
        threading.Thread(target=self._run, name=name, daemon=True).start()

    @property
    def idle(self) -> bool:
        """Whether everything that was offered is done."""
        return not self._work.unfinished_tasks

    def offer(self, work: Work) -> bool:
        """Take a piece of work; false when too much waits already."""
        try:
            self._work.put_nowait(work)
        except queue.Full:
            return False
        return True

    def _run(self) -> None:
        while True:
            work = self._work.get()
            work()
            self._work.task_done()
