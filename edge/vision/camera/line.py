"""The camera's end of its socket to the gateway."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections import deque
from typing import Final

from edge.vision.framing import HEAD_BYTES, downward, framed, length
from edge.vision.words import Down, State, Up

MOST_WAITING: Final = 512
"""Words that the gateway has not taken yet: minutes, of a camera that sees much. More means that
nobody listens any more, and the session ends."""


class HungUp(ValueError):
    """The gateway has gone, or talks nonsense, or has not listened for long."""


class Line:
    """Hears words of the gateway in the main thread, says words from any.

    Saying never waits: a thread of its own sends. Of `State` only the newest waits.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        sock.setblocking(True)  # noqa: FBT003 - the standard library's signature
        self._heard = bytearray()
        self._waiting: deque[Up] = deque()
        self._change = threading.Condition()
        self._sending = False
        self._deaf = False
        threading.Thread(target=self._send, name="saying", daemon=True).start()

    def hear(self, timeout_s: float) -> Down | None:
        """Return the next word; none when none comes in time. `HungUp` when none will come."""
        if self._deaf:
            raise HungUp("nobody listens")
        until = time.monotonic() + timeout_s
        while (word := self._next()) is None:
            left = max(0.0, until - time.monotonic())
            if not select.select([self._sock], [], [], left)[0]:
                return None
            try:
                more = self._sock.recv(65536)
            except OSError:
                more = b""
            if not more:
                raise HungUp("the gateway has gone")
            self._heard += more
        return word

    def say(self, word: Up) -> None:
        """Send a word soon, in the order of the calls."""
        with self._change:
            if isinstance(word, State) and self._waiting and isinstance(self._waiting[-1], State):
                self._waiting.pop()
            self._waiting.append(word)
            self._deaf = self._deaf or len(self._waiting) > MOST_WAITING
            self._change.notify_all()

    def flush(self, timeout_s: float) -> None:
        """Wait until everything is sent; not for ever."""
        with self._change:
            self._change.wait_for(
                lambda: self._deaf or not (self._waiting or self._sending), timeout_s
            )

    def _next(self) -> Down | None:
        """Return a word that is whole."""
        try:
            if len(self._heard) < HEAD_BYTES:
                return None
            end = HEAD_BYTES + length(bytes(self._heard[:HEAD_BYTES]))
            if len(self._heard) < end:
                return None
            word = downward(bytes(self._heard[HEAD_BYTES:end]))
        except ValueError as nonsense:
            raise HungUp("the gateway talks nonsense") from nonsense
        del self._heard[:end]
        return word

    def _send(self) -> None:
        while not self._deaf:
            with self._change:
                self._sending = False
                self._change.notify_all()
                self._change.wait_for(lambda: self._waiting)
                word = self._waiting.popleft()
                self._sending = True
            try:
                self._sock.sendall(framed(word))
            except OSError:
                with self._change:
                    self._deaf = True
                    self._change.notify_all()
