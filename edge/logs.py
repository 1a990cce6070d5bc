"""What the daemon writes for people and machines: one line an event, name and keys."""

from __future__ import annotations

import logging
import sys
import traceback
from io import FileIO, RawIOBase
from typing import Literal, TextIO

import structlog

Form = Literal["text", "json"]


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


def configure(form: Form, to: TextIO = sys.stderr) -> None:
    """Send every log line to a file or terminal, for eyes or as JSON."""
    lines = Lines(FileIO(to.fileno(), "w", closefd=False))
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=to.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks
            if form == "json"
            else structlog.processors.StackInfoRenderer(),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: lines,
    )
