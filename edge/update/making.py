"""Makes a release of a tree, as a publisher does: packed, described, signed."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from edge.schema_steps import Schema
from edge.update.keys import signed_bytes
from edge.update.manifest import PRODUCT, Manifest, Member, encode
from edge.update.release_file import SUFFIX, TREE, add, begin

PIECE: Final = 1024 * 1024

PRESET: Final = 6
"""How hard it is packed: a box needs 10 MB of memory to unpack it."""

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of a release besides what can be seen in its tree."""

    version: str
    architecture: str
    python: str
    made: datetime
    expires: datetime | None
    replaces: str
    schemas: Mapping[str, Schema]


def make(tree: Path, about: About, signers: Mapping[str, Sign], folder: Path) -> Path:
    """Write `whistle-VERSION-ARCHITECTURE.release` into a folder; the same tree, the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{PRODUCT}-{about.version}-{about.architecture}{SUFFIX}"
    with tempfile.TemporaryFile(dir=folder) as packed:
        unpacked = _pack(tree, packed)
        size = packed.tell()
        packed.seek(0)
        sha256 = hashlib.file_digest(packed, "sha256").hexdigest()
        manifest = encode(
            Manifest(
                product=PRODUCT,
                version=about.version,
                architecture=about.architecture,
                python=about.python,
                made=about.made,
                expires=about.expires,
                replaces=about.replaces,
                unpacked=unpacked,
                schemas=dict(about.schemas),
                members=(Member(name=TREE, size=size, sha256=sha256),),
            )
        )
        signed = signed_bytes(manifest)
        packed.seek(0)
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as outer:
            begin(outer, manifest, {name: sign(signed) for name, sign in signers.items()})
            add(outer, TREE, packed, size)
    return path


def _pack(tree: Path, packed: IO[bytes]) -> int:
    """Pack every file, folder and link; return how many bytes they take."""
    unpacked = 0
    with tarfile.open(
        fileobj=packed, mode="w:xz", format=tarfile.PAX_FORMAT, preset=PRESET
    ) as archive:
        for path in _below(tree):
            member = tarfile.TarInfo(path.relative_to(tree).as_posix())
            found = path.lstat()
            member.mode = 0o755 if found.st_mode & stat.S_IXUSR else 0o644
            body = b""
            if path.is_symlink():
                member.type, member.linkname = tarfile.SYMTYPE, os.fspath(path.readlink())
            elif path.is_dir():
                member.type = tarfile.DIRTYPE
            else:
                body = path.read_bytes()
                member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
            unpacked += len(body)
    return unpacked


def _below(tree: Path) -> list[Path]:
    """Every path, a folder before what is in it."""
    return sorted(tree.rglob("*"), key=lambda path: path.relative_to(tree).parts)
