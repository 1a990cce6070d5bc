"""Looks at the ports of a site: who listens there, and whether one could."""

from __future__ import annotations

import errno
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from edge.cli.doctor.finding import Finding
from edge.cli.doctor.places import Place
from edge.cli.doctor.ports import PortStanding, Socket, listeners, of_port, on

TABLES: Final = ("/proc/net/tcp", "/proc/net/tcp6")
_SOCKET: Final = re.compile(r"socket:\[(\d+)\]")


def port(place: Place, gateway: int | None) -> list[Finding]:
    """Look at one port; `gateway` is the process that runs, none where none does."""
    found = on(place, tuple(_sockets()))
    runs = gateway is not None
    own = None
    if gateway is not None and found and (inodes := _inodes(gateway)) is not None:
        own = any(each.inode in inodes for each in found)
    refusal = "" if runs or found else _bound(place)
    return [
        of_port(PortStanding(place=place, runs=runs, taken=bool(found), own=own, refusal=refusal))
    ]


def _sockets() -> Iterator[Socket]:
    for table in TABLES:
        path = Path(table)
        if path.exists():
            yield from listeners(path.read_text("ascii"))


def _inodes(pid: int) -> set[int] | None:
    """Return the sockets of a process; none where we may not see them."""
    folder = Path(f"/proc/{pid}/fd")
    found = set()
    try:
        for each in folder.iterdir():
            try:
                match = _SOCKET.match(str(each.readlink()))
            except FileNotFoundError:
                continue  # closed meanwhile
            if match:
                found.add(int(match[1]))
    except PermissionError:
        return None
    return found


def _bound(place: Place) -> str:
    """Take the port for an instant as a server would; return why that cannot be done."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((place.host, place.port))
        except OSError as error:
            return os.strerror(error.errno or errno.EINVAL)
    return ""
