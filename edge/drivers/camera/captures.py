"""What is asked of a camera's process and answered by it: pictures to keep, a look."""

from __future__ import annotations

import asyncio
from typing import Final, TypeAlias

from edge.vision.words import Kept, Refused, Seen, Up

MOST: Final = 64
"""Captures whose clip may still come; a camera near a flood of alarms is asked for each."""

Reply: TypeAlias = Kept | Seen | Refused


class Captures:
    """Who waits for which answer; what a capture was for is known until its clip is there."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self._about: dict[str, str] = {}

    @property
    def pending(self) -> bool:
        """Whether a clip may still come."""
        return bool(self._about)

    def ask(self, number: str) -> asyncio.Future[Reply]:
        """Wait for the first answer to this request."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = reply
        return reply

    def keep(self, number: str, alarm: str) -> None:
        """Remember what a capture is for; the oldest is forgotten when there are too many."""
        self._about[number] = alarm
        while len(self._about) > MOST:
            del self._about[next(iter(self._about))]

    def forget(self, number: str) -> None:
        """Nobody waits any more for the first answer."""
        self._waiting.pop(number, None)

    def alarm(self, kept: Kept) -> str:
        """What a picture was kept for; empty for what a person has asked for."""
        return self._about.get(kept.capture, "")

    def take(self, word: Up) -> None:
        """Pass on an answer to who waits for it."""
        if not isinstance(word, Kept | Seen | Refused):
            return
        reply = self._waiting.pop(word.capture if isinstance(word, Kept) else word.id, None)
        if reply is not None and not reply.done():
            reply.set_result(word)

    def done(self, word: Kept | Refused) -> None:
        """What was asked for is there, or will not come."""
        if isinstance(word, Refused):
            self._about.pop(word.id, None)
        elif word.kind == "clip":
            self._about.pop(word.capture, None)

    def end(self, reason: Exception) -> None:
        """The session is over: nobody waits any longer."""
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(reason)
                reply.exception()  # who has stopped waiting is not told of it again
        self._waiting.clear()
