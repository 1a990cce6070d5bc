"""Where releases lie on a box, which one runs, and what is written down of updates."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

from edge.model import Text
from edge.update import record as records
from edge.update.disk import BoxDisk, point
from edge.update.manifest import Manifest, decode, order_of
from edge.update.record import Record, Trial
from edge.update.refused import Refused
from edge.versions.disk import NEW

ROOT: Final = Path("/opt/whistle")

RECORD: Final = "update.json"

PARTIAL: Final = ".partial"

MANIFEST: Final = "manifest.json"
"""In a release that an update has brought; one that came with a package has none."""

_DAMAGED: Final = Text("升级记录损坏", "the record of updates is damaged")

log = structlog.get_logger()


def release_of_this() -> Path | None:
    """Return the release that this program is part of; none where it runs from somewhere else."""
    return next((each for each in Path(__file__).parents if each.parent.name == "releases"), None)


def root_of_this() -> Path:
    """Return where releases lie: those that this program is one of, or the usual place."""
    release = release_of_this()
    return ROOT if release is None else release.parents[1]


class Box:
    """`releases/VERSION` for each, `current` leads to the one that runs.

    While one is on trial `before` leads to the one that ran before it: what decides about a trial
    runs from there, for the new one may not even start.
    """

    def __init__(self, root: Path, disk: BoxDisk | None = None) -> None:
        self.disk = disk or BoxDisk()
        self.root = root
        self.releases = root / "releases"
        self.staging = root / "staging"

    @property
    def current(self) -> str:
        """The version that runs at the next start; empty where none is installed."""
        return _version(self.root / "current")

    @property
    def before(self) -> str:
        """The version that ran before the trial that goes on."""
        return _version(self.root / "before")

    def installed(self) -> list[str]:
        """Every version that is there as a whole, the oldest first."""
        there = (each.name for each in self.releases.glob("[!.]*"))
        return sorted(filter(_is_version, there), key=order_of)

    def manifest(self, version: str) -> Manifest | None:
        """What an update that is installed said of itself."""
        try:
            return decode((self.releases / version / MANIFEST).read_bytes())
        except (FileNotFoundError, Refused):
            return None

    def record(self) -> Record:
        """Return what is written down; where that is damaged, a trial that goes on has failed."""
        try:
            return records.decode((self.root / RECORD).read_bytes())
        except FileNotFoundError:
            return Record()
        except ValueError as error:
            log.warning("update.record_damaged", why=str(error))
            if not self.before:
                return Record()
            at = datetime.fromtimestamp((self.root / RECORD).stat().st_mtime, UTC)
            trial = Trial(version=self.current, before=self.before, began=at, failed=_DAMAGED)
            return Record(trial=trial)

    def note(self, change: Callable[[Record], Record]) -> Record:
        """Change what is written down; return when it is on disk. One at a time."""
        with _locked(self.root / ".record.lock", wait=True):
            before = self.record()
            after = change(before)
            if after != before:
                path = self.root / RECORD
                beside = path.with_name(f".{RECORD}{NEW}")
                self.disk.remove(beside)
                self.disk.put(beside, records.encode(after), 0o644)
                self.disk.rename(beside, path)
                self.disk.sync(self.root)
            return after

    def point(self, name: str, version: str) -> None:
        """Let `current` or `before` lead to a version."""
        if _version(self.root / name) != version:
            point(self.disk, self.root / name, f"releases/{version}")

    def no_trial(self) -> None:
        """Take the link `before` away."""
        if (self.root / "before").is_symlink():
            self.disk.remove(self.root / "before")
            self.disk.sync(self.root)

    def remove(self, version: str) -> None:
        """Remove a release, so that no half of it is ever found under its name."""
        partial = self.releases / f".{version}{PARTIAL}"
        self.disk.clear(partial)
        self.disk.rename(self.releases / version, partial)
        self.disk.sync(self.releases)
        self.disk.clear(partial)

    def tidy(self) -> None:
        """Remove what an update that was cut off has left half-way."""
        for each in self.releases.glob(f".*{PARTIAL}"):
            self.disk.clear(each)
        self.disk.clear(self.staging)


@contextmanager
def alone(box: Box) -> Iterator[None]:
    """Be the only one who installs or goes back; `Refused` where somebody does."""
    with _locked(box.root / ".update.lock", wait=False):
        yield


def _version(link: Path) -> str:
    try:
        return link.readlink().name
    except OSError:
        return ""


def _is_version(name: str) -> bool:
    try:
        order_of(name)
    except Refused:
        return False
    return True


@contextmanager
def _locked(path: Path, *, wait: bool) -> Iterator[None]:
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise Refused("需要 root 权限；用 sudo", "only root may do that; use sudo") from error
    except FileNotFoundError as error:
        raise Refused(
            f"{path.parent} 里没有安装版本；用 --root 指明",
            f"no release is installed in {path.parent}; --root names another place",
        ) from error
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Refused("另一个升级正在进行", "another update is under way") from None
        yield
    finally:
        os.close(file)
