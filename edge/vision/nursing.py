"""The studio's line to the nursery: asks it for processes, hears which have ended."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import deque
from collections.abc import Callable
from typing import Final

from edge.errors import LinkDown
from edge.vision.nursery_words import ASK, MOST_BYTES, SAID, Born, Gone, Lacking, Unborn

GONE: Final = "the nursery of camera processes has ended; it is being started again"


class Nursing:
    """One life of the nursery; `gone` is told of each camera process that ended, and how.

    Answers come in the order of the questions. `ready` is set when it can be asked, `loaded` says
    whether it ever could, `lacking` what it could not load, `over` that it is gone.
    """

    def __init__(self, control: socket.socket, gone: Callable[[int, int], None]) -> None:
        self._control = control
        self._gone = gone
        self._asked: deque[asyncio.Future[tuple[int, int]]] = deque()
        self.ready = asyncio.Event()
        self.over = asyncio.Event()
        self.loaded = False
        self.lacking = ""
        control.setblocking(False)  # noqa: FBT003 - the standard library's signature
        asyncio.get_running_loop().add_reader(control, self._readable)

    async def fork(self, theirs: socket.socket) -> tuple[int, int]:
        """Return number and descriptor of a new process that has the socket; `LinkDown`."""
        await self.ready.wait()
        if self.over.is_set():
            raise LinkDown(self.lacking or GONE)
        try:
            socket.send_fds(self._control, [ASK], [theirs.fileno()])
        except OSError:
            raise LinkDown(GONE) from None
        self._asked.append(asyncio.get_running_loop().create_future())
        return await self._asked[-1]

    def close(self) -> None:
        """Hang up: the nursery ends, camera processes do not."""
        if not self.over.is_set():
            self._end()

    def _end(self) -> None:
        self.over.set()
        self.ready.set()
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        while self._asked:
            self._refuse(self.lacking or GONE)

    def _readable(self) -> None:
        try:
            packet, descriptors, _, _ = socket.recv_fds(self._control, MOST_BYTES, 1)
        except BlockingIOError:
            return
        except OSError:
            packet, descriptors = b"", []
        if not packet:
            self._end()
            return
        match SAID.decode(packet):
            case Born(pid):
                self._born(pid, descriptors[0])
            case Unborn(reason):
                self._refuse(reason)
            case Gone(pid, status):
                self._gone(pid, status)
            case Lacking(reason):
                self.lacking = reason
            case _:
                self.loaded = True
                self.ready.set()

    def _born(self, pid: int, pidfd: int) -> None:
        """Hand a process to who asked first; who has given up meanwhile has closed its socket."""
        asked = self._asked.popleft()
        if asked.done():
            os.close(pidfd)
        else:
            asked.set_result((pid, pidfd))

    def _refuse(self, reason: str) -> None:
        asked = self._asked.popleft()
        if not asked.done():
            asked.set_exception(LinkDown(reason))
