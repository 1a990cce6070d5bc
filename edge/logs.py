"""What the daemon writes for people and machines: one line an event, name and keys."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Literal, TextIO

import structlog

Form = Literal["text", "json"]


def frames(error: BaseException) -> list[str]:
    """Name the places an error came through, innermost last, without reading a file."""
    steps = traceback.walk_tb(error.__traceback__)
    return [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in steps]


def configure(form: Form, to: TextIO = sys.stderr) -> None:
    """Send every log line to a file or terminal, for eyes or as JSON."""
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
        logger_factory=structlog.PrintLoggerFactory(to),
    )
