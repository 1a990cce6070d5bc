"""A disk of a few megabytes in memory, mounted for a test; somebody else may fill it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import pytest

SIZE_MB: Final = 48

# Takes whatever becomes free, as a log that nobody rotates does.
FILLS: Final = """
import sys, time
with open(sys.argv[1], "ab", buffering=0) as file:
    while True:
        try:
            file.write(bytes(4096))
        except OSError:
            time.sleep(0.01)
"""


class SmallDisk:
    """A tmpfs at `place`; `full` is while another process fills it."""

    def __init__(self, place: Path) -> None:
        self.place = place

    @contextmanager
    def full(self) -> Iterator[None]:
        """Let another process take all the room there is, and what becomes free."""
        filling = self.place / "somebody-else"
        with subprocess.Popen([sys.executable, "-c", FILLS, str(filling)]) as somebody:
            try:
                while shutil.disk_usage(self.place).free:
                    os.sched_yield()
                yield
            finally:
                somebody.kill()
        filling.unlink()

    def may(self, what: Literal["read", "write"]) -> None:
        """Mount it anew, to be only read, or written again; nobody may be writing."""
        _run("mount", "-o", f"remount,{'ro' if what == 'read' else 'rw'}", str(self.place))


@contextmanager
def small_disk(place: Path) -> Iterator[SmallDisk]:
    """Mount one, for as long as the block lasts; skips where this machine does not let us."""
    if os.geteuid() != 0:
        pytest.skip("mounts a disk: needs root")
    place.mkdir()
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(place))
    except subprocess.CalledProcessError as refused:
        pytest.skip(f"mounts a disk: {refused.stderr.decode().strip()}")
    try:
        yield SmallDisk(place)
    finally:
        _run("umount", "-l", str(place))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
