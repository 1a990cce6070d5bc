"""HTTP that counts its connections, and waits for none that only hold their place."""

from __future__ import annotations

import asyncio
import socket
import struct
from functools import lru_cache
from pwd import getpwuid
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN_S: Final = 10.0
"""Who connects has asked something by then, or is not waited for; a look each time."""

TAKEN_WITHIN_S: Final = 30.0
"""Who does not take what is sent for so long is not sent any more."""

MOST_CONNECTIONS: Final = 400
"""At a time, through one door."""

MOST_OF_ONE: Final = 80
"""Of one address; a browser opens six."""

_NOTHING_YET: Final = object()

_CREDENTIALS: Final = struct.Struct("3i")
"""Process, user and group, as `struct ucred` has them."""


class Patient(H11Protocol):
    """One connection; uvicorn itself ends only those that were idle after an answer."""

    _seen: object = _NOTHING_YET
    _look: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as h11_impl
        """Take it, if there is room for one more of this address."""
        super().connection_made(transport)
        address = _address_of(self)
        others = [_address_of(each) for each in self.connections]
        if len(others) > MOST_CONNECTIONS or others.count(address) > MOST_OF_ONE:
            transport.abort()
            return
        self.app_state = {**self.app_state, "user": _user_of(transport)}
        self._look_again()

    def connection_lost(self, exc: Exception | None) -> None:
        """Look at it no more."""
        for timer in (self._look, self._stalled):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Give up who takes nothing for too long."""
        super().pause_writing()
        self._stalled = self.loop.call_later(TAKEN_WITHIN_S, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()

    def _look_again(self) -> None:
        """End it when nothing was asked since the last look, and nothing is being answered."""
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self._seen is self.cycle:
            self.transport.abort()
            return
        self._seen = self.cycle if idle else _NOTHING_YET
        self._look = self.loop.call_later(HEAD_WITHIN_S, self._look_again)


def _address_of(connection: object) -> str:
    """Where a connection comes from; empty for a local socket."""
    client: tuple[str, int] | None = getattr(connection, "client", None)
    return client[0] if client else ""


def _user_of(transport: asyncio.Transport) -> str:
    """Who is at the other end of a local socket, as the operating system says; else empty."""
    connection = transport.get_extra_info("socket")
    if connection is None or connection.family != socket.AF_UNIX:
        return ""
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return _name_of(_CREDENTIALS.unpack(told)[1])


@lru_cache(maxsize=64)
def _name_of(uid: int) -> str:
    try:
        return getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
