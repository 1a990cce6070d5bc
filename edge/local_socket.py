"""Sockets in the file system that only their own user and root can speak to."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NAME: Final = "whistle.sock"
"""The one in a gateway's store, at which technicians ask."""


def listen(path: Path, waiting: int) -> socket.socket:
    """Return a listening socket, with so many at most waiting to be taken.

    One that was left behind by somebody who was killed is replaced.
    """
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        with _address(path) as address:
            listening.bind(address)
    except OSError:
        listening.close()
        raise
    finally:
        os.umask(before)
    listening.listen(waiting)
    return listening


def connect(path: Path, seconds: float) -> socket.socket:
    """Return a connection to whoever listens there; `OSError` when nobody does."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(seconds)
    try:
        with _address(path) as address:
            connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


@contextmanager
def _address(path: Path) -> Iterator[str]:
    """Yield an address that is short: the kernel takes 107 bytes, a store's path may be longer."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
