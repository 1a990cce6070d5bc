"""Asks the gateway that runs for a site, at its local socket."""

from __future__ import annotations

import socket
import struct
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from edge.cli.doctor.running import GatewaySeen, LinkSeen, State, WaySeen
from edge.cli.local import look
from edge.local_socket import NAME, connect

PATIENCE_S: Final = 4.0
"""It answers in milliseconds; `/readyz` in two seconds, whatever the disk does."""

MOST_LINKS: Final = 200
_CREDENTIALS: Final = struct.Struct("3i")


def gateway(store: Path, lock: Path) -> GatewaySeen:
    """Return what the gateway says, or that none does."""
    try:
        pid = _pid(store)
    except PermissionError:
        return GatewaySeen(state="unknown")
    except OSError:
        return GatewaySeen(state="silent" if _locked(lock) else "off", pid=_locked(lock))
    try:
        _, ready = look(store, "/readyz", PATIENCE_S)
        status, standing = look(store, "/api/v1/standing", PATIENCE_S)
        if status != HTTPStatus.OK:
            return GatewaySeen(state="page_only", pid=pid)
        return GatewaySeen(
            state="runs",
            pid=pid,
            amiss=tuple(ready.get("reasons", ())),
            links=tuple(_link(each) for each in _links(store)),
            ways=tuple(_way(up["id"], way) for up in standing["uplinks"] for way in up["ways"]),
        )
    except (OSError, KeyError, TypeError, AttributeError):
        state: State = "silent"
        return GatewaySeen(state=state, pid=pid)


def _pid(store: Path) -> int:
    """Return whose socket it is; `OSError` when nobody listens."""
    with connect(store / NAME, PATIENCE_S) as connection:
        found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid: int = _CREDENTIALS.unpack(found)[0]
    return pid


def _locked(lock: Path) -> int | None:
    """Return which process has the store, as the kernel says; nobody else is held up by looking."""
    try:
        inode = lock.stat().st_ino
    except OSError:
        return None
    for line in Path("/proc/locks").read_text("ascii").splitlines():
        words = line.split()
        if words[1] == "FLOCK" and words[5].rpartition(":")[2] == str(inode):
            return int(words[4])
    return None


def _links(store: Path) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        _, said = look(store, f"/api/v1/links?limit={MOST_LINKS}{more}", PATIENCE_S)
        found += said["items"]
        cursor = said.get("next") or ""
        if not cursor:
            return found


def _link(said: Any) -> LinkSeen:
    since = said["since"]
    return LinkSeen(
        id=said["id"],
        up=said["up"],
        reason=said["reason"],
        since=datetime.fromisoformat(since) if since else None,
    )


def _way(uplink: str, said: Any) -> WaySeen:
    return WaySeen(
        uplink=uplink,
        over=said["over"],
        up=said["up"],
        reason=said["reason"],
        used=said["used"],
    )
