"""How the gateway itself is, gathered for a person to look at."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from cloud_bridge.buffer import buffer_left
from cloud_bridge.journal import Journal
from edge.api.running import SeriesStanding, Standing, UplinkStanding
from edge.config import Configuration
from edge.model import Lane
from edge.state import State


async def standing_of(  # noqa: PLR0913, PLR0917 - a standing comes from so many places
    configuration: Configuration,
    journal: Journal,
    state: State,
    uplinks: Mapping[str, tuple[bool, str]],
    readings: Mapping[str, int],
    series: SeriesStanding | None,
    *,
    clock: Literal["trusted", "untrusted"],
) -> Standing:
    """Return how everything stands; looks at the disk in a thread."""
    free, size = await asyncio.to_thread(_disk, configuration.store)
    not_yet = (False, "not tried yet")
    return Standing(
        uplinks=tuple(
            UplinkStanding(
                id=section.id,
                up=uplinks.get(section.id, not_yet)[0],
                reason=uplinks.get(section.id, not_yet)[1],
                waiting={lane: journal.depths.get((section.id, lane), 0) for lane in Lane},
                readings=readings.get(section.id),
            )
            for section in configuration.uplinks
        ),
        series=series,
        oldest=await journal.oldest(),
        refused=journal.refused,
        readings=state.reading_count,
        events=state.event_count,
        clock=clock,
        disk_free=free,
        store_size=size,
        buffer=buffer_left(free, journal.bytes_an_hour),
    )


def _disk(store: Path) -> tuple[int, int]:
    """Return the bytes that are free, and those that the gateway's own files take."""
    size = sum(path.stat().st_size for path in store.glob("*.db*"))
    return shutil.disk_usage(store).free, size
