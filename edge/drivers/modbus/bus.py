"""The line that all units of a link share: one request at a time, each with its pauses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from edge.beats import Bell
from edge.driver import Now
from edge.drivers.modbus import codec
from edge.drivers.modbus.codec import Data, Outcome, Refusal, Request, Silence
from edge.drivers.modbus.timing import Line, Patience
from edge.errors import LinkDown
from edge.trace import Trace

FRAME_EXTRA = 7  # bytes around a PDU, at most
SILENT_TILL_DOWN = 300.0  # seconds without any answer at all until a TCP connection is made anew
AT_ONCE = -1.0  # before any instant of the loop's: a command waits for the request in flight only


class Stream(Protocol):
    """What a driver needs of an open wire."""

    @property
    def sent(self) -> bytes:
        """The last request as it went over the wire."""
        ...

    @property
    def came(self) -> bytes:
        """All that has come since, noise too."""
        ...

    def send(self, request: Request, within: float, answer: asyncio.Future[Outcome]) -> bytes:
        """Send a request whose answer is waited for so many seconds; never two at a time.

        Returns what came while nothing was asked: an answer that was late, noise.
        """
        ...

    def tell(self, lost: Callable[[str], None]) -> None:
        """Call this with the reason when the stream is lost, or has been."""
        ...


class Asked(Protocol):
    """What the line has to know of who is asked.

    `pause` is the rest, in seconds, that it needs after each answer; `rests` how long it will be
    left in peace if it does not answer now.
    """

    patience: Patience
    pause: float

    @property
    def rests(self) -> float:
        """Seconds."""
        ...


@dataclass(slots=True, eq=False)
class Question:
    """A request to a unit, which may be put again and again; what else it has is the line's.

    It waits its turn `since` an instant of the loop's time. `travel` are the seconds that its bytes
    and those of the answer take on the line.
    """

    unit: Asked
    request: Request
    since: float = 0.0
    travel: float = 0.0
    within: float = 0.0
    sent_at: float = 0.0
    answer: asyncio.Future[Outcome] = field(init=False)


class Bus:
    """Gives the line to one question after the other, commands first; learns, and notes it all."""

    def __init__(
        self, stream: Stream, *, line: Line, now: Now, trace: Trace, reconnects: bool
    ) -> None:
        self._stream = stream
        self._line = line if line.baud else None
        self._quiet = line.quiet
        self._now = now
        self._trace = trace
        self._reconnects = reconnects
        self._loop = asyncio.get_running_loop()
        self._time = self._loop.time
        self._bell = Bell(self._loop, self._go_on)
        self._waiting: list[Question] = []
        self._asked: Question | None = None
        self._commands = 0
        self._silent_since: float | None = None
        self._quiet_until = 0.0
        self._lost: asyncio.Future[str] = self._loop.create_future()
        stream.tell(self._was_lost)

    async def idle(self, seconds: float) -> None:
        """Wait; raises `LinkDown` when the line is lost meanwhile."""
        await asyncio.wait({self._lost}, timeout=seconds)
        if self._lost.done():
            raise LinkDown(self._lost.result())

    @contextmanager
    def overtaking(self) -> Iterator[None]:
        """Keep all that are no commands from starting."""
        self._commands += 1
        try:
            yield
        finally:
            self._commands -= 1
            self._go_on()

    async def ask(
        self, unit: Asked, request: Request, within: float, *, gives_way: bool = True
    ) -> tuple[Outcome, datetime]:
        """One exchange, and when it was over; what `gives_way` lets commands go first."""
        since = self._time() if gives_way else AT_ONCE
        outcome, at, _ = await self.put(Question(unit, request), since, within)
        return outcome, at

    async def put(
        self, question: Question, since: float, within: float
    ) -> tuple[Outcome, datetime, float]:
        """One exchange when it is time and the line is free; raises `LinkDown` when it is lost.

        Returns when it was over, too: as an instant, and in the loop's time.
        """
        if self._lost.done():
            raise LinkDown(self._lost.result())
        question.since, question.within = since, within
        if self._line is not None:
            size = len(question.request.pdu) + question.request.size + 2 * FRAME_EXTRA
            question.travel = self._line.seconds(size)
        question.answer = answer = self._loop.create_future()
        self._waiting.append(question)
        self._go_on()
        try:
            outcome = await answer
            at, end = self._now(), self._time()
            self._learn(question, outcome, at, end)
            return outcome, at, end
        finally:
            if question is self._asked:
                self._asked = None
            else:
                self._waiting.remove(question)
            if self._waiting:
                self._go_on()

    def _go_on(self) -> None:
        """Ask what has waited longest, if the line is free, when it is time."""
        waiting = self._waiting
        if self._asked is not None or not waiting:
            return
        first = waiting[0] if len(waiting) == 1 else min(waiting, key=lambda each: each.since)
        since = first.since
        if first.answer.done() or (self._commands and since != AT_ONCE):
            return  # whoever has given up, or the command, goes on from here
        quiet_until, now = self._quiet_until, self._time()
        if now < since or now < quiet_until:
            self._bell.set(max(since, quiet_until), now, sharp=quiet_until > since)
            return
        waiting.remove(first)
        self._asked = first
        first.sent_at = now
        within = first.travel + first.within
        if stray := self._stream.send(first.request, within, first.answer):
            self._trace.frame("in", "", stray, "unasked")

    def _learn(self, question: Question, outcome: Outcome, at: datetime, end: float) -> None:
        """Note what came of a question by then, and what it says of the unit."""
        unit, request, stream = question.unit, question.request, self._stream
        took = end - question.sent_at
        self._quiet_until = end + max(self._quiet, unit.pause)
        if isinstance(outcome, Data):
            self._trace.answered(request.device, stream.sent, stream.came, took, at)
        else:
            self._wrote(request, took, at)
            rests = unit.rests if question.since != AT_ONCE else 0.0
            self._trace.failed(request.device, reason(outcome), timedelta(seconds=rests))
            if isinstance(outcome, Silence):
                self._was_silent(request, end)
                return
        self._silent_since = None
        unit.patience.answered(took - question.travel)

    def _was_lost(self, why: str) -> None:
        """Whoever asks or wants to learns it; what had been asked can be looked at afterwards."""
        if self._lost.done():
            return
        self._lost.set_result(why)
        asked = self._asked
        if asked is not None:
            self._wrote(asked.request, self._time() - asked.sent_at, self._now())
        for question in (*self._waiting, asked):
            if question is not None and not question.answer.done():
                question.answer.set_exception(LinkDown(why))

    def _was_silent(self, request: Request, end: float) -> None:
        """How long nobody who should be there has answered; a unit that is looked for need not."""
        if not request.device:
            return
        if self._silent_since is None:
            self._silent_since = end
        elif self._reconnects and end - self._silent_since > SILENT_TILL_DOWN:
            raise LinkDown(f"nothing has answered for {SILENT_TILL_DOWN:.0f} s")

    def _wrote(self, request: Request, seconds: float, at: datetime) -> None:
        stream = self._stream
        self._trace.exchanged(request.device, stream.sent, stream.came, seconds, at)


def reason(outcome: Refusal | Silence) -> str:
    """Why that was no answer, in a few words that are always the same."""
    if isinstance(outcome, Refusal):
        return codec.NAMES.get(outcome.code, f"exception {outcome.code}")
    return "garbled" if outcome.garbled else "no answer"
