"""Looks at the machine: its clock, the disk of a store, the limits of a process."""

from __future__ import annotations

import os
import resource
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from edge.cli.doctor.machine import Clocks, Disk
from edge.clock import synchronised

WRITES: Final = 5
PAGE: Final = bytes(4096)
"""What SQLite writes at once."""

_LIMIT: Final = "Max open files"


def clocks(zone: ZoneInfo, now: datetime) -> Clocks:
    """Return what the machine says of its time."""
    return Clocks(
        now=now,
        synchronised=synchronised(),
        zone=str(zone),
        local=now.astimezone().utcoffset() or timedelta(0),
        site=now.astimezone(zone).utcoffset() or timedelta(0),
    )


def disk(store: Path) -> Disk:
    """Return how the disk of a store is; a file is written there, and removed."""
    found = os.statvfs(store)
    read_only = bool(found.f_flag & os.ST_RDONLY)
    refusal, fsyncs = ("", ()) if read_only else _tried(store)
    return Disk(
        path=str(store),
        kind=kind_of(store, Path("/proc/self/mounts").read_text("utf-8")),
        free=found.f_bavail * found.f_frsize,
        inodes=found.f_favail if found.f_files else None,
        read_only=read_only,
        refusal=refusal,
        foreign=os.geteuid() not in {0, store.stat().st_uid},
        fsyncs=fsyncs,
    )


def kind_of(path: Path, mounts: str) -> str:
    """Return the file system of a path, by the longest mount point that it lies below."""
    best, kind = Path("/"), ""
    whole = path.resolve()
    for line in mounts.splitlines():
        _, point, found, *_ = line.split(" ")
        where = Path(point.encode("latin-1").decode("unicode_escape"))
        if whole.is_relative_to(where) and len(where.parts) >= len(best.parts):
            best, kind = where, found
    return kind


def descriptors(pid: int | None) -> tuple[int, int | None]:
    """Return how many a process may have and has; without one how many this may have."""
    if pid is None:
        return resource.getrlimit(resource.RLIMIT_NOFILE)[0], None
    limits = Path(f"/proc/{pid}/limits").read_text("ascii")
    line = next(each for each in limits.splitlines() if each.startswith(_LIMIT))
    soft = line.removeprefix(_LIMIT).split()[0]
    try:
        used: int | None = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    except PermissionError:
        used = None
    return int(soft) if soft.isdigit() else 2**31, used


def _tried(store: Path) -> tuple[str, tuple[float, ...]]:
    """Write a page a few times as the journal does; return why that failed, and the times."""
    path = store / f".doctor-{os.getpid()}"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        return error.strerror or str(error), ()
    try:
        return "", tuple(_write(handle) for _ in range(WRITES))
    except OSError as error:
        return error.strerror or str(error), ()
    finally:
        os.close(handle)
        path.unlink()


def _write(handle: int) -> float:
    os.write(handle, PAGE)
    began = time.monotonic()
    os.fsync(handle)
    return time.monotonic() - began
