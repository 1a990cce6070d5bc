"""The socket in a gateway's store that only its own user and root can speak to."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NAME: Final = "whistle.sock"
WAITING: Final = 16
"""Connections that may wait to be taken: technicians, not a public."""


def listen(store: Path) -> socket.socket:
    """Return the listening socket; one that a killed gateway left behind is replaced."""
    (store / NAME).unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        with _address(store) as address:
            listening.bind(address)
    finally:
        os.umask(before)
    listening.listen(WAITING)
    listening.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return listening


def connect(store: Path, seconds: float) -> socket.socket:
    """Return a connection to the gateway that runs on a store; `OSError` when none does."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(seconds)
    try:
        with _address(store) as address:
            connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


@contextmanager
def _address(store: Path) -> Iterator[str]:
    """Yield an address that is short: the kernel takes 107 bytes, a store's path may be longer."""
    folder = os.open(store, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{NAME}"
    finally:
        os.close(folder)
