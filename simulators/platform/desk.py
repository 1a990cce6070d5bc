"""The one thread that the store lives on, and word of every change to whoever watches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from cloud_bridge.wire import Receipt
from edge.driver import Now
from simulators.platform import views
from simulators.platform.instants import micros
from simulators.platform.intake import Judged
from simulators.platform.store import Store

T = TypeVar("T")


class Desk:
    """Takes calls from the event loop to the store's thread, one at a time."""

    def __init__(self, path: Path, now: Now) -> None:
        self._path = path
        self._now = now
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="platform-store")
        self._store: Store | None = None
        self._version = 0
        self._changed = asyncio.Event()
        self._view: tuple[int, bytes] = (-1, b"")
        self.closing = False

    async def open(self) -> None:
        """Open the file."""
        self._store = await self._run(lambda: Store(str(self._path), self._now))

    def end_watching(self) -> None:
        """Whoever watches is woken for the last time."""
        self.closing = True
        self._tell()

    async def close(self) -> None:
        """Close the file."""
        if self._store is not None:
            await self._run(self._store.close)
        self._thread.shutdown(wait=False)

    async def keep(self, messages: Sequence[Judged]) -> list[Receipt]:
        """Store; what is returned may be told, it is on disk."""
        return await self.write(lambda store: store.keep(messages))

    async def write(self, work: Callable[[Store], T]) -> T:
        """Change the store; whoever watches is told."""
        result = await self.quietly(work)
        self._tell()
        return result

    async def quietly(self, work: Callable[[Store], T]) -> T:
        """Do what changes nothing that anybody watches."""
        store = self._store
        if store is None:
            raise RuntimeError("the store is not open")
        return await self._run(lambda: work(store))

    async def ask(self, query: Callable[[apsw.Connection], T]) -> T:
        """Run a query of `report` or `views`."""
        return await self.quietly(lambda store: query(store.connection))

    async def view(self) -> bytes:
        """What the page shows now, as JSON; made once for each change."""
        version = self._version
        if self._view[0] != version:
            at = micros(self._now())
            self._view = (version, await self.ask(lambda db: views.encode(views.view(db, at))))
        return self._view[1]

    async def changed_since(self, version: int) -> int:
        """Wait until something changed after `version`; return the version now."""
        while self._version == version and not self.closing:
            await self._changed.wait()
        return self._version

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _tell(self) -> None:
        self._version += 1
        self._changed.set()
        self._changed = asyncio.Event()
