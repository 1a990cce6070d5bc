"""Durations as people write them: 30s, 10min, 24h."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from edge.faults import fault
from edge.model import Text

_DURATION: Final = re.compile(r"^([0-9]{1,9}(?:\.[0-9]{1,6})?)(ms|s|min|h|d)$")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}

LONGEST: Final = timedelta(days=3660)
"""Ten years: a longer delay is a slip of the pen, and must not overflow a timestamp."""


def parse_duration(text: Any) -> timedelta:
    """Turn `30s`, `500ms`, `10min`, `24h`, `7d` into a timedelta of at most ten years."""
    if isinstance(text, timedelta):
        return text
    match = _DURATION.match(text) if isinstance(text, str) else None
    if match is None:
        raise fault(
            Text("时长写法不对", "this is not a duration"),
            Text(
                "写数字加单位 ms、s、min、h 或 d，例如 30s",
                "write a number with ms, s, min, h or d, such as 30s",
            ),
        )
    duration = timedelta(seconds=float(match[1]) * _SECONDS[match[2]])
    if duration > LONGEST:
        raise fault(
            Text("时长太长", "this duration is too long"),
            Text("最长十年（3660d）", "ten years (3660d) is the longest"),
        )
    return duration


def format_duration(duration: timedelta) -> str:
    """Write a duration in the largest unit that leaves no fraction; `parse_duration` reads it."""
    milliseconds = round(duration / timedelta(milliseconds=1))
    for unit in ("d", "h", "min", "s"):
        whole, rest = divmod(milliseconds, round(_SECONDS[unit] * 1000))
        if whole and not rest:
            return f"{whole}{unit}"
    return f"{milliseconds}ms" if milliseconds else "0s"


Duration: TypeAlias = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern, "examples": ["30s", "10min"]}),
]
