"""A password beside the site file: written once, for its owner alone, and never read back here."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from edge.model import Text
from edge.versions.disk import NEW, Disk
from edge.versions.files import Unfit

FOLDER: Final = "secrets"

MOST_BYTES: Final = 1_000
"""Longer than any device takes."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class SecretThere(ValueError):
    """Another one is kept under that name, and nobody has said that it may go."""


def secret_file(name: str) -> str:
    """What a site file calls the secret of that name."""
    return f"{FOLDER}/{name}"


def has_secret(folder: Path, name: str) -> bool:
    """Whether there is one of that name beside the site file of that folder; blocks."""
    return (folder / FOLDER / name).exists()


def keep_secret(
    folder: Path, name: str, secret: str, *, replace: bool = False, disk: Disk | None = None
) -> None:
    """Return when it is on disk, with mode 0600; blocks.

    `SecretThere` where one is there that may not be replaced, `Unfit` for what cannot be a name or
    a password, `OSError` where the disk takes none.
    """
    steps = disk or Disk()
    if not _NAME.fullmatch(name):
        raise Unfit(Text("名字只能用 a-z、0-9、- 和 _", "a name has only a-z, 0-9, - and _"))
    body = secret.encode()
    if not 0 < len(body) <= MOST_BYTES or not secret.isprintable():
        raise Unfit(
            Text("密码是空的、太长或含有控制字符", "empty, too long, or with control characters")
        )
    place = folder / FOLDER
    if place.is_symlink() or not place.is_dir():
        steps.folder(place)  # fails where something else has that name
        steps.sync(folder)
    path, new = place / name, place / f"{name}{NEW}"
    if not replace and (path.exists() or path.is_symlink()):
        raise SecretThere(name)
    steps.write(new, body + b"\n")
    try:
        if replace:
            steps.rename(new, path)
        else:
            _link(new, path)
    finally:
        steps.remove(new)
    steps.sync(place)


def _link(new: Path, path: Path) -> None:
    """Give the file its name, unless somebody else was faster."""
    try:
        os.link(new, path, follow_symlinks=False)
    except FileExistsError:
        raise SecretThere(path.name) from None
