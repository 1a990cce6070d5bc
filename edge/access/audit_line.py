"""One line of the audit log: what it says, and how it is chained to the line before."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

LONGEST_WORDS: Final = 400
"""Of one text: enough for a reason; the whole of a file stands elsewhere."""

MOST_DETAILS: Final = 20
LONGEST_LINE: Final = 128 * 1024
"""Bytes; above what the bounds on its 47 texts make, if each letter had to be escaped."""

BEGINNING: Final = "0" * 64
"""What the first line has as the hash of the line before."""

_HASHED: Final = re.compile(rb'(\{.*),"hash":"([0-9a-f]{64})"\}', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One thing that somebody did, or tried; `who` is empty where nobody knows.

    `what` is a dotted word such as `session.opened`; `about` names what it was done to, and
    `outcome` is `done`, `refused` or `failed`.
    """

    number: int
    at: datetime
    who: str
    role: str
    door: str
    address: str
    what: str
    about: str
    outcome: str
    detail: Mapping[str, str] = field(default_factory=dict)


class _Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: int
    at: datetime
    who: str
    role: str
    door: str
    address: str
    what: str
    about: str
    outcome: str
    detail: dict[str, str]
    before: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Chained:
    """A line as it stands in the file, with its own hash and that of the line before."""

    line: AuditLine
    before: str
    hash: str


def written(line: AuditLine, before: str) -> tuple[bytes, str]:
    """Return the line's bytes and its hash.

    The hash is the SHA-256 of everything from the opening brace to the hash of the line before,
    byte for byte as it stands there: `tail -n 1 audit.log | head -c -76 | sha256sum` gives it.
    """
    told = _Written(
        number=line.number,
        at=line.at,
        who=_clipped(line.who),
        role=_clipped(line.role),
        door=_clipped(line.door),
        address=_clipped(line.address),
        what=_clipped(line.what),
        about=_clipped(line.about),
        outcome=_clipped(line.outcome),
        detail={
            _clipped(key): _clipped(value)
            for key, value in list(line.detail.items())[:MOST_DETAILS]
        },
        before=before,
    )
    body = msgspec.json.encode(told).removesuffix(b',"hash":""}')
    digest = hashlib.sha256(body).hexdigest()
    return b'%b,"hash":"%b"}\n' % (body, digest.encode()), digest


def sound(raw: bytes) -> Chained | None:
    """Return what a line says, without its end of line; none when a single bit is wrong."""
    found = _HASHED.fullmatch(raw)
    if found is None or hashlib.sha256(found[1]).hexdigest().encode() != found[2]:
        return None
    told = _decoded(raw)
    return Chained(_line(told), told.before, told.hash) if told else None


def legible(raw: bytes) -> AuditLine | None:
    """Return what a line says as far as it can be read, whether or not its hash fits."""
    told = _decoded(raw)
    return _line(told) if told else None


def _decoded(raw: bytes) -> _Written | None:
    try:
        return msgspec.json.decode(raw, type=_Written)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _line(told: _Written) -> AuditLine:
    return AuditLine(
        number=told.number,
        at=told.at,
        who=told.who,
        role=told.role,
        door=told.door,
        address=told.address,
        what=told.what,
        about=told.about,
        outcome=told.outcome,
        detail=told.detail,
    )


def _clipped(words: str) -> str:
    clean = words.encode(errors="replace").decode()
    return clean if len(clean) <= LONGEST_WORDS else f"{clean[: LONGEST_WORDS - 1]}…"
