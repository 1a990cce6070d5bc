"""What is in a backup: its files with their hashes, and where each of them belongs; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from edge.model import Text

FORMAT: Final = 1
"""Grows when an older Whistle could not restore what is in there."""

MANIFEST: Final = "manifest.json"
MOST_MANIFEST: Final = 4 * 1024 * 1024
"""Bytes: room for some ten thousand files."""

CONFIGURATION: Final = "configuration"
STORE: Final = "store"
"""The two folders: beside the site file, and the gateway's own."""

Size: TypeAlias = Annotated[int, Meta(ge=0)]
Sha256: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class Unfit(ValueError):
    """It is no backup, or one that this version cannot restore, or it was changed or cut."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.what = Text(zh, en)


class Entry(msgspec.Struct, frozen=True):
    """One file: how long it is, and what it says."""

    size: Size
    sha256: Sha256


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Written last, so that a backup without one is none.

    `site_file` and `store` are as they are named on the box; `left_out` are the files that the
    site file names and that are not in here: keys, passwords.
    """

    format: int
    version: str
    made_at: datetime
    site: str
    gateway: str
    site_file: str
    store: str
    files: Mapping[str, Entry]
    left_out: tuple[str, ...] = ()


def encode(manifest: Manifest) -> bytes:
    """Write it so that a person can read it, too."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2)


def decode(body: bytes) -> Manifest:
    """Read what `encode` wrote; `Unfit` for anything else, and for names that lead elsewhere."""
    try:
        manifest = msgspec.json.decode(body, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unfit(
            f"文件清单读不出来：{error}", f"its list of files cannot be read: {error}"
        ) from error
    if manifest.format > FORMAT:
        raise Unfit(
            f"它由更新的版本（{manifest.version}）做成：请先升级到那一版或更新的",
            f"a newer Whistle ({manifest.version}) has made it: install that one, or a newer one",
        )
    for name in (*manifest.files, f"{CONFIGURATION}/{manifest.site_file}"):
        if not is_plain(name):
            raise Unfit(
                f"{name!r} 不在它的两个文件夹里",
                f"{name!r} does not lie in one of its two folders",
            )
    if f"{CONFIGURATION}/{manifest.site_file}" not in manifest.files:
        raise Unfit("里面没有站点文件", "there is no site file in it")
    return manifest


def is_plain(name: str) -> bool:
    """Whether a name lies in one of the two folders, written in the one way to write it."""
    path = PurePosixPath(name)
    return (
        len(path.parts) > 1
        and path.parts[0] in {CONFIGURATION, STORE}
        and ".." not in path.parts
        and "\0" not in name
        and path.as_posix() == name
    )
