"""Makes a backup: one file, whole or not there, while the gateway runs or not."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, BinaryIO, Final

from edge.access.audit_folder import NAME as AUDIT
from edge.access.audit_folder import full_files, quiet
from edge.access.database import FILE as ACCOUNTS
from edge.access.database import OWN_ONLY
from edge.cli.backup.contents import (
    CONFIGURATION,
    FORMAT,
    MANIFEST,
    STORE,
    Entry,
    Manifest,
    encode,
)
from edge.cli.backup.snapshot import copy, without_guests
from edge.files.yaml_file import parse
from edge.history.history import HISTORY_FILE
from edge.journal import JOURNAL_FILE
from edge.versions.disk import Disk
from edge.versions.files import Files
from edge.versions.live import Live
from edge.versions.naming import named
from edge.versions.shelf import FOLDER as VERSIONS
from edge.versions.shelf import RECORD
from edge.whole_file import whole_file

BLOCK: Final = 1024 * 1024

EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""What a zip can tell; a clock that was never set may say less."""

PART: Final = ".part"
"""How the name of a backup ends that is not finished."""


class _Packing:
    """A zip that is being written, with what is in it so far."""

    def __init__(self, file: IO[bytes], at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._at = max(at.timetuple()[:6], EARLIEST)
        self.files: dict[str, Entry] = {}

    def add(self, name: str, body: bytes) -> None:
        """Put some bytes in."""
        with self._zip.open(self._about(name), "w") as into:
            into.write(body)
        self.files[name] = Entry(len(body), hashlib.sha256(body).hexdigest())

    def take(self, name: str, file: BinaryIO, size: int | None = None) -> None:
        """Put in what a file holds, so many bytes of one that grows meanwhile."""
        digest, done = hashlib.sha256(), 0
        with self._zip.open(self._about(name), "w", force_zip64=True) as into:
            while piece := file.read(BLOCK if size is None else min(BLOCK, size - done)):
                into.write(piece)
                digest.update(piece)
                done += len(piece)
        self.files[name] = Entry(done, digest.hexdigest())

    def end(self, manifest: Manifest) -> None:
        """Write what is in it: only now is it a backup."""
        with self._zip.open(self._about(MANIFEST), "w") as into:
            into.write(encode(manifest))

    def close(self) -> None:
        """Write where everything lies."""
        self._zip.close()

    def _about(self, name: str) -> zipfile.ZipInfo:
        about = zipfile.ZipInfo(name, self._at)
        about.compress_type = zipfile.ZIP_DEFLATED
        about.external_attr = OWN_ONLY << 16
        return about


def make(site_file: Path, store: Path, out: Path, now: datetime, *, history: bool) -> Manifest:
    """Write a backup; `OSError` or `apsw.Error` say why there is none, and then nothing is left.

    A site file that is wrong is taken as it is: that is when one wants to have it.
    """
    files = Live(site_file, store, Disk()).read()
    known = named(files.text(), files.site)
    with whole_file(out, PART) as file, closing(_Packing(file, now)) as packing:
        for name, body in sorted(files.contents.items()):
            packing.add(f"{CONFIGURATION}/{name}", body)
        with tempfile.TemporaryDirectory(prefix=".whistle-backup-", dir=out.parent) as folder:
            for name in (JOURNAL_FILE, *((HISTORY_FILE,) if history else ())):
                _database(packing, store / name, Path(folder) / name)
            _accounts(packing, store, Path(folder) / ACCOUNTS)
        _versions(packing, store / VERSIONS)
        manifest = Manifest(
            format=FORMAT,
            version=version("whistle"),
            made_at=now,
            site=_told(files, ("site", "id")),
            gateway=_told(files, ("gateway", "id")),
            site_file=files.site,
            store=known.store,
            files=packing.files,
            left_out=tuple(sorted(known.others)),
        )
        packing.end(manifest)
    return manifest


def _database(packing: _Packing, path: Path, copied: Path) -> None:
    """Take a database; one that no gateway has made yet is not missed."""
    if not path.exists():
        return
    copy(path, copied)
    with copied.open("rb") as file:
        packing.take(f"{STORE}/{path.name}", file)
    copied.unlink()


def _accounts(packing: _Packing, store: Path, copied: Path) -> None:
    """Take the accounts and the audit log, whose end is marked among them: of one instant."""
    with ExitStack() as stack:
        with quiet(store):
            if (store / ACCOUNTS).exists():
                copy(store / ACCOUNTS, copied)
            paths = [path for path in (*full_files(store), store / AUDIT) if path.exists()]
            opened = [(path.name, stack.enter_context(path.open("rb"))) for path in paths]
            sizes = [os.fstat(file.fileno()).st_size for _, file in opened]
        if copied.exists():
            without_guests(copied)
            packing.take(f"{STORE}/{ACCOUNTS}", stack.enter_context(copied.open("rb")))
        for (name, file), size in zip(opened, sizes, strict=True):
            packing.take(f"{STORE}/{name}", file, size)


def _versions(packing: _Packing, folder: Path) -> None:
    """Take what the configuration was; the record first, so that all that it names is there.

    What is forgotten meanwhile is passed over.
    """
    for path in _of_versions(folder):
        with suppress(FileNotFoundError), path.open("rb") as file:
            packing.take(f"{STORE}/{VERSIONS}/{path.relative_to(folder).as_posix()}", file)


def _of_versions(folder: Path) -> Iterator[Path]:
    yield folder / RECORD
    for number in sorted(folder.glob("[0-9]*")):
        yield from sorted(path for path in number.rglob("*") if path.is_file())


def _told(files: Files, steps: tuple[str, str]) -> str:
    """What the site file says there; empty where it says nothing that can be read."""
    said = parse(files.text(), files.site).at(steps)
    return said if isinstance(said, str) else ""
