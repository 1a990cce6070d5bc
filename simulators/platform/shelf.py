"""The platform's pictures on disk: put together from pieces, kept once their hash is right."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections import defaultdict
from pathlib import Path

from cloud_bridge.wire import EvidenceReceipt, Piece

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Shelf:
    """A folder of each site; what is not whole yet ends in `.part`, and survives a restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(self, site: str, sha256: str, piece: Piece) -> EvidenceReceipt:
        """Add a piece where it fits; say how much is there, whatever came."""
        if not _NAME.fullmatch(site):
            return EvidenceReceipt(sha256=sha256, refused=f"{site[:64]!r} is no site's name here")
        async with self._locks[site, sha256]:
            return await asyncio.to_thread(self._take, site, sha256, piece)

    def path(self, site: str, sha256: str) -> Path:
        """Where a picture lies once it is whole."""
        return self._folder / site / sha256

    def _take(self, site: str, sha256: str, piece: Piece) -> EvidenceReceipt:
        whole = self.path(site, sha256)
        if whole.exists():
            return EvidenceReceipt(sha256=sha256, had=whole.stat().st_size, stored=True)
        whole.parent.mkdir(parents=True, exist_ok=True)
        part = whole.with_name(f"{sha256}.part")
        had = part.stat().st_size if part.exists() else 0
        if piece.body and piece.offset <= had < piece.offset + len(piece.body):
            with part.open("ab") as file:
                file.write(piece.body[had - piece.offset :])
                file.flush()
                os.fsync(file.fileno())
                had = file.tell()
        if had < piece.total:
            return EvidenceReceipt(sha256=sha256, had=had)
        if hashlib.sha256(part.read_bytes()).hexdigest() != sha256:
            part.unlink()
            return EvidenceReceipt(sha256=sha256, damaged=True)
        part.rename(whole)
        return EvidenceReceipt(sha256=sha256, had=had, stored=True)
