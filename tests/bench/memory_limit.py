"""A limit on what a process may keep in memory, held by the kernel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

ROOTS: Final = {
    Path("/sys/fs/cgroup/memory"): "memory.limit_in_bytes",
    Path("/sys/fs/cgroup"): "memory.max",
}
"""The first and the second kind of control groups, and what the limit is called there."""


@contextmanager
def memory_limit(megabytes: int) -> Iterator[Path | None]:
    """Yield a group whose processes are killed beyond it; none where this machine has no such."""
    for root, limit in ROOTS.items():
        group = root / f"whistle-bench-{os.getpid()}"
        try:
            group.mkdir()
            (group / limit).write_text(str(megabytes * 1024 * 1024), "ascii")
        except OSError:
            with suppress(OSError):
                group.rmdir()
            continue
        try:
            yield group
        finally:
            with suppress(OSError):
                group.rmdir()
        return
    yield None


def put_into(group: Path | None, pid: int) -> None:
    """Have the process counted there from now on, with what it starts."""
    if group is not None:
        (group / "cgroup.procs").write_text(str(pid), "ascii")
