"""The keys and passwords of a box, in a file of their own that a passphrase opens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Meta

from edge.cli.backup.contents import Unfit

FIRST: Final = b"WHISTLE KEYS 1\n"
"""What the file begins with; the passphrase is tried on nothing else."""

SHORTEST: Final = 12
"""Letters of a passphrase: with what scrypt costs, too many to be guessed by trying."""

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of the whole file: a key has some thousand."""

SALT: Final = 16
NONCE: Final = 12
COST: Final = 2**16
"""Of scrypt: 64 MB and half a second on a small box, for each try."""


class WrongPassphrase(ValueError):
    """It is another one, or the file was changed."""


class _Keys(msgspec.Struct, frozen=True):
    """The files by their names, and whose they are, so that they go to no other box."""

    site: str
    gateway: str
    files: Annotated[Mapping[str, bytes], Meta(max_length=1_000)]


def seal(files: Mapping[str, bytes], site: str, gateway: str, passphrase: str) -> bytes:
    """Return the file: nothing can be read in it, and nothing changed, without the passphrase."""
    if len(passphrase) < SHORTEST:
        raise Unfit(f"口令至少 {SHORTEST} 个字符", f"a passphrase has {SHORTEST} letters at least")
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    told = msgspec.json.encode(_Keys(site, gateway, files))
    head = FIRST + salt + nonce
    return head + AESGCM(_key(passphrase, salt)).encrypt(nonce, told, head)


def unseal(body: bytes, site: str, gateway: str, passphrase: str) -> Mapping[str, bytes]:
    """Return the files; `WrongPassphrase`, or `Unfit` for what is no such file or another box's."""
    head, told = body[: len(FIRST) + SALT + NONCE], body[len(FIRST) + SALT + NONCE :]
    if not head.startswith(FIRST) or not told or len(body) > LARGEST:
        raise Unfit("这不是密钥文件", "this is no file of keys")
    salt, nonce = head[len(FIRST) : -NONCE], head[-NONCE:]
    try:
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, told, head)
    except InvalidTag:
        raise WrongPassphrase("another passphrase, or the file was changed") from None
    keys = msgspec.json.decode(plain, type=_Keys)
    if (keys.site, keys.gateway) != (site, gateway):
        raise Unfit(
            f"这是 {keys.site}/{keys.gateway} 的密钥",
            f"these are the keys of {keys.site}/{keys.gateway}",
        )
    return keys.files


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())
