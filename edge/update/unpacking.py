"""Lays a release that was verified on the disk, file by file."""

from __future__ import annotations

import tarfile
from pathlib import Path, PurePosixPath
from typing import Final

from edge.update.disk import BoxDisk
from edge.update.refused import Refused

MOST_FILES: Final = 100_000
"""Far more than a release has: some 5,000."""

LARGEST: Final = 512 * 1024 * 1024
"""Of one file; the largest library has a tenth of it."""

_EXECUTABLE: Final = 0o100


def unpack(tree: tarfile.TarFile, folder: Path, disk: BoxDisk, room: int) -> None:
    """Make the folder; return when every file and every name in it is on disk.

    Whatever stands in the archive, nothing is written outside the folder, nor through a link.
    """
    disk.folder(folder)
    folders = [folder]
    known = {PurePosixPath()}
    for count, member in enumerate(tree):
        name = PurePosixPath(member.name)
        if name == PurePosixPath():
            continue
        room -= member.size
        if count >= MOST_FILES or room < 0 or member.size > LARGEST:
            raise Refused("升级包解开后过大", "the release unpacks to more than it says")
        if name.is_absolute() or ".." in name.parts or name.parent not in known:
            raise _odd(member)
        path = folder / name
        if member.isdir():
            disk.folder(path)
            known.add(name)
            folders.append(path)
        elif member.issym():
            disk.link(path, member.linkname)
        elif member.isreg() and (body := tree.extractfile(member)) is not None:
            disk.put(path, body.read(), 0o755 if member.mode & _EXECUTABLE else 0o644)
        else:
            raise _odd(member)
    for each in reversed(folders):
        disk.sync(each)


def _odd(member: tarfile.TarInfo) -> Refused:
    return Refused(f"升级包里有不该有的 {member.name}", f"the release holds an odd {member.name}")
