"""Whoever started this process and wants to hear how it is: systemd, or what speaks like it."""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

SOCKET: Final = "NOTIFY_SOCKET"
PERIOD: Final = "WATCHDOG_USEC"
WATCHED: Final = "WATCHDOG_PID"

MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Listens at a datagram socket; ends this process when it has not heard for `watchdog_s`."""

    address: str
    watchdog_s: float | None

    def tell(self, *lines: str) -> None:
        """Say all of it at once, or nothing where it cannot be taken now: it is said again."""
        named = self.address
        place = f"\0{named[1:]}" if named.startswith("@") else named
        speaking = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        with speaking, suppress(OSError):
            speaking.sendto("\n".join(lines).encode(), place)


def supervisor(environment: MutableMapping[str, str]) -> Supervisor | None:
    """Return who is named there, and name it no longer: no child is to speak in our place."""
    address = environment.pop(SOCKET, "")
    period, watched = environment.pop(PERIOD, ""), environment.pop(WATCHED, "")
    if not address.startswith(("/", "@")):
        return None
    ours = watched in {"", str(os.getpid())}
    watchdog_s = int(period) / MICROSECONDS if ours and period.isdecimal() else None
    return Supervisor(address, watchdog_s or None)
