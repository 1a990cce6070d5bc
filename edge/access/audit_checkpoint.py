"""Lines of the audit log as somebody else has noted them: what the platform was told each hour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

MOST: Final = 1_000_000
"""A century of one an hour."""

_WRITTEN: Final = re.compile(r"(?P<number>[0-9]{1,15}):(?P<hash>[0-9a-f]{64})")


class NoCheckpoint(ValueError):
    """A line is neither `NUMBER:HASH` nor an event `audit.marked`."""


class _Audit(msgspec.Struct, frozen=True):
    number: int
    hash: str


class _Data(msgspec.Struct, frozen=True):
    audit: _Audit


class _Event(msgspec.Struct, frozen=True):
    data: _Data


def checkpoints(lines: Iterable[str]) -> Mapping[int, str]:
    """Read one a line: `NUMBER:HASH`, or the event as the platform has it; each number once."""
    found: dict[int, str] = {}
    for line in lines:
        if not (text := line.strip()):
            continue
        number, digest = _read(text)
        if found.setdefault(number, digest) != digest:
            raise NoCheckpoint(f"{number} stands there with two hashes")
        if len(found) > MOST:
            raise NoCheckpoint(f"more than {MOST} lines")
    return found


def _read(text: str) -> tuple[int, str]:
    written = text
    if text.startswith("{"):
        try:
            said = msgspec.json.decode(text, type=_Event).data.audit
        except (msgspec.MsgspecError, UnicodeEncodeError) as error:
            raise NoCheckpoint(f"{text[:60]}: {error}") from error
        written = f"{said.number}:{said.hash}"
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise NoCheckpoint(f"{text[:60]}: no NUMBER:HASH, and no event audit.marked")
    return int(match["number"]), match["hash"]
