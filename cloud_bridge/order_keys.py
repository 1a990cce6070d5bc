"""The keys that orders are signed with: Ed25519, made, read and used."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from cloud_bridge.wire.orders import Order, Sealed, encode_envelope, encode_order
from edge.errors import ConfigError

KEY_BYTES: Final = 32
"""Of an Ed25519 key, RFC 8032."""


class SigningKey:
    """A private key and the name under which gateways know its public half."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self.name = name
        self._key = key

    @classmethod
    def new(cls, name: str) -> SigningKey:
        """Make one."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, name: str, path: Path) -> SigningKey:
        """Read the PEM that `pem` has written; `ConfigError` when it is none."""
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ConfigError(f"{path}: no private key without a password: {error}") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ConfigError(f"{path}: a key of another kind; make one with `whistle command`")
        return cls(name, key)

    @property
    def public(self) -> str:
        """The public half in base64, as a site file has it."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def pem(self) -> bytes:
        """The private key, unencrypted: for a file that nobody else may read."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, body: bytes) -> bytes:
        """Return the signature over these bytes."""
        return self._key.sign(body)

    def seal(self, order: Order) -> bytes:
        """Return the message: the order's bytes in an envelope with the signature over them."""
        return self.seal_bytes(encode_order(order))

    def seal_bytes(self, signed: bytes) -> bytes:
        """Return these bytes in an envelope with the signature over them."""
        return encode_envelope(Sealed(signed, self.name, self.sign(signed)))


class VerifyingKey:
    """A public key in base64; `ValueError` when it has not the right length."""

    def __init__(self, public: str) -> None:
        try:
            raw = base64.b64decode(public, validate=True)
        except binascii.Error as error:
            raise ValueError(f"no base64: {error}") from error
        if len(raw) != KEY_BYTES:
            raise ValueError(f"{len(raw)} bytes, a public key has {KEY_BYTES}")
        self._key = Ed25519PublicKey.from_public_bytes(raw)

    def has_signed(self, sealed: Sealed) -> bool:
        """Whether the signature is this key's, over these bytes."""
        try:
            self._key.verify(sealed.signature, sealed.signed)
        except InvalidSignature:
            return False
        return True
