"""Plain files of a folder that is watched: a module's own `os`, written down like SQLite's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.fakes.power_cut import PowerCut
from tests.fakes.power_cut_disk import Named, Synced, Truncated, Wrote


class WatchedOs:
    """What a module asks of `os`; files are opened to be appended to, and never synced for real."""

    def __init__(self, disk: PowerCut, folder: Path) -> None:
        self._disk = disk
        self._folder = folder
        self._open: dict[int, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        """Open a file or a folder."""
        opened = os.open(path, flags, mode)
        if Path(path).parent == self._folder and flags & os.O_CREAT:
            self._open[opened] = self._disk.number(Path(path))
        return opened

    def write(self, file: int, body: bytes) -> int:
        """Write at the end."""
        if file in self._open:
            at = os.fstat(file).st_size
            self._disk.steps.append(Wrote(self._open[file], at, bytes(body)))
        return os.write(file, body)

    def fsync(self, file: int) -> None:
        """Note that a file, or the names in the folder, are on the disk."""
        if not self._disk.lying:
            number = self._open.get(file)
            self._disk.steps.append(Named() if number is None else Synced(number))

    def ftruncate(self, file: int, size: int) -> None:
        """Make it this long."""
        if file in self._open:
            self._disk.steps.append(Truncated(self._open[file], size))
        os.ftruncate(file, size)

    def close(self, file: int) -> None:
        """Forget it."""
        self._open.pop(file, None)
        os.close(file)


@contextmanager
def watched(disk: PowerCut, folder: Path, *modules: ModuleType) -> Iterator[None]:
    """Have these modules work on files through the disk."""
    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            patch.setattr(module, "os", WatchedOs(disk, folder))
        yield
