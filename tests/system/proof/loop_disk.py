"""A small disk of its own for the store: a file that is mounted, to be filled and broken."""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

SIZE: Final = 1 << 30
SPARED: Final = 1 << 20
"""What is filled piece by piece: the file system itself takes some of the room."""
BLOCK: Final = 4096
STILL: Final = 50
"""Tries to copy a disk that the system itself writes to meanwhile."""
CLONE_NEWNS: Final = 0x00020000
PROGRAMS: Final = ("mkfs.ext4", "e2fsck", "mount", "umount")


def missing() -> str:
    """Return what keeps a disk from being mounted here, in a word."""
    if os.geteuid() != 0:
        return "needs root"
    lacking = [name for name in PROGRAMS if program(name) is None]
    if lacking:
        return f"needs {', '.join(lacking)}"
    return "" if Path("/dev/loop-control").exists() else "needs loop devices"


def alone() -> None:
    """Let nobody else see what this process mounts, and it goes with the process.

    Whoever else copies the mounts of this machine keeps in use what is unmounted here.
    """
    if os.geteuid() == 0 and ctypes.CDLL(None).unshare(CLONE_NEWNS) == 0:
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)


def program(name: str) -> str | None:
    """Where it is; Debian keeps it off the path of an ordinary account."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


class LoopDisk:
    """An ext4 in a sparse file, mounted at `place`."""

    def __init__(self, image: Path, place: Path) -> None:
        self._image = image
        self._place = place

    async def make(self) -> None:
        """Make it and mount it; `OSError` where this machine does not let us."""
        self._place.mkdir()
        with self._image.open("wb") as file:
            file.truncate(SIZE)
        await run("mkfs.ext4", "-q", "-F", "-m", "0", str(self._image))
        await self.mount()

    async def mount(self) -> None:
        """Mount it, repaired where it has to be; what nobody syncs it keeps back for minutes."""
        with suppress(OSError):  # e2fsck says 1 for what it has repaired
            await run("e2fsck", "-p", str(self._image))
        await run("mount", "-o", "loop,commit=300", str(self._image), str(self._place))

    async def unmount(self) -> None:
        """Take it away; nobody may use it any more."""
        await run("umount", str(self._place))

    async def cut(self) -> None:
        """Keep aside what the disk holds now; whoever writes to it has to stand still.

        What is in the system's memory alone is not in it.
        """
        for _ in range(STILL):
            before = self._traffic()
            await run("cp", "--sparse=always", str(self._image), str(self._cut))
            if self._traffic() == before:
                return
        raise OSError("the disk is never still")

    async def come_back(self) -> None:
        """Mount what was kept aside, in place of what is there now."""
        await self.unmount()
        self._cut.replace(self._image)
        await self.mount()

    async def remove(self) -> None:
        """Take it away for good, used or not."""
        with suppress(OSError):
            await run("umount", "-l", str(self._place))
        self._image.unlink(missing_ok=True)

    async def abort(self) -> None:
        """Let the kernel treat it as it treats a disk with errors: nothing is written any more."""
        await run("mount", "-o", "remount,abort", str(self._place))

    def fill(self) -> None:
        """Take all the room there is."""
        free = shutil.disk_usage(self._place).free
        with self._filling.open("wb", buffering=0) as file:
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, max(free - SPARED, 1))
            file.seek(0, os.SEEK_END)
            with suppress(OSError):
                while file.write(bytes(BLOCK)) == BLOCK:
                    pass

    def empty(self) -> None:
        """Give it back, for good: it must not come back with the power."""
        self._filling.unlink(missing_ok=True)
        sync_names(self._place)

    def _traffic(self) -> bytes:
        """What the kernel has read and written so far."""
        number = self._place.stat().st_dev
        return Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}/stat").read_bytes()

    @property
    def _cut(self) -> Path:
        return self._image.with_suffix(".cut")

    @property
    def _filling(self) -> Path:
        return self._place / "somebody-else"


def sync_names(folder: Path) -> None:
    """Return when what was named, renamed and removed in it is so on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


async def run(name: str, *words: str) -> None:
    """Run a program; `OSError` with what it said when it fails."""
    with tempfile.TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(
            program(name) or name, *words, stdout=said, stderr=said
        )
        if status := await process.wait():
            said.seek(0)
            raise OSError(status, f"{name}: {said.read().decode(errors='replace').strip()}")
