"""Where a release comes from: a file, or a folder such as a USB stick; nothing in it is trusted."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from edge.update.disk import PIECE
from edge.update.manifest import order_of
from edge.update.refused import Refused
from edge.update.release_file import SUFFIX, Sealed

_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a release, if it is a plain file: whoever laid it there may have laid anything."""
    try:
        file = os.fdopen(os.open(path, _PLAIN), "rb")
    except OSError as error:
        raise Refused(f"{path} 读不了：{error}", f"{path} cannot be read: {error}") from error
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Refused(f"{path} 不是文件", f"{path} is no file")
        yield file


def digest_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of what can be read from a file, in hex."""
    digest = sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def in_folder(folder: Path) -> list[Path]:
    """Return what looks like a release."""
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if each.name.endswith(SUFFIX))


def chosen(source: Path, look: Callable[[IO[bytes]], Sealed]) -> Path:
    """Return the release itself, or the newest that fits of those in a folder.

    `look` raises `Refused` for one that does not fit; where none does, that of the last is told.
    """
    if not source.is_dir():
        return source
    fitting: list[tuple[object, Path]] = []
    refusal = Refused(f"{source} 里没有 *{SUFFIX}", f"there is no *{SUFFIX} in {source}")
    for path in in_folder(source):
        try:
            with opened(path) as file:
                fitting.append((order_of(look(file).manifest.version), path))
        except Refused as why:
            words = why.words
            refusal = Refused(f"{path.name}：{words.zh}", f"{path.name}: {words.en}")
    if not fitting:
        raise refusal
    return max(fitting)[1]
