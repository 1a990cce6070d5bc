"""The folder in which a release is laid that shall be installed, and grows while it is fetched."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias

from edge.update.disk import BoxDisk
from edge.update.keys import Publishers
from edge.update.manifest import Here, examine
from edge.update.refused import Refused
from edge.update.release_file import SUFFIX, verify
from edge.update.sources import digest_of, opened

FOLDER: Final = "update"
"""Of the store: what lies in it under a name that ends in `.release` is installed."""

PARTIAL: Final = ".part"

RESERVE: Final = 256 * 1024 * 1024
"""Bytes that what is fetched leaves free: alarms are kept on the same disk."""

Where: TypeAlias = Literal["", "part", "ready"]


class Inbox:
    """What was fetched of an offer, by its number; each step is done or not done. Blocks."""

    def __init__(self, store: Path, disk: BoxDisk | None = None) -> None:
        self._folder = store / FOLDER
        self._disk = disk or BoxDisk()

    def part(self, number: int) -> Path:
        """Where it is while nobody may install it."""
        return self._folder / f"offer-{number}{PARTIAL}"

    def _ready(self, number: int) -> Path:
        return self._folder / f"offer-{number}{SUFFIX}"

    def where(self, number: int) -> Where:
        """Whether some of it is there, and whether it is laid ready."""
        if self._ready(number).exists():
            return "ready"
        return "part" if self.part(number).exists() else ""

    def had(self, number: int) -> int:
        """How many bytes of it are there."""
        try:
            return self.part(number).stat().st_size
        except FileNotFoundError:
            return 0

    def keep_only(self, number: int | None) -> None:
        """Remove what is there of other offers; of all where there is no number."""
        if not self._folder.is_dir():
            return
        kept = None if number is None else self.part(number)
        for ending in (PARTIAL, SUFFIX):
            for path in sorted(self._folder.glob(f"offer-*{ending}")):
                if path != kept:
                    self._disk.remove(path)
        self._disk.sync(self._folder)

    def room(self, missing: int) -> None:
        """`Refused` where so many bytes more would leave too little room."""
        free = shutil.disk_usage(self._folder.parent).free
        if free < missing + RESERVE:
            wanted = (missing + RESERVE) // 1_000_000
            raise Refused(
                f"磁盘空间不够：需要 {wanted} MB，剩 {free // 1_000_000} MB",
                f"not enough room: {wanted} MB are needed, {free // 1_000_000} MB are free",
            )

    def extend(self, number: int, body: bytes) -> None:
        """Add some bytes."""
        if not self._folder.is_dir():
            self._disk.folder(self._folder)
            self._disk.sync(self._folder.parent)
        new = not self.part(number).exists()
        self._disk.extend(self.part(number), body)
        if new:
            self._disk.sync(self._folder)

    def drop(self, number: int) -> None:
        """Begin anew."""
        self._disk.remove(self.part(number))

    def lay_ready(self, number: int) -> None:
        """From here on it is installed."""
        self._disk.rename(self.part(number), self._ready(number))
        self._disk.sync(self._folder)

    def take_back(self, number: int) -> None:
        """Have it not installed after all, unless somebody has begun with it."""
        self._disk.rename(self._ready(number), self.part(number))
        self._disk.sync(self._folder)


def is_the_same(path: Path, sha256: str) -> bool:
    """Whether it is what was offered, byte for byte."""
    with opened(path) as file:
        return digest_of(file) == sha256


def check(path: Path, version: str, publishers: Publishers, here: Here, now: datetime) -> None:
    """`Refused` unless it is a release of a publisher's that this box takes, and that version."""
    with opened(path) as file:
        manifest = verify(file, publishers).manifest
    examine(manifest, here, now)
    if manifest.version != version:
        raise Refused(
            f"这是 {manifest.version}，不是说好的 {version}",
            f"this is {manifest.version}, and not {version} as it was offered",
        )
