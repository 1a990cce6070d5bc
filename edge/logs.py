"""What the daemon writes for people and machines: one line an event, name and keys."""

from __future__ import annotations

import logging
import sys
import traceback
from collections import deque
from dataclasses import dataclass
from io import FileIO, RawIOBase
from typing import Final, Literal, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict

Form = Literal["text", "json"]

LINES_KEPT: Final = 500
"""An hour of a quiet gateway; of an unruly one the last minutes."""

LONGEST_KEY: Final = 300
"""Letters of one value; more is in the log itself."""


def frames(error: BaseException) -> list[str]:
    """Name the places an error came through, innermost last, without reading a file."""
    steps = traceback.walk_tb(error.__traceback__)
    return [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in steps]


class Lines:
    """Writes lines to a file; one that the disk refuses is left out, and told when it takes again.

    A gateway with a full disk has better to do than to end because it cannot complain. Nothing
    is buffered: what a disk refused would be tried again when the process ends, and fail it.
    """

    def __init__(self, to: RawIOBase) -> None:
        self._to = to
        self._left_out = 0
        self._cut = False

    def msg(self, line: str) -> None:
        """Write one line, if that can be done."""
        told = f"{line}\n"
        if self._left_out:
            told = f'{{"event": "log.lines_left_out", "count": {self._left_out}}}\n{told}'
        body = (f"\n{told}" if self._cut else told).encode(errors="replace")
        try:
            written = self._to.write(body) or 0
        except OSError:
            written = 0
        if written == len(body):
            self._left_out, self._cut = 0, False
        else:
            self._left_out += 1
            self._cut = self._cut or written > 0

    debug = info = warning = error = critical = msg


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log, as a person reads it; `number` counts from the start of the process."""

    number: int
    at: str
    level: str
    event: str
    keys: str


class Tail:
    """The last lines of the log, for who looks at the page; nothing waits for them."""

    def __init__(self) -> None:
        self._lines: deque[LogLine] = deque(maxlen=LINES_KEPT)
        self._number = 0

    def __call__(self, _: object, __: str, event: EventDict) -> EventDict:
        """Note a line on its way to the log."""
        self._number += 1
        rest = {key: event[key] for key in event if key not in {"event", "level", "timestamp"}}
        self._lines.append(
            LogLine(
                self._number,
                str(event.get("timestamp", "")),
                str(event.get("level", "")),
                str(event.get("event", "")),
                " ".join(f"{key}={str(rest[key])[:LONGEST_KEY]}" for key in rest),
            )
        )
        return event

    def lines(self, after: int = 0) -> list[LogLine]:
        """Return the lines after a number, oldest first."""
        return [line for line in tuple(self._lines) if line.number > after]


def configure(form: Form, to: TextIO = sys.stderr, tail: Tail | None = None) -> None:
    """Send every log line to a file or terminal, for eyes or as JSON, and to `tail`.

    Of a fault it says where, never what was in the variables there: passwords, faces, cards.
    """
    lines = Lines(FileIO(to.fileno(), "w", closefd=False))
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=to.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
            if form == "json"
            else structlog.processors.StackInfoRenderer(),
            *((tail,) if tail else ()),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: lines,
    )
