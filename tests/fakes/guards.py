"""What a test may not do: open sockets, wait for real, block the loop, leave tasks behind."""

from __future__ import annotations

import asyncio
import selectors
import signal
import socket
import time
from asyncio import runners
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from blockbuster import BlockBuster, BlockBusterFunction

_ROOT = Path(__file__).parents[2]
_OURS = tuple(str(_ROOT / name) for name in ("edge", "cloud_bridge", "simulators"))

# A loop that waits this long for nothing has slept; virtual time would not have.
_REAL_WAIT = 0.1

# The real ones, so that a guard inside a guarded test does not report to the outer one.
_select = selectors.EpollSelector.select
_cancel_all: Any = vars(runners)["_cancel_all_tasks"]


class _OutOfTimeError(KeyboardInterrupt):
    """What an event loop lets through: any other exception in a callback it would only log."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Fail what is not done in time, even a loop that spins in virtual time."""

    def expire(*_: Any) -> NoReturn:
        raise _OutOfTimeError

    before = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _OutOfTimeError:
        pytest.fail(f"not done after {seconds:g} s")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def no_sockets() -> Iterator[None]:
    """Fail on any connect or bind; the pair of sockets inside an event loop is neither."""

    def refuse(*_: Any) -> NoReturn:
        pytest.fail("a unit test opened a socket; use the codec, or tests/integration")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "bind", "sendto"):
            patch.setattr(socket.socket, name, refuse)
        yield


@contextmanager
def no_sleeping() -> Iterator[None]:
    """Fail on `time.sleep`, and when an event loop has waited in real time for a timer."""
    waits: list[float] = []

    def watched(self: selectors.EpollSelector, timeout: float | None = None) -> Any:
        began = time.monotonic()
        ready = _select(self, timeout)
        waited = time.monotonic() - began
        if not ready and timeout is not None and timeout >= _REAL_WAIT <= waited:
            waits.append(waited)
        return ready

    def refuse(_: float) -> NoReturn:
        pytest.fail("a unit test slept; use tests.fakes.time.run")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "sleep", refuse)
        patch.setattr(selectors.EpollSelector, "select", watched)
        yield
    if waits:
        pytest.fail(f"a unit test waited {sum(waits):.1f} s in real time; use tests.fakes.time.run")


def _is_ours(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and code.co_filename.startswith(_OURS)


@contextmanager
def no_leaked_tasks() -> Iterator[None]:
    """Fail when a task of ours still lives as its loop is closed."""
    leaked: list[str] = []

    def watched(loop: asyncio.AbstractEventLoop) -> None:
        leaked.extend(task.get_name() for task in asyncio.all_tasks(loop) if _is_ours(task))
        _cancel_all(loop)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "_cancel_all_tasks", watched)
        yield
    if leaked:
        pytest.fail(f"tasks outlived what started them: {', '.join(sorted(leaked))}")


def blocking_calls() -> BlockBuster:
    """What makes a blocking call of ours inside an event loop fail, ready to be activated."""
    import apsw  # noqa: PLC0415 - tests of pure code run without it

    guard = BlockBuster(["edge", "cloud_bridge", "simulators"])
    for name in ("execute", "executemany"):
        guard.functions[f"apsw.Connection.{name}"] = BlockBusterFunction(
            apsw.Connection, name, scanned_modules=["edge", "cloud_bridge", "simulators"]
        )
    return guard
