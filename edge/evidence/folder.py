"""The folder of the evidence: pictures and clips, and beside each what is known of it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from edge.evidence.evidence import Evidence, EvidenceRefused
from edge.whole_file import whole_file

MEDIA: Final = {"image/jpeg": ".jpg", "video/mp4": ".mp4"}
"""What is kept, by its type."""

PART: Final = ".part"
"""What a camera's process is writing ends so."""

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of one clip; one of a minute has a tenth of it."""

MOST_NOTE: Final = 64 * 1024
"""Of what is known of a picture: a thousand alarms by name."""

_NOTE: Final = ".json"
_BLOCK: Final = 1 << 20
_DECODER: Final = msgspec.json.Decoder(Evidence)


class Folder:
    """Every call blocks; `OSError` where the disk does not do it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Be there, for the gateway's own account only."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def free(self) -> int:
        """The bytes that the disk has left."""
        return shutil.disk_usage(self.path).free

    def check(self, evidence: Evidence) -> None:
        """Refuse what is not there, is something else, or has a name that is no picture's."""
        if evidence.file != f"{evidence.sha256}{MEDIA.get(evidence.media_type)}":
            raise EvidenceRefused(f"{evidence.file!r} is no name of evidence")
        path = self.path / evidence.file
        try:
            size = path.lstat().st_size
            if size != evidence.size or not 0 < size <= MOST_BYTES or path.is_symlink():
                raise EvidenceRefused("the picture is not as large as it was said to be")
            with path.open("rb") as file:
                digest = hashlib.sha256()
                while block := file.read(_BLOCK):
                    digest.update(block)
        except FileNotFoundError:
            raise EvidenceRefused("the picture is not in the folder") from None
        if digest.hexdigest() != evidence.sha256:
            raise EvidenceRefused("the picture is not the one that was told of")

    def note(self, evidence: Evidence) -> None:
        """Write down what is known of it, so that the files alone tell it, too."""
        to = self.path / f"{evidence.sha256}{_NOTE}"
        with whole_file(to, PART) as file:
            file.write(msgspec.json.encode(evidence))

    def noted(self) -> Iterator[Evidence]:
        """What the notes say of pictures that are there; a note that cannot be read is left out."""
        for path in self.path.glob(f"*{_NOTE}"):
            with suppress(OSError, msgspec.MsgspecError):
                if path.stat().st_size <= MOST_NOTE:
                    evidence = _DECODER.decode(path.read_bytes())
                    own = evidence.file == f"{path.stem}{MEDIA.get(evidence.media_type)}"
                    if own and (self.path / evidence.file).stat().st_size == evidence.size:
                        yield evidence

    def remove(self, evidence: Evidence) -> None:
        """Forget it, the picture before the note."""
        (self.path / evidence.file).unlink(missing_ok=True)
        (self.path / f"{evidence.sha256}{_NOTE}").unlink(missing_ok=True)

    def sweep(self, known: frozenset[str], older_s: float) -> int:
        """Remove what nobody knows and was not written lately; return how much that was.

        `known` are the names of the files that are in the index.
        """
        before = self._clock() - older_s
        stems = {name.partition(".")[0] for name in known}
        ours = (*MEDIA.values(), _NOTE, PART)
        swept = 0
        for path in self.path.iterdir():
            kept = path.name in known or (path.suffix == _NOTE and path.stem in stems)
            if not kept and path.suffix in ours:
                with suppress(FileNotFoundError):
                    if path.lstat().st_mtime < before:
                        path.unlink()
                        swept += 1
        return swept

    def _clock(self) -> float:
        """What time it is by the clock that the times of files are written with."""
        mark = self.path / f"clock{PART}"
        mark.unlink(missing_ok=True)
        mark.touch(0o600)
        try:
            return mark.stat().st_mtime
        finally:
            mark.unlink()

    def names(self) -> frozenset[str]:
        """The pictures that are there."""
        return frozenset(path.name for path in self.path.iterdir() if path.suffix in MEDIA.values())

    def piece(self, file: str, offset: int, size: int) -> bytes:
        """Some bytes of a picture."""
        with (self.path / file).open("rb") as opened:
            opened.seek(offset)
            return opened.read(size)
