"""Secrets drawn by chance, and what may be kept of them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

SECRET_BYTES: Final = 32
ID_BYTES: Final = 8
"""An id is no secret; it only has to tell a thousand sessions apart."""

TOKEN_BEGINS: Final = "whistle_"  # noqa: S105 - how one is told from other tokens, no secret
"""So that a scanner finds a token that lies about in somebody's repository."""

CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: no I, L, O, U, which look like others or spell words."""

CODE_LENGTH: Final = 15
"""75 bits: even who has stolen the disk does not find the code behind its SHA-256 in a day."""

GROUP: Final = 5

_MEANT: Final = str.maketrans("OIL", "011", " -–—_.·\t")


def new_secret() -> str:
    """Return what a session's cookie holds."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_token() -> str:
    """Return what a program shows."""
    return TOKEN_BEGINS + secrets.token_urlsafe(SECRET_BYTES)


def new_id() -> str:
    """Return a name for what has none."""
    return secrets.token_hex(ID_BYTES)


def new_code() -> str:
    """Return a code that a person reads off one screen and types at another."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, CODE_LENGTH, GROUP))


def code_meant(typed: str) -> str:
    """Return the code as it was drawn, however it was typed: small, in one piece, O for 0."""
    return typed.strip().upper().translate(_MEANT)


def digest_of(secret: str) -> bytes:
    """Return what is kept in a secret's place: nobody gets back from it to the secret."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def same(one: bytes, other: bytes) -> bool:
    """Compare in a time that says nothing about how far they are the same."""
    return hmac.compare_digest(one, other)


def csrf_of(secret: str) -> str:
    """Return what a form brings besides the cookie; who knows it does not know the cookie."""
    key = secret.encode(errors="surrogatepass")
    return hmac.new(key, b"csrf", hashlib.sha256).hexdigest()
