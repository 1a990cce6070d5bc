"""Free ports of this machine, that stay free until somebody listens on them."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"

_held: list[socket.socket] = []


def free_port() -> int:
    """A port that nobody listens on and nobody is given until this process ends.

    A port that is only looked up may be given to whoever connects next. This one stays bound, by
    a socket that never listens and lets others share (`SO_REUSEADDR`, as every server sets it).
    """
    holding = socket.socket()
    holding.bind((LOOPBACK, 0))
    holding.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _held.append(holding)
    port: int = holding.getsockname()[1]
    return port
