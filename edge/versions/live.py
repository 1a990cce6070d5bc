"""The files that are in force: read as they are, and replaced so that none is ever half a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from edge.config import OWN_PROFILES
from edge.files.text_file import LARGEST_FILE
from edge.model import Text
from edge.versions.disk import NEW, Disk
from edge.versions.files import Files, Unfit
from edge.versions.naming import PROFILE, named

LARGEST_TABLE: Final = 8 * 1024 * 1024
"""Bytes: room for all the detectors that a system can address."""

MOST_PROFILES: Final = 1_000
"""Ten times what is shipped."""


class Live:
    """The site file with what belongs to it, on disk."""

    def __init__(self, site_file: Path, store: Path, disk: Disk) -> None:
        self.file = site_file.resolve()
        self.folder = self.file.parent
        self._store = store.resolve()
        self._disk = disk

    def read(self) -> Files:
        """Return what is there now; a file that is missing is left out."""
        site = self.file.name
        names = [site, *self._profiles()]
        found = {name: body for name in names if (body := self.body(name)) is not None}
        files = Files(site=site, contents=found)
        tables = named(files.text(), site).own_tables
        contents = {name: body for name in tables if (body := self.body(name)) is not None}
        return Files(site=site, contents={**contents, **found})

    def body(self, name: str) -> bytes | None:
        """Return a file's bytes; none where there is no file of that name in the folder."""
        path = self.folder / name
        if not path.is_file() or not self._inside(path):
            return None
        with path.open("rb") as file:
            body = file.read(largest(name) + 1)
        if len(body) > largest(name):
            raise Unfit(Text(f"{name} 太大", f"{name} is too large"))
        return body

    def exists(self, name: str) -> bool:
        """Whether anything of that name is there."""
        path = self.folder / name
        return path.exists() or path.is_symlink()

    def replace(self, contents: Mapping[str, bytes], gone: Iterable[str] = ()) -> None:
        """Give these files these bytes and remove the others; what is so already is not touched.

        All are written beside the old ones first, so that a full disk leaves everything as it was.
        """
        due = {self._target(n): body for n, body in contents.items() if self.body(n) != body}
        old = [self._target(name) for name in gone if self.exists(name)]
        for path, body in due.items():
            self._make(path.parent)
            like = path if path.exists() else self.file
            self._disk.write(_beside(path), body, like if like.exists() else None)
        for path in due:
            self._disk.rename(_beside(path), path)
        for path in old:
            self._disk.remove(path)
        for folder in sorted({path.parent for path in (*due, *old)}):
            self._disk.sync(folder)

    def tidy(self, names: Iterable[str]) -> None:
        """Remove what a gateway that died has left beside these files."""
        for name in names:
            beside = _beside(self.folder / name)
            if beside.exists():
                self._disk.remove(beside)

    def _profiles(self) -> list[str]:
        paths = sorted((self.folder / OWN_PROFILES).rglob(f"*{PROFILE}"))
        if len(paths) > MOST_PROFILES:
            raise Unfit(
                Text(
                    f"{OWN_PROFILES}/ 里的文件超过 {MOST_PROFILES} 个",
                    f"there are more than {MOST_PROFILES} files in {OWN_PROFILES}/",
                )
            )
        return [path.relative_to(self.folder).as_posix() for path in paths]

    def _inside(self, path: Path) -> bool:
        real = path.resolve()
        return real.is_relative_to(self.folder) and not real.is_relative_to(self._store)

    def _target(self, name: str) -> Path:
        """The file to write, behind any link; never one outside the site file's folder."""
        path = (self.folder / name).resolve()
        if self._inside(path) and not path.is_dir():
            return path
        raise Unfit(
            Text(
                f"{name} 不在站点文件夹里，不能从这里更改",
                f"{name} does not lie in the site file's folder and cannot be changed from here",
            )
        )

    def _make(self, folder: Path) -> None:
        if not folder.exists():
            self._make(folder.parent)
            self._disk.folder(folder, like=folder.parent)
            self._disk.sync(folder.parent)


def largest(name: str) -> int:
    """How many bytes a file of that name may have."""
    return LARGEST_FILE if name.endswith(PROFILE) else LARGEST_TABLE


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}{NEW}")
