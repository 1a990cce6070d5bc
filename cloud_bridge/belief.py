"""Whether what the platform signs for a gateway is believed: whose it is, for whom, how long."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, Literal, Protocol, TypeVar

from cloud_bridge.orders import AHEAD, How, PlatformKey
from cloud_bridge.wire import WireError
from cloud_bridge.wire.orders import Sealed
from edge.driver import Now
from edge.model import Text
from edge.rules.interlock import NOT_GRANTED, REMOTE_OFF, Grant

DAY: Final = timedelta(days=1)


class Signed(Protocol):
    """What all have in common that the platform signs besides orders."""

    @property
    def site(self) -> str:
        """The site that it is for."""
        ...

    @property
    def gateway(self) -> str:
        """The gateway that it is for."""
        ...

    @property
    def issued_at(self) -> datetime:
        """When it was made."""
        ...

    @property
    def expires_at(self) -> datetime:
        """From when on it is too late."""
        ...


D = TypeVar("D", bound=Signed)


class Refused(ValueError, Generic[D]):
    """Why it is not believed, with the document where it is known to be the platform's."""

    def __init__(self, why: Text, document: D | None = None, key: str = "") -> None:
        super().__init__(why.en)
        self.why = why
        self.document = document
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[D]):
    """One kind of document: its name in words, how it is read, who may send it, how long it lives.

    `opened` and `read` raise `WireError`.
    """

    name: str
    opened: Callable[[bytes], Sealed]
    read: Callable[[bytes], D]
    granted: Callable[[Grant], bool]
    longest: timedelta


class Belief(Generic[D]):
    """Checks messages of one kind; `keys` are those that the site trusts."""

    def __init__(
        self,
        kind: Kind[D],
        address: tuple[str, str],
        keys: Mapping[str, PlatformKey],
        allowed: Callable[[], Literal["on", "off"]],
        now: Now,
    ) -> None:
        self.keys = keys
        self._kind = kind
        self._address = address
        self._allowed = allowed
        self._now = now

    def read(self, body: bytes) -> tuple[D, PlatformKey]:
        """Return what a trusted key has signed, and the key; `Refused` for what none has."""
        kind = self._kind
        try:
            sealed = kind.opened(body)
            known = self.keys.get(sealed.key)
            if known is None:
                raise Refused[D](self._because("unknown_key: the site trusts no key of this name"))
            if not known.key.has_signed(sealed):
                raise Refused[D](
                    self._because("bad_signature: this key has not signed these bytes")
                )
            return kind.read(sealed.signed), known
        except WireError as error:
            raise Refused[D](self._because(f"unreadable: {error}")) from None

    def check(
        self, document: D, known: PlatformKey, how: How, more: Callable[[D], Text | None]
    ) -> None:
        """Let pass what is for this gateway now, by a key that may; else raise `Refused`.

        `more` says what else speaks against it; how old it is comes after that.
        """
        why = self._elsewhere(document, known, how) or more(document) or self._untimely(document)
        if why is not None:
            raise Refused(why, document, known.grant.key)

    def _elsewhere(self, document: D, known: PlatformKey, how: How) -> Text | None:
        if (document.site, document.gateway) != self._address:
            return self._because(f"misdirected: for {document.site}/{document.gateway}")
        if not self._kind.granted(known.grant):
            return NOT_GRANTED.words
        if self._allowed() == "off":
            return REMOTE_OFF.words
        if how == "retained":
            return self._because("retained: it was left with the broker, nobody knows for whom")
        return None

    def _untimely(self, document: D) -> Text | None:
        now, issued, expires = self._now(), document.issued_at, document.expires_at
        longest = self._kind.longest
        if not timedelta(0) < expires - issued <= longest:
            most = f"{longest.days} days" if longest > DAY else f"{longest // timedelta(hours=1)} h"
            return self._because(f"life: {most} at most")
        if issued > now + AHEAD:
            return self._because("from_the_future: the platform's clock, or ours, is wrong")
        return _same("expired.late: arrived too late") if expires <= now else None

    def _because(self, words: str) -> Text:
        return _same(f"{self._kind.name}.{words}")


def digest_of(body: bytes) -> str:
    """By which a message is known that comes again."""
    return hashlib.sha256(body).hexdigest()[:32]


def _same(words: str) -> Text:
    return Text(words, words)
