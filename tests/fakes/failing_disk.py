"""A disk that stops at a step, as when the power goes, and forgets names that were not synced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from edge.versions.disk import Disk


class Cut(BaseException):
    """The power is gone; nothing that is written may run on after this."""


class FailingDisk(Disk):
    """Does `steps` steps and no more.

    What was renamed, made or removed in a folder that was not synced since is taken back when the
    power goes, newest first, as far as `lost` says: a journalling file system keeps the order.
    """

    def __init__(self, steps: int, lost: int = 0) -> None:
        self.left = steps
        self.done = 0
        self._lost = lost
        self._unsynced: list[tuple[Path, Callable[[], None]]] = []

    def write(self, path: Path, body: bytes, like: Path | None = None) -> None:
        """Leave half a file when the power goes meanwhile."""
        if self.left == 0:
            path.write_bytes(body[: len(body) // 2])
        self._step()
        super().write(path, body, like)

    def rename(self, path: Path, to: Path) -> None:
        """Remember what was there."""
        self._step()
        before = to.read_bytes() if to.is_file() else None
        super().rename(path, to)

        def back() -> None:
            to.rename(path)
            if before is not None:
                to.write_bytes(before)

        self._unsynced.append((to.parent, back))

    def remove(self, path: Path) -> None:
        """Remember it."""
        self._step()
        before = path.read_bytes()
        super().remove(path)

        def back() -> None:
            path.write_bytes(before)

        self._unsynced.append((path.parent, back))

    def folder(self, path: Path, like: Path | None = None) -> None:
        """Make it."""
        self._step()
        super().folder(path, like)

    def clear(self, path: Path) -> None:
        """Remove what can be removed before the power goes."""
        self._step()
        super().clear(path)

    def sync(self, folder: Path) -> None:
        """From here on its names last."""
        self._step()
        super().sync(folder)
        self._unsynced = [each for each in self._unsynced if each[0] != folder]

    def cut(self) -> None:
        """Cut the power now."""
        for _, back in [*reversed(self._unsynced)][: self._lost]:
            back()
        self._unsynced.clear()
        self.left = -1

    def _step(self) -> None:
        if self.left == 0:
            self.cut()
        if self.left < 0:
            raise Cut
        self.left -= 1
        self.done += 1
