"""How updates of the gateway went, told once by whichever release runs afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from cloud_bridge.journal import Journal
from edge.model import Event, GatewayChanged
from edge.update.box import RECORD, Box, release_of_this
from edge.update.record import Result

LOOK_S: Final = 5.0
"""How often one looks whether something was written down: a trial ends while the gateway runs."""

log = structlog.get_logger()

Tell = Callable[[Event], Awaitable[None]]


async def tell_updates(journal: Journal, tell: Tell) -> None:
    """Tell what the box writes down and the journal does not know yet; it ends where no box is."""
    release = release_of_this()
    if release is not None:
        await follow(release.parents[1], journal, tell)


async def follow(root: Path, journal: Journal, tell: Tell) -> None:
    """Tell it as long as the gateway runs."""
    seen = None
    while True:
        found = await asyncio.to_thread(_changed, root)
        if found is not None and found != seen:
            seen = found
            for result in await asyncio.to_thread(_results, root):
                if not journal.knows(result.origin):
                    await tell(told(result))
        await asyncio.sleep(LOOK_S)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the box says of updates to a version since a mark: how it went, and whether one goes on.

    `mark` is the identity of the last update of all.
    """

    mark: str = ""
    result: Result | None = None
    trial: bool = False


def seen_of(root: Path, mark: str | None, version: str) -> Seen:
    """Look; without a mark nothing went on until now. Blocks."""
    record = Box(root).record()
    origins = [each.origin for each in record.results]
    since = origins.index(mark) + 1 if mark in origins else 0
    own = [each for each in record.results[since:] if each.version == version]
    return Seen(
        mark=origins[-1] if origins else "",
        result=own[-1] if own and mark is not None else None,
        trial=record.trial is not None,
    )


def told(result: Result) -> GatewayChanged:
    """Return the event that an update is."""
    return GatewayChanged(
        state="updated" if result.outcome == "kept" else "update_failed",
        reason=" / ".join(filter(None, (result.reason.zh, result.reason.en))),
        at=result.at,
        release=result.version,
        origin=result.origin,
    )


def _changed(root: Path) -> tuple[int, int] | None:
    """Return what tells one record from the next."""
    try:
        found = (root / RECORD).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _results(root: Path) -> Sequence[Result]:
    """Return what is written down; a file that cannot be read stops no gateway."""
    try:
        return Box(root).record().results
    except OSError as refusal:
        log.warning("update.record_unreadable", reason=str(refusal))
        return ()
