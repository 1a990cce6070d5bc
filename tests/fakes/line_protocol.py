"""A small reader of line protocol, as its specification has it, for tests of what writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

Field: TypeAlias = float | int | str

_LINE = re.compile(
    r"(?P<measurement>(?:\\[, ]|[^, \\])+)"
    r"(?P<tags>(?:,(?:\\[,= ]|[^,= \\])+=(?:\\[,= ]|[^,= \\])+)*)"
    r' (?P<fields>(?:[^" ]|"(?:\\["\\]|[^"\\])*")+)'
    r" (?P<at>-?\d+)"
)
_TAG = re.compile(r",((?:\\.|[^,=])+)=((?:\\.|[^,])+)")
_FIELD = re.compile(r'([a-z]+)=("(?:\\["\\]|[^"\\])*"|[^,]+)(?:,|$)')


@dataclass(frozen=True, slots=True)
class Point:
    """What one line says."""

    measurement: str
    tags: dict[str, str]
    fields: dict[str, Field]
    at: int


def read_line(line: str) -> Point:
    """Read it; `AssertionError` when it is none."""
    found = _LINE.fullmatch(line)
    assert found is not None, line
    return Point(
        found["measurement"],
        {name: re.sub(r"\\(.)", r"\1", value) for name, value in _TAG.findall(found["tags"])},
        {name: _value(value) for name, value in _FIELD.findall(found["fields"])},
        int(found["at"]),
    )


def _value(text: str) -> Field:
    if text.startswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return int(text[:-1]) if text.endswith("i") else float(text)
