"""Small releases, made and signed as real ones are, and a box to install them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cloud_bridge.order_keys import SigningKey
from edge.model import Text
from edge.schema_steps import Schema
from edge.update.box import Box
from edge.update.disk import BoxDisk
from edge.update.keys import Publishers
from edge.update.making import About, make
from edge.update.manifest import Here
from edge.update.updates import Hands, Updates

AT: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
VENDOR: Final = SigningKey.new("vendor")
OLD: Final = "0.1.0"
NEW: Final = "0.2.0"
ABOUT: Final = About(
    version=NEW,
    architecture="amd64",
    python="3.11",
    made=AT,
    expires=None,
    replaces=OLD,
    schemas={"journal": Schema(3, 2)},
)


def lay_out(tree: Path, version: str) -> None:
    """Make what is in a release: a program, a link, a folder, a file."""
    for name, body in files_of(version).items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    (tree / "bin" / "whistle").chmod(0o755)
    (tree / "bin" / "python").symlink_to("/usr/bin/python3.11")
    (tree / "empty").mkdir()


def files_of(version: str) -> Mapping[str, bytes]:
    """What a release holds, by its version."""
    return {
        "bin/whistle": b"#!/bin/sh\n",
        "lib/code.py": f"VERSION = {version!r}\n".encode() * 50,
    }


def whole(folder: Path) -> bool:
    """Whether a release is there, all of it, as it was made."""
    there = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name != "manifest.json"
    }
    return there == files_of(folder.name) and (folder / "empty").is_dir()


def released(folder: Path, key: SigningKey = VENDOR, about: About = ABOUT) -> Path:
    """Make a release as one file."""
    tree = folder / f"tree-{about.version}"
    lay_out(tree, about.version)
    return make(tree, about, {key.name: key.sign}, folder)


def box_at(root: Path, version: str = OLD) -> Box:
    """Make a box on which a release runs that came with a package."""
    lay_out(root / "releases" / version, version)
    (root / "current").symlink_to(f"releases/{version}")
    return Box(root)


@dataclass
class Life:
    """The gateway of a box, as long as somebody updates it; time passes when somebody sleeps.

    `sick` versions never come to work; `refuses` are those that refuse the site in a rehearsal.
    """

    box: Box
    sick: frozenset[str] = frozenset()
    refuses: frozenset[str] = frozenset()
    at: datetime = AT
    restarts: int = 0
    told: list[Text] = field(default_factory=list)
    running: str = ""
    on_restart: Callable[[], None] = lambda: None

    def updates(self, disk: BoxDisk | None = None, runs: str = OLD) -> Updates:
        """Whoever installs, by the version that runs, on a disk that may fail."""
        box = Box(self.box.root, disk) if disk else self.box
        here = Here(version=runs, architecture="amd64", python="3.11", schemas={"journal": 2})
        keys = Publishers({VENDOR.name: VENDOR.public})
        return Updates(box, keys, here, self._hands(), self.told.append)

    def _hands(self) -> Hands:
        return Hands(
            restart=self._restart,
            amiss=self._amiss,
            rehearse=self._rehearse,
            now=lambda: self.at,
            steady=self._steady,
            sleep=self._sleep,
        )

    def _restart(self) -> None:
        self.restarts += 1
        self.on_restart()
        self.running = self.box.current

    def _amiss(self) -> Text | None:
        return Text("病", "sick") if self.running in self.sick else None

    def _rehearse(self, release: Path) -> Text | None:
        assert whole(release)
        return Text("不行", "no") if release.name in self.refuses else None

    def _steady(self) -> float:
        return (self.at - AT).total_seconds()

    def _sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def about(**sides: object) -> About:
    """What is said of a release, with something else."""
    return replace(ABOUT, **sides)  # type: ignore[arg-type]  # by name, as the test has it
