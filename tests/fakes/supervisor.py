"""Something like systemd: a socket at which a service says how it is."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class Heard:
    """What was said, one message after the other."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening

    def next(self, within_s: float) -> Mapping[str, str]:
        """Return the next message; `TimeoutError` when none comes."""
        self._listening.settimeout(within_s)
        lines = self._listening.recv(4096).decode().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def all(self) -> list[Mapping[str, str]]:
        """Return what has come and was not looked at."""
        messages = []
        while True:
            try:
                messages.append(self.next(0.001))
            except (TimeoutError, BlockingIOError):
                return messages


@contextmanager
def supervised(folder: Path) -> Iterator[tuple[str, Heard]]:
    """Listen; the address is what a service finds in `NOTIFY_SOCKET`."""
    address = str(folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address)
        yield address, Heard(listening)
