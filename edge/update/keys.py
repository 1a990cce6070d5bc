"""Whose releases are taken: the public keys of publishers, Ed25519."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edge.update.refused import Refused

KEYS: Final = Path("/etc/whistle/release_keys")
"""The folder of the box in which those of a site's own choice lie."""

SUFFIX: Final = ".pub"

LARGEST: Final = 1024
"""Bytes of a file that holds one key in base64."""

_CONTEXT: Final = b"whistle release 1\n"
"""Before what is signed: a key that signs something else, too, never signs a release by that."""


def signed_bytes(manifest: bytes) -> bytes:
    """Return what a publisher's key signs."""
    return _CONTEXT + manifest


class Publishers:
    """The keys that the release that runs has brought, and those in a folder of the box.

    A file in that folder counts before one of the same name that was brought; an empty one takes
    the key's trust away.
    """

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = {name: text for name, text in keys.items() if text}

    @classmethod
    def of(cls, folder: Path) -> Publishers:
        """Read them."""
        brought = resources.files("edge.update").joinpath("publishers")
        found: dict[str, str] = {}
        if brought.is_dir():
            found |= {
                each.name.removesuffix(SUFFIX): each.read_text(encoding="ascii").strip()
                for each in brought.iterdir()
                if each.name.endswith(SUFFIX)
            }
        if folder.is_dir():
            found |= {each.stem: _text(each) for each in sorted(folder.glob(f"*{SUFFIX}"))}
        return cls(found)

    def verify(self, manifest: bytes, signatures: Mapping[str, bytes]) -> str:
        """Return the name of the key that has signed; `Refused` when it was none of these."""
        wrong = [name for name in signatures if name in self._keys]
        for name in wrong:
            if _has_signed(self._keys[name], name, manifest, signatures[name]):
                return name
        if wrong:
            raise Refused(
                f"升级包的签名不对（密钥 {wrong[0]}）：内容被改动过，重新获取",
                f"the signature is wrong (key {wrong[0]}): the release was changed; get it again",
            )
        named = ", ".join(sorted(signatures)) or "-"
        known = ", ".join(sorted(self._keys)) or "-"
        raise Refused(
            f"升级包由 {named} 签名，本机只信任 {known}；公钥放在 /etc/whistle/release_keys",
            f"the release is signed by {named}, this box trusts {known}; public keys belong into"
            " /etc/whistle/release_keys",
        )


def _text(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            return file.read(LARGEST).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} 读不了：{error}", f"{path} cannot be read: {error}") from error


def _has_signed(key: str, name: str, manifest: bytes, signature: bytes) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Refused(
            f"release_keys/{name}{SUFFIX} 不是公钥；应为 base64 的 32 字节",
            f"release_keys/{name}{SUFFIX} holds no public key: 32 bytes in base64",
        ) from error
    try:
        public.verify(signature, signed_bytes(manifest))
    except InvalidSignature:
        return False
    return True
