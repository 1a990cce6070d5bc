"""Every reading that is kept, written to a database of readings over time as well."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final, NoReturn, Protocol, TypeAlias

import structlog

from cloud_bridge.series_lines import Lines
from cloud_bridge.series_server import Busy, Refused, TooLarge
from edge.driver import Now
from edge.errors import LinkDown
from edge.history.tail import Batch, Tail
from edge.keeper import Opened
from edge.site import Site

MOST_LINES: Final = 5_000
"""What servers take best in one request, some 700 kB before it is compressed."""

SETTLED_S: Final = 10.0
"""What a server has taken for so long survives a kill of it: VictoriaMetrics writes to its disk
within 5 s. Until then it is not done, and written again when the server may have been restarted."""

SLICE: Final = 200
"""Lines that are made in one turn of the loop: in a millisecond or so."""

REST: Final = 0.5
"""How long is paused after a full batch, for each second that it took: others go first."""

MOST_BROKEN: Final = 3
"""Writes in a row that begin a connection: after more the server closes each, and it says nothing
of a restart."""

LOOK_S: Final = 1.0
"""How long is waited for the first reading that cannot be written, to say how old it is."""


class Server(Protocol):
    """An open session with the database."""

    @property
    def connections(self) -> int:
        """How many there were; a new one may mean another server, or one that was restarted."""
        ...

    async def write(self, lines: Sequence[str]) -> int:
        """Return, once the server has them, how many lines it has left out of them.

        `Refused` when it takes none of them as they are, `LinkDown` when there is no telling.
        """
        ...


Open: TypeAlias = Callable[[], Awaitable[Server]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Written:
    """A batch that the server has taken, but perhaps not yet to its disk."""

    number: int
    count: int
    at: float


class Series:
    """Follows the history and writes what is kept, oldest first; a reading twice is there once.

    `refused` counts the lines that the server does not take, and that are given up. `oldest` is
    when the first reading was that is under way; none when there is none.
    """

    def __init__(self, site: Site, tail: Tail, open_server: Open, now: Now) -> None:
        self._lines = Lines(site)
        self._tail = tail
        self._open = open_server
        self._now = now
        self._settling: deque[_Written] = deque()  # of the last seconds, and as fast as a server
        self._sent = 0
        self._connections = 0
        self._broken = 0
        self._most = MOST_LINES
        self._not_before = 0.0
        self.written = 0
        self.refused = 0
        self.oldest: datetime | None = None

    @property
    def waiting(self) -> int:
        """How many readings are kept and not written yet."""
        return max(0, self._tail.waiting - sum(each.count for each in self._settling))

    @property
    def dropped(self) -> int:
        """How many readings were given up before they were written, as the disk's share is full."""
        return self._tail.dropped

    async def serve(self, opened: Opened) -> NoReturn:
        """Write until the server is lost; whoever keeps this open tries again."""
        await asyncio.sleep(self._not_before - asyncio.get_running_loop().time())
        self._settling.clear()
        self._sent = 0
        self._most = MOST_LINES
        try:
            server = await self._open()
            await self._probe(server)
            self._connections = server.connections
            await opened()
            while True:
                await self._step(server)
        except LinkDown as lost:
            if isinstance(lost, Busy):
                self._not_before = asyncio.get_running_loop().time() + lost.pause_s
            await self._look()
            raise

    def describe(self, site: Site) -> None:
        """Name and place devices as this site does, from now on."""
        self._lines = Lines(site)

    async def _step(self, server: Server) -> None:
        """Write the next readings; what the server may have lost comes again."""
        loop = asyncio.get_running_loop()
        batches = await self._tail.after(self._sent, self._most)
        self._begin(batches)
        began = loop.time()
        lines = await self._told(batches)
        await self._write(server, lines)
        self.written += len(lines)
        self.oldest = None
        self._sent = batches[-1].number
        connections, self._connections = self._connections, server.connections
        self._broken = self._broken + 1 if self._connections != connections else 0
        if 0 < self._broken <= MOST_BROKEN:
            self._settling.clear()
            self._sent = 0
            return
        self._settle(began)
        self._settling.append(_Written(self._sent, len(lines), loop.time()))
        if len(lines) >= self._most:
            await asyncio.sleep(REST * (loop.time() - began))

    def _settle(self, now: float) -> None:
        """What the server has had long enough, and was not restarted since, need not come again."""
        number = 0
        while self._settling and self._settling[0].at + SETTLED_S <= now:
            number = self._settling.popleft().number
        if number:
            self._tail.done(number)

    async def _write(self, server: Server, lines: Sequence[str]) -> None:
        """Write these; a line that the server does not take is found by halving, and given up."""
        pieces = [lines[at : at + self._most] for at in range(0, len(lines), self._most)][::-1]
        bad: list[tuple[str, str]] = []
        taken = False
        while pieces:
            piece = pieces.pop()
            try:
                left_out = await server.write(piece)
            except Refused as refusal:
                half = len(piece) // 2
                if isinstance(refusal, TooLarge):
                    self._most = max(1, min(self._most, half))
                if half:
                    pieces += [piece[half:], piece[:half]]
                else:
                    bad.append((piece[0], str(refusal)))
            else:
                taken = True
                self._give_up(left_out, "the server has taken the others", "")
        if bad and not taken:  # perhaps it is not the lines that the server minds
            await self._probe(server)
        for line, reason in bad:
            self._give_up(1, reason, line)

    async def _probe(self, server: Server) -> None:
        """Write what no server refuses for its own sake; `LinkDown` says why this one does."""
        line = self._lines.mark(self._now())
        try:
            left_out = await server.write([line])
        except Refused as refusal:
            raise LinkDown(str(refusal)) from refusal
        if left_out:
            raise LinkDown("takes no line at all")

    def _give_up(self, count: int, reason: str, line: str) -> None:
        if count:
            if not self.refused:
                log.warning("series.refused", count=count, reason=reason, line=line[:200])
            self.refused += count

    async def _told(self, batches: Sequence[Batch]) -> list[str]:
        """The lines of these, made in slices between which everybody else has a turn."""
        lines: list[str] = []
        for batch in batches:
            readings = batch.readings
            for begin in range(0, len(readings), SLICE):
                lines += self._lines.of(readings[begin : begin + SLICE])
                await asyncio.sleep(0)
        return lines

    async def _look(self) -> None:
        """Find out since when readings wait."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                self._begin(await self._tail.after(0, 1))

    def _begin(self, batches: Sequence[Batch]) -> None:
        self.oldest = next((each.at for each in chain(*(b.readings for b in batches))), None)
