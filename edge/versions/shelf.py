"""The versions on disk: a folder for each, with the files as they were, and one record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

from edge.model import Text
from edge.versions.disk import NEW, Disk
from edge.versions.files import Files, Unfit
from edge.versions.record import Record, Version, decode, encode, version_of

FOLDER: Final = "versions"
"""In the gateway's store."""

RECORD: Final = "record.json"

MOST_VERSIONS: Final = 50
LARGEST_HISTORY: Final = 64 * 1024 * 1024
"""Bytes; a site has some 50 kB, with all the detectors of a large one some MB."""

_CHECK: Final = ".check-"

log = structlog.get_logger()


class Shelf:
    """What was; a person can copy a file back out of it by hand."""

    def __init__(self, store: Path, disk: Disk) -> None:
        self._store = store
        self._folder = store / FOLDER
        self._disk = disk

    def record(self) -> Record:
        """Return what is written down; one that is damaged is set aside and made anew."""
        path = self._folder / RECORD
        try:
            return decode(path.read_bytes())
        except FileNotFoundError:
            return Record()
        except Unfit as error:
            log.warning("versions.record_damaged", file=str(path), why=error.words.en)
            self._disk.rename(path, path.with_suffix(".damaged"))
            record = Record(versions=tuple(self._found()))
            self.commit(record)
            return record

    def commit(self, record: Record) -> None:
        """Write it down; from then on it is so."""
        self._ready()
        path = self._folder / RECORD
        beside = path.with_name(f".{RECORD}{NEW}")
        self._disk.write(beside, encode(record))
        self._disk.rename(beside, path)
        self._disk.sync(self._folder)

    def keep(self, files: Files) -> int:
        """Put the files on disk under the next number; until it is recorded it is no version."""
        self._ready()
        number = 1 + max((int(path.name) for path in self._numbered()), default=0)
        new = self._folder / NEW
        self._disk.clear(new)
        self._disk.folder(new)
        folders = {new}
        for name, body in files.contents.items():
            path = new / name
            for folder in reversed([path.parent, *path.parent.parents]):
                if folder.is_relative_to(new) and folder not in folders:
                    self._disk.folder(folder)
                    folders.add(folder)
            self._disk.write(path, body)
        for folder in sorted(folders, reverse=True):
            self._disk.sync(folder)
        self._disk.rename(new, self._path(number))
        self._disk.sync(self._folder)
        return number

    def files(self, version: Version) -> Files:
        """Return what a version said; `Unfit` when the disk has not kept it as it was."""
        files = self._read(self._path(version.number), version.site)
        if files.etag == version.etag:
            return files
        raise Unfit(
            Text(
                f"版本 {version.number} 在磁盘上已损坏",
                f"version {version.number} is damaged on the disk",
            )
        )

    def prune(self, record: Record) -> Record:
        """Forget what is too old or too much, and what no record names; return what is left."""
        kept = record.within(MOST_VERSIONS, LARGEST_HISTORY)
        if kept != record:
            self.commit(kept)
        numbers = {each.number for each in kept.versions}
        for path in self._numbered():
            if int(path.name) not in numbers:
                self._disk.clear(path)
        return kept

    @contextmanager
    def laid_out(self, files: Files) -> Iterator[Path]:
        """Yield a folder with the files in it, to be read and thrown away."""
        self._ready()
        with tempfile.TemporaryDirectory(prefix=_CHECK, dir=self._folder) as name:
            folder = Path(name)
            for own, body in files.contents.items():
                path = folder / own
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            yield folder

    def tidy(self) -> None:
        """Remove what a gateway that died has left half-way."""
        for pattern in (f"{_CHECK}*", f"*{NEW}"):
            for path in self._folder.glob(pattern):
                if path.is_dir():
                    self._disk.clear(path)
                else:
                    self._disk.remove(path)

    def _found(self) -> Iterator[Version]:
        """Every folder, as far as it speaks for itself: nobody knows what came of it."""
        for path in sorted(self._numbered()):
            tops = sorted(each.name for each in path.glob("*.y*ml"))
            files = self._read(path, tops[0] if tops else "")
            at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            yield version_of(files, number=int(path.name), at=at, state="found")

    def _read(self, folder: Path, site: str) -> Files:
        paths = [path for path in folder.rglob("*") if path.is_file()]
        contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        return Files(site=site, contents=contents)

    def _ready(self) -> None:
        if not self._folder.is_dir():
            self._store.mkdir(parents=True, exist_ok=True)
            self._disk.folder(self._folder)
            self._disk.sync(self._store)

    def _numbered(self) -> list[Path]:
        return [path for path in self._folder.glob("[0-9]*") if path.name.isdecimal()]

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}"
