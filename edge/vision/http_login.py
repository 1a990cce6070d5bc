"""How one logs in to a camera over HTTP: basic, and digest as in RFC 7616 (pure)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

LONGEST_CHALLENGE: Final = 4096
"""Letters of one header; real ones have two hundred."""
MOST_CHALLENGES: Final = 8
"""Headers that are looked at; cameras send one to three."""

_WORD: Final = re.compile(
    r'([A-Za-z][\w-]{0,19})\s*=\s*(?:"((?:[^"\\]|\\.){0,1000})"|([^\s,"]{1,200}))', re.ASCII
)
_SCHEME: Final = re.compile(r"(?:^|,)\s*(basic|digest)(?=\s|,|$)", re.IGNORECASE)

HASHES: Final[Mapping[str, Callable[[bytes], str]]] = {
    "MD5": lambda text: hashlib.md5(text, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda text: hashlib.sha256(text).hexdigest(),
}
"""Best last. MD5 is what cameras have; it is their login, not ours to choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who we are to a camera."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a camera asks for; `qop` says that requests are counted (`auth`)."""

    scheme: Literal["basic", "digest"]
    realm: str = ""
    nonce: str = ""
    opaque: str | None = None
    algorithm: str = "MD5"
    qop: bool = False
    names_algorithm: bool = False


def challenge_in(headers: Sequence[str]) -> Challenge | None:
    """Choose from what stands in `WWW-Authenticate`: digest before basic, the best hash first."""
    found: list[tuple[int, Challenge]] = []
    for header in headers[:MOST_CHALLENGES]:
        text = header[:LONGEST_CHALLENGE]
        starts = [*_SCHEME.finditer(text)]
        ends = [*(each.start() for each in starts), len(text)][1:]
        for start, end in zip(starts, ends, strict=True):
            challenge = _read(start[1].lower(), text[start.end() : end])
            if challenge is not None:
                order = [*HASHES].index(_hash_name(challenge)) + 1
                found.append((order if challenge.scheme == "digest" else 0, challenge))
    return max(found, key=lambda each: each[0])[1] if found else None


def authorization(  # noqa: PLR0913 - what RFC 7616 hashes together
    challenge: Challenge, login: Login, *, method: str, uri: str, cnonce: str, count: int = 1
) -> str:
    """Return the header `Authorization` that answers a challenge.

    `cnonce` is chance, from whoever has some; `count` is of requests under this nonce, from 1.
    """
    if challenge.scheme == "basic":
        known = f"{login.username}:{login.password}"
        return "Basic " + base64.b64encode(known.encode()).decode()
    hashed = HASHES[_hash_name(challenge)]
    secret = hashed(f"{login.username}:{challenge.realm}:{login.password}".encode())
    if challenge.algorithm.upper().endswith("-SESS"):
        secret = hashed(f"{secret}:{challenge.nonce}:{cnonce}".encode())
    asked = hashed(f"{method}:{uri}".encode())
    counted = f"{count:08x}:{cnonce}:auth:" if challenge.qop else ""
    response = hashed(f"{secret}:{challenge.nonce}:{counted}{asked}".encode())
    parts = [
        f'username="{_quoted(login.username)}"',
        f'realm="{_quoted(challenge.realm)}"',
        f'nonce="{_quoted(challenge.nonce)}"',
        f'uri="{_quoted(uri)}"',
        f'response="{response}"',
    ]
    if challenge.names_algorithm:
        parts.append(f"algorithm={challenge.algorithm}")
    if challenge.qop:
        parts.append(f'qop=auth, nc={count:08x}, cnonce="{cnonce}"')
    elif challenge.algorithm.upper().endswith("-SESS"):
        parts.append(f'cnonce="{cnonce}"')
    if challenge.opaque is not None:
        parts.append(f'opaque="{_quoted(challenge.opaque)}"')
    return "Digest " + ", ".join(parts)


def _read(scheme: str, text: str) -> Challenge | None:
    """Read one challenge; none where it cannot be answered (`auth-int` only, an odd hash)."""
    words = {
        each[1].lower(): re.sub(r"\\(.)", r"\1", each[2]) if each[2] is not None else each[3]
        for each in _WORD.finditer(text)
    }
    if scheme == "basic":
        return Challenge(scheme="basic", realm=words.get("realm", ""))
    offered = {each.strip().lower() for each in words.get("qop", "").split(",")} - {""}
    challenge = Challenge(
        scheme="digest",
        realm=words.get("realm", ""),
        nonce=words.get("nonce", ""),
        opaque=words.get("opaque"),
        algorithm=words.get("algorithm", "MD5"),
        qop="auth" in offered,
        names_algorithm="algorithm" in words,
    )
    known = _hash_name(challenge) in HASHES and (not offered or challenge.qop)
    return challenge if known and challenge.nonce else None


def _hash_name(challenge: Challenge) -> str:
    return challenge.algorithm.upper().removesuffix("-SESS")


def _quoted(text: str) -> str:
    """Escape what ends a quoted string, and leave out what would end the header."""
    return re.sub(r'(["\\])', r"\\\1", re.sub(r"[\r\n]", "", text))
