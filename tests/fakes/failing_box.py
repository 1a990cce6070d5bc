"""A box's disk that stops at a step, as when the power goes, and forgets what was not synced."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeAlias

from edge.update.disk import BoxDisk
from tests.fakes.failing_disk import Cut

Undo: TypeAlias = Callable[[Path], object]
"""Takes back what was done in a folder, wherever that is by now."""


class FailingBox(BoxDisk):
    """Does `steps` steps and no more.

    Every name that was made, moved or taken in a folder that was not synced since is as it was
    before when the power goes, newest first, as far as `lost` says: a journalling file system
    keeps the order. What is in a file is there, for each is synced when it is written.
    """

    def __init__(self, steps: int = -1, lost: int = 0) -> None:
        self.left = steps
        self.done = 0
        self._lost = lost
        self._unsynced: list[tuple[Path, Undo]] = []

    def put(self, path: Path, body: bytes, mode: int) -> None:
        """Leave half a file when the power goes meanwhile."""
        if self.left == 0:
            path.write_bytes(body[: len(body) // 2])
        self._step()
        super().put(path, body, mode)
        self._made(path)

    def copy(self, file: IO[bytes], path: Path) -> None:
        """The same."""
        if self.left == 0:
            path.write_bytes(file.read(100))
        self._step()
        super().copy(file, path)
        self._made(path)

    def extend(self, path: Path, body: bytes) -> None:
        """Leave half of what was to be added when the power goes meanwhile."""
        new = not path.exists()
        if self.left == 0:
            with path.open("ab") as file:
                file.write(body[: len(body) // 2])
        self._step()
        super().extend(path, body)
        if new:
            self._made(path)

    def link(self, path: Path, target: str) -> None:
        """Make it."""
        self._step()
        super().link(path, target)
        self._made(path)

    def folder(self, path: Path, like: Path | None = None) -> None:
        """Make it."""
        self._step()
        super().folder(path, like)
        gone: Undo = lambda at: shutil.rmtree(at / path.name, ignore_errors=True)  # noqa: E731 - one of many
        self._unsynced.append((path.parent, gone))

    def rename(self, path: Path, to: Path) -> None:
        """Remember what was there."""
        self._step()
        replaced = _again(to)
        super().rename(path, to)
        self._unsynced = [
            (to / folder.relative_to(path) if folder.is_relative_to(path) else folder, undo)
            for folder, undo in self._unsynced
        ]

        def back(at: Path) -> None:
            (at / to.name).rename(at / path.name)
            replaced(at)

        self._unsynced.append((to.parent, back))

    def remove(self, path: Path) -> None:
        """Remember it."""
        if not (path.exists() or path.is_symlink()):
            return
        self._step()
        again = _again(path)
        super().remove(path)
        self._unsynced.append((path.parent, again))

    def clear(self, path: Path) -> None:
        """Remove some of it when the power goes meanwhile."""
        if not path.exists():
            return
        if self.left == 0:
            for each in sorted(path.rglob("*"))[::2]:
                if each.is_file():
                    each.unlink()
        self._step()
        super().clear(path)
        self._unsynced = [each for each in self._unsynced if not each[0].is_relative_to(path)]

    def sync(self, folder: Path) -> None:
        """From here on its names last."""
        self._step()
        super().sync(folder)
        self._unsynced = [each for each in self._unsynced if each[0] != folder]

    def tick(self) -> None:
        """Count a step of something else that the same power drives."""
        self._step()

    def cut(self) -> None:
        """Cut the power now."""
        while self._unsynced and self._lost > 0:
            folder, undo = self._unsynced.pop()
            self._lost -= 1
            undo(folder)
        self._unsynced.clear()
        self.left = 0

    def _made(self, path: Path) -> None:
        self._unsynced.append((path.parent, lambda at: (at / path.name).unlink(missing_ok=True)))

    def _step(self) -> None:
        if self.left == 0:
            self.cut()
            raise Cut
        self.left -= 1
        self.done += 1


def _again(path: Path) -> Undo:
    """Return what brings back what stands there now."""
    if path.is_symlink():
        target = path.readlink()
        return lambda at: (at / path.name).symlink_to(target)
    if path.is_file():
        body = path.read_bytes()
        return lambda at: (at / path.name).write_bytes(body)
    return lambda at: at
