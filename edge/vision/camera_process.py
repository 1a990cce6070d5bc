"""One camera's process, as the gateway sees it: words in and out, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import suppress
from typing import Final

from edge.errors import LinkDown
from edge.vision.framing import HEAD_BYTES, framed, length, upward
from edge.vision.words import Down, Ended, Up

SILENT_S: Final = 10.0
"""It says `State` each second, even niced on a busy machine; one that is silent for so long hangs
where its own watchdogs do not reach (stopped, swapped out)."""

LATE_S: Final = 30.0
"""After `Ended` it only finishes captures that were under way, and says nothing meanwhile."""

ENDS_WITHIN_S: Final = 1.0
"""It gets so long to take leave of its camera; then it is killed."""

KILLED_WITHIN_S: Final = 5.0
"""SIGKILL takes effect at once, but for a process that waits for a disk that has gone."""

STATUS_WITHIN_S: Final = 0.3
"""Why it ended comes from the nursery a moment after that it ended."""


class CameraProcess:
    """A camera that films, from its `Job` until either side ends it.

    The words of a session come from `receive`: `Opened`, `State` each second, what is found and
    kept, `Ended` with the reason. After `Ended` there may still come `Kept` and `Refused` for
    captures that were under way when the camera was lost: who wants them goes on receiving until
    `LinkDown`, for half a minute at most. Whoever started it calls `end`, however it went.
    """

    def __init__(self, pid: int, pidfd: int, connection: socket.socket) -> None:
        self.pid = pid
        self._pidfd = pidfd
        self._connection = connection
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._patience_s = SILENT_S
        self._gone = asyncio.Event()
        self._status: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(pidfd, self._exited)

    @property
    def alive(self) -> bool:
        """Whether it runs still."""
        return self._pidfd >= 0 and not self._gone.is_set()

    async def connect(self) -> None:
        """Get ready to speak; called once, by the studio."""
        self._reader, self._writer = await asyncio.open_unix_connection(sock=self._connection)

    async def receive(self) -> Up:
        """Return the next word; `LinkDown` with the reason when there is none any more."""
        assert self._reader is not None  # noqa: S101 - the studio has connected it
        try:
            async with asyncio.timeout(self._patience_s):
                count = length(await self._reader.readexactly(HEAD_BYTES))
                word = upward(await self._reader.readexactly(count))
        except TimeoutError:
            self.kill()
            raise LinkDown("the camera's process does not answer any more") from None
        except (EOFError, OSError):
            raise LinkDown(await self._reason()) from None
        except ValueError:
            self.kill()
            raise LinkDown("the camera's process talks nonsense") from None
        if isinstance(word, Ended):
            self._patience_s = LATE_S
        return word

    async def send(self, word: Down) -> None:
        """Say a word; `LinkDown` when nobody hears it any more."""
        assert self._writer is not None  # noqa: S101 - the studio has connected it
        try:
            self._writer.write(framed(word))
            async with asyncio.timeout(SILENT_S):
                await self._writer.drain()
        except (OSError, TimeoutError):
            raise LinkDown(await self._reason()) from None

    def kill(self) -> None:
        """SIGKILL, at once; by its descriptor, so that it never hits who got its number next."""
        if self.alive:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def ended(self, status: int) -> None:
        """Take from the nursery how it ended: the exit status, below 0 the signal's number."""
        if not self._status.done():
            self._status.set_result(status)

    async def end(self) -> None:
        """Hang up, which asks it to end; kill it when it has not a second later."""
        if self._writer is not None:
            self._writer.close()
        else:
            self._connection.close()
        try:
            async with asyncio.timeout(ENDS_WITHIN_S):
                await self._gone.wait()
        except TimeoutError:
            self.kill()
            with suppress(TimeoutError):
                async with asyncio.timeout(KILLED_WITHIN_S):
                    await self._gone.wait()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self.kill()
        self._status.cancel()
        if self._pidfd >= 0:
            asyncio.get_running_loop().remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = -1

    def _exited(self) -> None:
        """Note that it is gone; reap it where the nursery went first and it became our child."""
        asyncio.get_running_loop().remove_reader(self._pidfd)
        with suppress(ChildProcessError):
            os.waitid(os.P_PIDFD, self._pidfd, os.WEXITED | os.WNOHANG)
        self._gone.set()

    async def _reason(self) -> str:
        try:
            async with asyncio.timeout(STATUS_WITHIN_S):
                status = await asyncio.shield(self._status)
        except TimeoutError:
            return "the camera's process has ended without a word"
        if status == -signal.SIGALRM:
            return "the camera's process hung and has ended itself"
        if status < 0:
            return f"the camera's process was killed by {signal.Signals(-status).name}"
        return f"the camera's process has ended with status {status}"
