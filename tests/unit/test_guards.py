"""The guards that the other tests run under do bite."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from blockbuster import BlockingError

from tests.fakes import guards, servers

_OURS = Path(guards.__file__).parents[2] / "edge" / "made_up.py"


def _as_ours(source: str) -> ModuleType:
    """A module that counts as the gateway's own code."""
    module = ModuleType("made_up")
    exec(compile(source, str(_OURS), "exec"), vars(module))  # noqa: S102 - literal source, below
    return module


@contextmanager
def _fails(guard: Callable[[], AbstractContextManager[None]], *, saying: str) -> Iterator[None]:
    with pytest.raises(pytest.fail.Exception, match=saying), guard():
        yield


def test_a_socket_may_not_connect() -> None:
    """Connecting is refused before anything reaches the network."""
    with socket.socket() as unconnected, _fails(guards.no_sockets, saying="opened a socket"):
        unconnected.connect(("127.0.0.1", 9))


def test_a_socket_may_not_be_bound() -> None:
    """Listening on a port is refused just so."""
    with socket.socket() as unbound, _fails(guards.no_sockets, saying="opened a socket"):
        unbound.bind(("127.0.0.1", 0))


def test_an_event_loop_needs_no_exception() -> None:
    """The pair of sockets by which a loop wakes itself passes the guard."""
    with guards.no_sockets():
        asyncio.run(asyncio.sleep(0))


def test_sleeping_fails() -> None:
    """`time.sleep` is refused."""
    with _fails(guards.no_sleeping, saying="slept"):
        time.sleep(0.001)


def test_waiting_in_real_time_fails() -> None:
    """A real loop that waits for a timer is told from one that waits for work."""
    with _fails(guards.no_sleeping, saying="in real time"):
        asyncio.run(asyncio.sleep(0.15))


def test_waiting_for_a_thread_is_allowed() -> None:
    """A time-out that does not come true is no sleep."""

    async def main() -> int:
        async with asyncio.timeout(5):
            return await asyncio.to_thread(lambda: 7)

    with guards.no_sleeping():
        assert asyncio.run(main()) == 7


def test_a_task_of_ours_may_not_be_left_behind() -> None:
    """A task that only the end of the loop ends is named."""
    ours = _as_ours("import asyncio\nasync def forever():\n    await asyncio.Event().wait()\n")

    async def main() -> None:
        task = asyncio.create_task(ours.forever(), name="pump lift-1")
        await asyncio.sleep(0)
        assert not task.done()

    with _fails(guards.no_leaked_tasks, saying="pump lift-1"):
        asyncio.run(main())


def test_reading_a_file_inside_the_loop_fails() -> None:
    """Blocking calls made by the gateway's own code are found wherever they hide."""
    ours = _as_ours("async def read(path):\n    return path.read_text()\n")
    with pytest.raises(BlockingError, match="read"):
        asyncio.run(ours.read(Path(__file__)))


def test_a_transaction_inside_the_loop_fails() -> None:
    """An fsync belongs on the writer's thread."""
    ours = _as_ours(
        "import apsw\nasync def write():\n    apsw.Connection(':memory:').execute('select 1')\n"
    )
    with pytest.raises(BlockingError, match="execute"):
        asyncio.run(ours.write())


def test_a_loop_that_spins_is_ended() -> None:
    """A time-out that a callback swallows would let one mistake hang the whole run."""

    def spin(loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon(spin, loop)
        sum(range(10_000))

    async def main() -> None:
        spin(asyncio.get_running_loop())
        await asyncio.Event().wait()

    with _fails(lambda: guards.limited(0.05), saying="not done after"):
        asyncio.run(main())


def test_a_missing_server_fails_where_nobody_would_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locally a test without its server is skipped; in CI that would hide it, so it fails."""
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install no-such-package"):
        servers.require("no-such-program", "no-such-package")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        servers.require("no-such-program", "no-such-package")
