"""Who may see a camera's pictures: basic and digest, as RFC 7617 and RFC 7616 have them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

_PAIR: Final = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


@dataclass(slots=True, kw_only=True)
class Guard:
    """One account; `way` is how a client has to prove that it knows the password.

    Cameras send MD5 to this day, and `qop` only over HTTP: RTSP clients know the older digest.
    """

    way: Literal["open", "basic", "digest"] = "open"
    username: str = ""
    password: str = ""
    realm: str = "camera"
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))

    def challenge(self, *, qop: str = "auth") -> str:
        """The value of `WWW-Authenticate`."""
        if self.way == "basic":
            return f'Basic realm="{self.realm}"'
        quality = f', qop="{qop}"' if qop else ""
        return f'Digest realm="{self.realm}", nonce="{self.nonce}", algorithm=MD5{quality}'

    def admits(self, method: str, said: str) -> bool:
        """Whether the value of `Authorization` opens the door for a request with this method."""
        scheme, _, rest = said.partition(" ")
        match self.way, scheme.lower():
            case "open", _:
                return True
            case "basic", "basic":
                return self._knows_plain(rest)
            case "digest", "digest":
                return self._knows(method, {m[1]: m[2] or m[3] or "" for m in _PAIR.finditer(rest)})
            case _:
                return False

    def _knows_plain(self, token: str) -> bool:
        try:
            said = base64.b64decode(token, validate=True)
        except binascii.Error:
            return False
        return hmac.compare_digest(said, f"{self.username}:{self.password}".encode())

    def _knows(self, method: str, said: Mapping[str, str]) -> bool:
        if (said.get("username"), said.get("nonce")) != (self.username, self.nonce):
            return False
        secret = _md5(f"{self.username}:{self.realm}:{self.password}")
        asked = _md5(f"{method}:{said.get('uri', '')}")
        if said.get("qop"):
            middle = ":".join(said.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        else:
            middle = self.nonce
        wanted = _md5(f"{secret}:{middle}:{asked}")
        return hmac.compare_digest(said.get("response", "").lower().encode(), wanted.encode())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
