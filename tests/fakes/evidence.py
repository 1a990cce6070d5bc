"""A store of evidence in virtual time, and pictures as a camera's process leaves them for it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

from edge.evidence.store import EvidenceStore
from edge.model import RecordsDropped
from edge.vision.words import Kept
from tests.fakes.time import EPOCH, now, run

T = TypeVar("T")
Story: TypeAlias = Callable[[EvidenceStore], Awaitable[T]]

WEEK: Final = timedelta(days=7)
MEGABYTE: Final = 1_000_000


def at(seconds: float) -> datetime:
    """An instant of the story."""
    return EPOCH + timedelta(seconds=seconds)


def left(
    folder: Path, name: str, seconds: float = 0, *, size: int = 1000, kind: Any = "still"
) -> Kept:
    """Write a picture of that size, unlike all others of another name, and tell of it."""
    suffix, media = (".jpg", "image/jpeg") if kind == "still" else (".mp4", "video/mp4")
    body = name.encode().ljust(size, b".")
    sha256 = hashlib.sha256(body).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{sha256}{suffix}").write_bytes(body)
    return Kept(
        capture=name,
        kind=kind,
        file=f"{sha256}{suffix}",
        media_type=media,
        size=size,
        sha256=sha256,
        blurred="faces",
        began=at(seconds),
        ended=at(seconds),
        faces=1,
    )


def live(  # noqa: PLR0913 - what a store is given
    folder: Path,
    story: Story[T],
    *,
    keep: timedelta = WEEK,
    budget: int = MEGABYTE,
    active: tuple[str, ...] = (),
    uplinks: tuple[str, ...] = ("platform",),
) -> T:
    """Run a story with a store, and close it."""

    async def main() -> T:
        store = EvidenceStore(folder, keep=keep, budget=budget, now=now, active=lambda: active)
        store.serve(keep, budget, uplinks)
        try:
            return await story(store)
        finally:
            await store.close()

    return run(main())


def names(folder: Path, suffix: str = "") -> dict[str, int]:
    """The files that are there, with their sizes."""
    return {e.name: e.stat().st_size for e in folder.iterdir() if e.name.endswith(suffix)}


async def told(store: EvidenceStore, seconds: float = 0) -> list[tuple[int, str]]:
    """Let it tidy up for so long; what was told meanwhile."""
    said: list[RecordsDropped] = []

    async def tell(dropped: RecordsDropped) -> None:
        said.append(dropped)

    tidying = asyncio.create_task(store.run(tell), name="tidying")
    await asyncio.sleep(seconds + 1)
    tidying.cancel()
    await asyncio.gather(tidying, return_exceptions=True)
    assert all(each.what == "evidence" for each in said)
    return [(each.count, each.reason) for each in said]
