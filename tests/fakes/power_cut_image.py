"""A real file system in a file: what the file holds is what a disk has when the power goes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SIZE: Final = 32 << 20
TRIES: Final = 50


def missing() -> str:
    """Return what keeps a file system from being mounted here, in a word."""
    if os.geteuid() != 0:
        return "needs root"
    if not Path("/dev/loop-control").exists():
        return "needs loop devices"
    lacking = [name for name in ("mkfs.ext4", "mount", "umount") if _program(name) is None]
    return f"needs {', '.join(lacking)}" if lacking else ""


def made(image: Path) -> None:
    """Make an ext4."""
    with image.open("wb") as file:
        file.truncate(SIZE)
    _run("mkfs.ext4", "-q", "-F", "-m", "0", str(image))


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    """Mount it; it commits what nobody has synced after minutes only, and has no time for it."""
    place.mkdir(exist_ok=True)
    _run("mount", "-o", "loop,commit=300", str(image), str(place))
    try:
        yield place
    finally:
        _run("umount", str(place))


def copied(image: Path, place: Path, to: Path) -> None:
    """Copy what the disk holds at one instant; whoever writes has to be stopped.

    What is in the system's memory alone is not in it. When the disk was written to meanwhile, by
    the system itself, the copy is of no instant, and is made again.
    """
    device = Path(os.path.realpath(f"/sys/dev/block/{_device(place)}"))
    for _ in range(TRIES):
        before = (device / "stat").read_bytes()
        shutil.copyfile(image, to)
        if (device / "stat").read_bytes() == before:
            return
    raise OSError("the disk is never still")


def _device(place: Path) -> str:
    number = place.stat().st_dev
    return f"{os.major(number)}:{os.minor(number)}"


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


def _run(name: str, *words: str) -> None:
    subprocess.run([_program(name) or name, *words], check=True, capture_output=True)
