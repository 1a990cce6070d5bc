"""A camera's own smart events, told to everybody who has asked to hear them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NoReturn, TypeAlias

from simulators.cameras import dahua, hikvision

Spoken: TypeAlias = Literal["hikvision", "dahua"]

MOST_UNHEARD: Final = 200
"""Words that wait for a listener; then the oldest are lost to it."""

HIKVISION_REPEATS_S: Final = 1.0
"""While something goes on it is said again and again; when it ends nothing is said."""
HIKVISION_IDLE_S: Final = 10.0
DAHUA_HEARTBEAT_S: Final = 5.0


@dataclass(slots=True)
class Events:
    """`active` are the codes that are going on now; `now` stamps what is said.

    A code is spelled as the camera's make spells it: `fielddetection`, `CrossLineDetection`.
    """

    now: Callable[[], datetime]
    active: dict[str, int] = field(default_factory=dict)
    _hikvision: set[asyncio.Queue[bytes]] = field(default_factory=set)
    _dahua: set[asyncio.Queue[bytes]] = field(default_factory=set)

    @contextmanager
    def heard(self, spoken: Spoken) -> Iterator[asyncio.Queue[bytes]]:
        """Hear what is said as long as the block runs, as it goes over the wire."""
        words: asyncio.Queue[bytes] = asyncio.Queue(MOST_UNHEARD)
        listeners = self._hikvision if spoken == "hikvision" else self._dahua
        listeners.add(words)
        if spoken == "hikvision":
            words.put_nowait(hikvision.part("videoloss", self.now(), count=0))
        try:
            yield words
        finally:
            listeners.remove(words)

    def begin(self, code: str) -> None:
        """Something begins."""
        self.active[code] = 1
        self._say(self._hikvision, hikvision.part(code, self.now(), count=1))
        self._say(self._dahua, dahua.part(code, "Start", self.now()))

    def end(self, code: str) -> None:
        """It is over: Dahua says so; Hikvision stops repeating it."""
        if self.active.pop(code, None) is not None:
            self._say(self._dahua, dahua.part(code, "Stop", self.now()))

    def pulse(self, code: str) -> None:
        """Something happens that has no end."""
        self._say(self._hikvision, hikvision.part(code, self.now(), count=1))
        self._say(self._dahua, dahua.part(code, "Pulse", self.now()))

    async def run(self) -> NoReturn:
        """Repeat what goes on, and say now and then that nothing does."""
        ticks = 0
        while True:
            await asyncio.sleep(HIKVISION_REPEATS_S)
            ticks += 1
            for code in self.active:
                self.active[code] += 1
                again = hikvision.part(code, self.now(), count=self.active[code])
                self._say(self._hikvision, again)
            if not self.active and ticks % HIKVISION_IDLE_S == 0:
                self._say(self._hikvision, hikvision.part("videoloss", self.now(), count=0))
            if ticks % DAHUA_HEARTBEAT_S == 0:
                self._say(self._dahua, dahua.heartbeat())

    def _say(self, listeners: set[asyncio.Queue[bytes]], word: bytes) -> None:
        for words in listeners:
            if words.full():
                words.get_nowait()
            words.put_nowait(word)
