"""A release as one file: a signed manifest, and behind it what the manifest names."""

from __future__ import annotations

import base64
import binascii
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from edge.update.keys import Publishers
from edge.update.manifest import Manifest, decode
from edge.update.refused import Refused

SUFFIX: Final = ".release"

MANIFEST: Final = "manifest.json"

SIGNATURES: Final = "signatures"
"""A line for each key: its name, and its signature in base64."""

TREE: Final = "tree.tar.xz"
"""The member that is unpacked."""

LARGEST_MANIFEST: Final = 64 * 1024
LARGEST_SIGNATURE: Final = 256
MOST_SIGNATURES: Final = 8

PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sealed:
    """A manifest that a known key has signed; `body` are its bytes."""

    manifest: Manifest
    body: bytes
    signed_by: str


def peek(file: IO[bytes], publishers: Publishers) -> Sealed:
    """Read the beginning of a release; `Refused` unless somebody who is known has signed it."""
    with _walked(file) as members:
        return _sealed(members, publishers)


def described(file: IO[bytes]) -> Manifest:
    """Return what a release says of itself, whoever has signed it: for who publishes them."""
    with _walked(file) as members:
        return decode(_manifest(members))


def verify(file: IO[bytes], publishers: Publishers) -> Sealed:
    """Read all of a release; `Refused` unless every byte is as it was signed."""
    with _walked(file) as members:
        sealed = _sealed(members, publishers)
        for said in sealed.manifest.members:
            name, size, body = next(members, ("", 0, None))
            if name != said.name or size != said.size or body is None:
                raise _changed(said.name)
            if _digest(body) != said.sha256:
                raise _changed(said.name)
        if next(members, None) is not None:
            raise _changed("+")
    return sealed


@contextmanager
def tree_of(path: Path) -> Iterator[tarfile.TarFile]:
    """Yield what a release that was verified unpacks to, to be read once from its beginning."""
    with path.open("rb") as file, _walked(file) as members:
        for name, _, body in members:
            if name == TREE and body is not None:
                with tarfile.open(fileobj=body, mode="r|xz") as tree:
                    yield tree
                return
    raise _changed(TREE)


class _Part(io.RawIOBase):
    """So many bytes of a file, from where it stands."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = size

    def readable(self) -> bool:
        """It can be read, once."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; nothing at its end, be there more in the file."""
        wanted = self._left if size < 0 else min(size, self._left)
        body = self._file.read(wanted)
        self._left -= len(body)
        return body


_Walked = Iterator[tuple[str, int, _Part | None]]


@contextmanager
def _walked(file: IO[bytes]) -> Iterator[_Walked]:
    """Yield the members one by one; `Refused` for what is no release, or ends too early.

    Nobody has verified anything yet: of the archive's format no more is understood than a header
    of fixed size for each file, for others have headers as large as whoever wrote them likes.
    """
    file.seek(0)
    try:
        yield _members(file)
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise Refused(
            "这不是升级包，或没有下载完整；重新复制一次",
            "this is no release, or it is not all there; copy it once more",
        ) from error


def _members(file: IO[bytes]) -> _Walked:
    while any(header := file.read(tarfile.BLOCKSIZE)):
        member = tarfile.TarInfo.frombuf(header, "ascii", "strict")
        begins, blocks = file.tell(), max(0, -(-member.size // tarfile.BLOCKSIZE))
        plain = member.type == tarfile.REGTYPE and member.size >= 0
        yield member.name, member.size, _Part(file, member.size) if plain else None
        file.seek(begins + blocks * tarfile.BLOCKSIZE)


def _manifest(members: _Walked) -> bytes:
    name, size, body = next(members, ("", 0, None))
    if name != MANIFEST or size > LARGEST_MANIFEST or body is None:
        raise Refused("这不是升级包：没有清单", "this is no release: it has no manifest")
    return body.read(LARGEST_MANIFEST)


def _sealed(members: _Walked, publishers: Publishers) -> Sealed:
    manifest = _manifest(members)
    name, size, body = next(members, ("", 0, None))
    if name != SIGNATURES or body is None or size > LARGEST_SIGNATURE * MOST_SIGNATURES:
        raise Refused("升级包没有签名", "the release is not signed")
    signatures = dict(_signatures(body.read().decode(errors="replace")))
    signed_by = publishers.verify(manifest, signatures)
    return Sealed(decode(manifest), manifest, signed_by)


def _signatures(text: str) -> Iterator[tuple[str, bytes]]:
    """Read lines of a key's name and its signature in base64."""
    for line in text.splitlines()[:MOST_SIGNATURES]:
        name, _, signature = line.partition(" ")
        try:
            yield name, base64.b64decode(signature, validate=True)
        except binascii.Error:
            yield name, b""


def _digest(body: _Part) -> str:
    digest = sha256()
    while piece := body.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _changed(name: str) -> Refused:
    return Refused(
        f"升级包的内容与清单不符（{name}）：损坏或被改动过，重新获取",
        f"the release is not what its manifest says ({name}): damaged or changed; get it again",
    )


def add(outer: tarfile.TarFile, name: str, body: IO[bytes], size: int) -> None:
    """Put a member into a release that is made."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    outer.addfile(member, body)


def begin(outer: tarfile.TarFile, manifest: bytes, signatures: dict[str, bytes]) -> None:
    """Put the manifest and who has signed it into a release that is made."""
    add(outer, MANIFEST, io.BytesIO(manifest), len(manifest))
    lines = "".join(f"{k} {base64.b64encode(v).decode()}\n" for k, v in signatures.items()).encode()
    add(outer, SIGNATURES, io.BytesIO(lines), len(lines))
