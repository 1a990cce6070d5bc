"""Pictures of now: whoever looks at a camera at the same time is shown the same one."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from edge.vision.words import Seen

FRESH_S: Final = 0.9
"""A picture serves whoever asks within this time: ten people at a page cost what one costs."""

WIDTHS: Final = (320, 640, 960, 1280, 1920)
"""A width in between is taken for the next larger one, so that pictures can be shared."""

MOST_KEPT: Final = 32
"""Pictures of a moment ago; each has some 100 kB, and the oldest goes first."""


class Sees(Protocol):
    """An open camera that can be asked for a picture; see `edge.drivers.camera.driver`."""

    async def look(self, width: int) -> Seen:
        """A picture of now in which nobody can be known; `CommandRejected` says why not."""
        ...


class Stills:
    """Asks each camera once for all who want to see it now; nothing is kept for longer."""

    def __init__(self) -> None:
        self._asked: dict[tuple[Sees, int], tuple[float, asyncio.Task[Seen]]] = {}

    async def of(self, camera: Sees, width: int) -> Seen:
        """A picture of now; `CommandRejected` or `LinkDown` say why there is none."""
        key = (camera, next((each for each in WIDTHS if each >= width), WIDTHS[-1]))
        now = asyncio.get_running_loop().time()
        self._forget(now)
        asked = self._asked.get(key)
        if asked is None:
            task = asyncio.create_task(camera.look(key[1]), name="look")
            task.add_done_callback(_seen)
            self._asked[key] = asked = now, task
        return await asyncio.shield(asked[1])

    def _forget(self, now: float) -> None:
        for key, (at, task) in tuple(self._asked.items()):
            failed = task.done() and (task.cancelled() or task.exception() is not None)
            if failed or (task.done() and now - at >= FRESH_S):
                del self._asked[key]
        while len(self._asked) >= MOST_KEPT:
            del self._asked[next(iter(self._asked))]


def _seen(task: asyncio.Task[Seen]) -> None:
    """Take an error that nobody waits for any more."""
    if not task.cancelled():
        task.exception()
