"""Puts a backup where a gateway can start from it: all of it, or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cloud_bridge.journal_moved import move
from cloud_bridge.journal_numbers import Numbers
from cloud_bridge.store_lock import locked
from edge.access.audit_folder import NAME as AUDIT
from edge.access.database import FILE as ACCOUNTS
from edge.access.database import Database
from edge.cli.backup.contents import CONFIGURATION, STORE, Manifest, Unfit, is_plain
from edge.cli.backup.reading import extract, opened
from edge.config import OWN_PROFILES
from edge.journal import JOURNAL_FILE
from edge.site import USUAL_STORE
from edge.whole_file import sync_folder

IN_USE: Final = (JOURNAL_FILE, ACCOUNTS, AUDIT)
"""Of a store: what says that a gateway has run there."""

NUMBERS: Final = Path(JOURNAL_FILE).with_suffix(".numbers").name

OTHERS: Final = ("evidence", "models", NUMBERS)
"""Of a store: what stays where it is, since no backup has it. Whatever numbers a gateway gave here
since the backup, the journal that is restored counts on above them."""

STAGED: Final = ".whistle-restore-"
ASIDE: Final = "before-restore-"

MOVED: Final = "moved"
"""In the folder aside: what was there is moved, and nothing that is there now is."""

Keys = Callable[[Manifest], Mapping[str, bytes]]


class InUse(ValueError):
    """There is a site already; it is moved aside only when somebody says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put where, and from which number events go on; `aside` is what was there before."""

    manifest: Manifest
    site_file: Path
    store: Path
    first: int
    aside: tuple[Path, ...]


def restore(  # noqa: PLR0913 - a backup, where to, and what is done with what is there
    path: Path, target: Path, now: datetime, keys: Keys, *, trusted: bool, replace: bool
) -> Restored:
    """Restore into a folder, with the files that `keys` returns; nothing is ever deleted.

    `Unfit`: the backup. `InUse`: the folder. `ConfigError`: a database, or a gateway that runs.
    All is written, compared and made ready before anything gets its name, the site file last: until
    then no gateway starts there.
    """
    with ExitStack() as stack:
        archive, manifest = stack.enter_context(opened(path))
        apart = keys(manifest)
        site_file, store = target / manifest.site_file, store_of(manifest, target)
        named = [each.removeprefix(f"{CONFIGURATION}/") for each in (*manifest.files, *apart)]
        there = _there(target, [manifest.site_file, *sorted(named)])
        in_use = [*there, *(store / each for each in IN_USE if (store / each).exists())]
        if in_use and not replace:
            raise InUse(str(in_use[0]))
        stack.enter_context(alone(store))
        target.mkdir(parents=True, exist_ok=True)
        staged = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=STAGED, dir=target)))
        first = unpack(archive, manifest, apart, staged, now, trusted=trusted)
        aside = place(staged, target, manifest, now)
    first = first and max(first, Numbers(store / NUMBERS).reserved + 1)
    return Restored(manifest=manifest, site_file=site_file, store=store, first=first, aside=aside)


def store_of(manifest: Manifest, target: Path) -> Path:
    """Where the gateway's own folder is, as the site file in the backup says."""
    return target / (manifest.store or USUAL_STORE)


@contextmanager
def alone(store: Path) -> Iterator[None]:
    """Keep a gateway from starting there meanwhile; `ConfigError` when one runs."""
    lock = (store / JOURNAL_FILE).with_suffix(".lock")
    with closing(locked(lock)) if lock.exists() else nullcontext():
        yield


def unpack(  # noqa: PLR0913 - a backup, its keys, and where to
    archive: zipfile.ZipFile,
    manifest: Manifest,
    apart: Mapping[str, bytes],
    staged: Path,
    now: datetime,
    *,
    trusted: bool,
) -> int:
    """Write everything into a folder aside and make it ready; return the first new number."""
    for own, entry in manifest.files.items():
        extract(archive, own, entry, staged / own)
    for own, body in apart.items():
        _write(staged, own, body)
    return _ready(staged / STORE, manifest, now, trusted=trusted)


def place(staged: Path, target: Path, manifest: Manifest, now: datetime) -> tuple[Path, ...]:
    """Move aside what is there, then give all that was unpacked its name, the site file last.

    After a power cut it goes on where it was: what has its name already is not in `staged` any
    more, and is not moved aside. Return the folders of what was there.
    """
    store, moved = store_of(manifest, target), staged / MOVED
    aside: tuple[Path, ...] = ()
    if not moved.exists():
        own = staged / CONFIGURATION
        files = sorted(path for path in own.rglob("*") if path.is_file())
        names = [path.relative_to(own).as_posix() for path in files]
        name = f"{ASIDE}{now:%Y%m%dT%H%M%S}"
        there = _there(target, [manifest.site_file, *names])
        aside = (*_aside(there, target, name), *_aside(_own(store), store, name))
        moved.touch()
        sync_folder(staged)
    _put(staged / STORE, store)
    _put(staged / CONFIGURATION, target, last=manifest.site_file)
    return aside


def _there(target: Path, names: Sequence[str]) -> list[Path]:
    """What would be written over, the site file first; of profiles all, for each of them counts."""
    profiles = target / OWN_PROFILES
    found = dict.fromkeys(
        profiles if name.startswith(f"{OWN_PROFILES}/") else target / name
        for name in names
        if not name.startswith(f"{STORE}/")
    )
    return [path for path in dict.fromkeys((*found, profiles)) if path.exists()]


def _write(staged: Path, name: str, body: bytes) -> None:
    if not is_plain(name):
        raise Unfit(f"{name!r} 不是放密钥的地方", f"{name!r} is no place for a key")
    path = staged / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(body)
    path.chmod(0o600)


def _ready(store: Path, manifest: Manifest, now: datetime, *, trusted: bool) -> int:
    """Open what a gateway will open; return from which number its events go on."""
    if (store / ACCOUNTS).exists():
        Database(store).close()
    if not (store / JOURNAL_FILE).exists():
        return 0
    return move(store / JOURNAL_FILE, manifest.made_at, now, trusted=trusted)


def _aside(there: Iterable[Path], folder: Path, name: str) -> Iterator[Path]:
    """Move these away into a folder of that name beside them; yield it where there are any."""
    aside = folder / name
    for path in there:
        to = aside / path.relative_to(folder)
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.rename(to)
    if aside.exists():
        yield aside


def _own(store: Path) -> list[Path]:
    """What a gateway has left in its store; pictures and models stay, no backup has them."""
    found = sorted(store.iterdir()) if store.is_dir() else []
    return [each for each in found if each.name not in OTHERS and not each.name.startswith(ASIDE)]


def _put(source: Path, to: Path, last: str = "") -> None:
    """Move every file where it belongs, this one last, with the owner of the folder."""
    if not source.is_dir():
        return
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    for name in sorted(names, key=lambda each: each.as_posix() == last):
        if name.as_posix() == last:
            os.sync()  # whatever it stands on, the rest is on disk before
        _folder(to, name.parent)
        shutil.move(source / name, to / name)
        _give(to / name, to)
        sync_folder((to / name).parent)


def _folder(to: Path, name: Path) -> None:
    for part in (*reversed(name.parents), name):
        if not (folder := to / part).is_dir():
            folder.mkdir(mode=0o700)
            _give(folder, to)


def _give(path: Path, like: Path) -> None:
    """Root restores for the account that the gateway runs as: who owns the folder."""
    if os.geteuid() == 0:
        known = like.stat()
        os.chown(path, known.st_uid, known.st_gid)
