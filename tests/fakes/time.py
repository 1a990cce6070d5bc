"""Virtual time: asyncio sleeps and time-outs pass at once, in order."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from anyio import to_thread

T = TypeVar("T")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
THREAD_POLL_S = 0.001


class _JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting for a time-out, moves the clock to it."""

    elapsed = 0.0
    threads = 0

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready; jump when nothing is and no thread is at work."""
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.threads:
            return super().select(THREAD_POLL_S)
        if timeout is None:
            return super().select(None)
        self.elapsed += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer when all tasks wait."""

    def __init__(self) -> None:
        self._jumper = _JumpingSelector()
        super().__init__(self._jumper)

    def time(self) -> float:
        """Return the virtual seconds since the loop began."""
        return self._jumper.elapsed

    def now(self) -> datetime:
        """Return the virtual instant."""
        return EPOCH + timedelta(seconds=self.time())

    def busy(self, change: int) -> None:
        """Tell that a thread's work began (+1) or ended (-1): time stands still meanwhile."""
        self._jumper.threads += change

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Run in a thread while time stands still."""
        self.busy(1)
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(lambda _: self.busy(-1))
        return future


_run_sync = to_thread.run_sync


async def _while_time_stands_still(*args: Any, **words: Any) -> Any:
    """Run in a thread of anyio's, as a web framework does that sends a file."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualLoop):
        return await _run_sync(*args, **words)
    loop.busy(1)
    try:
        return await _run_sync(*args, **words)
    finally:
        loop.busy(-1)


to_thread.run_sync = _while_time_stands_still  # type: ignore[assignment]  # it only counts


def now() -> datetime:
    """Return the virtual instant; what production code gets as its clock."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.now()


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run to completion in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
