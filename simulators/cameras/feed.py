"""One camera's pictures: drawn while somebody looks, and handed to everybody who does."""

from __future__ import annotations

import asyncio
import queue
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from simulators.cameras.encoder import H264Encoder, is_key, jpeg
from simulators.cameras.faults import Faults
from simulators.cameras.lens import Lens
from simulators.cameras.pictures import Coding, Picture
from simulators.cameras.renderer import Renderer
from simulators.cameras.rtp import CLOCK
from simulators.cameras.scene import HEIGHT, WIDTH, Scene

MOST_WAITING: Final = 16
"""Pictures that a slow viewer may lag behind; then the oldest are lost to it."""

MOST_DEEDS: Final = 1000
"""Of a story, between two pictures; more is an error of the story."""


class Viewer:
    """Somebody who looks; pictures wait here, and the newest win."""

    def __init__(self, coding: Coding) -> None:
        self.coding = coding
        self._waiting: asyncio.Queue[Picture] = asyncio.Queue(MOST_WAITING)
        self._begun = False

    async def next(self) -> Picture:
        """Wait for the next picture."""
        return await self._waiting.get()

    def hand(self, picture: Picture) -> None:
        """Put a picture down; after a loss the next one is one that a decoder can begin at."""
        if self._waiting.full():
            while not self._waiting.empty():
                self._waiting.get_nowait()
            self._begun = False
        self._begun = self._begun or picture.key
        if self._begun:
            self._waiting.put_nowait(picture)

    def restart(self) -> None:
        """Go on only with a picture that a decoder can begin at."""
        self._begun = False


class Feed:
    """The renderer draws it on its thread; everything else is called on the loop's."""

    def __init__(self, scene: Scene, name: str, faults: Faults, renderer: Renderer) -> None:
        self.fps = scene.fps
        self.drawn = 0
        self._lens = Lens(scene, name)
        self._faults = faults
        self._renderer = renderer
        self._viewers: list[Viewer] = []
        self._wanted: frozenset[Coding] = frozenset()
        self._key_wanted = False
        self._due = 0.0
        self._deeds: queue.Queue[Callable[[], None]] = queue.Queue(MOST_DEEDS)
        self._encoder: H264Encoder | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @asynccontextmanager
    async def viewing(self, coding: Coding) -> AsyncIterator[Viewer]:
        """Look as long as the block runs."""
        self._loop = asyncio.get_running_loop()
        viewer = Viewer(coding)
        self._viewers.append(viewer)
        self.refresh()
        if len(self._viewers) == 1:
            self._due = time.monotonic()
            self._renderer.join(self)
        try:
            yield viewer
        finally:
            self._viewers.remove(viewer)
            self._wanted = frozenset(each.coding for each in self._viewers)
            if not self._viewers:
                self._renderer.leave(self)

    def refresh(self) -> None:
        """Make the next picture one that a decoder can begin at."""
        self._wanted = frozenset(each.coding for each in self._viewers)
        self._key_wanted = True

    def do(self, deed: Callable[[], None]) -> None:
        """Change the scene before the next picture; nobody draws meanwhile."""
        self._deeds.put_nowait(deed)
        if not self._viewers:
            self._work_off()

    def due(self) -> float | None:
        """When the next picture is to be drawn."""
        return self._due if self._wanted else None

    def draw(self, t: float) -> None:
        """Draw and encode one picture, on the renderer's thread."""
        self._due = max(self._due + 1 / (self._faults.slow or self.fps), t)
        self._work_off()
        wanted, key = self._wanted, self._key_wanted
        image = self._lens.take(t, self._faults.picture)
        self.drawn += 1
        if "jpeg" in wanted:
            self._publish("jpeg", Picture(units=(jpeg(image),), t=t))
        if "h264" not in wanted:
            self._encoder = None
            return
        if self._encoder is None:
            self._encoder, key = H264Encoder(WIDTH, HEIGHT, self.fps), True
        units = self._encoder.encode(image, round(t * CLOCK), key=key)
        self._key_wanted = self._key_wanted and not key
        self._publish("h264", Picture(units=units, t=t, key=is_key(units)))

    def _work_off(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._deeds.get_nowait()()

    def _publish(self, coding: Coding, picture: Picture) -> None:
        loop = self._loop
        with suppress(RuntimeError):  # the loop may have ended while this was drawn
            if loop is not None:
                loop.call_soon_threadsafe(self._hand, coding, picture)

    def _hand(self, coding: Coding, picture: Picture) -> None:
        for viewer in self._viewers:
            if viewer.coding == coding:
                viewer.hand(picture)
