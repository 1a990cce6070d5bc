"""How the gateway itself is, gathered for a person to look at."""

from __future__ import annotations

import asyncio
from typing import Final, Literal

from cloud_bridge.buffer import buffer_left
from cloud_bridge.journal import Journal
from edge.api.running import Standing, UplinkStanding, WayStanding
from edge.config import Configuration, UplinkSection
from edge.gateway.machine import disk_of
from edge.gateway.uplinks import Uplinks, second_way
from edge.model import Lane
from edge.state import State

_NOT_YET: Final = (False, "not tried yet")


async def standing_of(
    configuration: Configuration,
    journal: Journal,
    state: State,
    uplinks: Uplinks,
    *,
    clock: Literal["trusted", "untrusted"],
) -> Standing:
    """Return how everything stands; looks at the disk in a thread."""
    disk = await asyncio.to_thread(disk_of, configuration.store)
    readings = uplinks.readings
    return Standing(
        uplinks=tuple(
            _uplink(section, uplinks, journal, readings.get(section.id))
            for section in configuration.uplinks
        ),
        series=uplinks.series.standing,
        update=uplinks.offered,
        oldest=await journal.oldest(),
        refused=journal.refused,
        readings=state.reading_count,
        events=state.event_count,
        clock=clock,
        disk_free=disk.free,
        store_size=disk.store,
        buffer=buffer_left(disk.room, journal.bytes_an_hour),
        refusal=journal.refusal,
    )


def _uplink(
    section: UplinkSection, uplinks: Uplinks, journal: Journal, readings: int | None
) -> UplinkStanding:
    ways = _ways(section, uplinks)
    first = next((way for way in ways if way.up), ways[0])
    return UplinkStanding(
        id=section.id,
        up=first.up,
        reason=first.reason,
        waiting={lane: journal.depths.get((section.id, lane), 0) for lane in Lane},
        ways=ways,
        readings=readings,
    )


def _ways(section: UplinkSection, uplinks: Uplinks) -> tuple[WayStanding, ...]:
    """Return how each way to this platform is, the broker first."""
    names: dict[Literal["mqtt", "https"], str] = {"mqtt": section.id}
    if section.https is not None:
        names["https"] = second_way(section.id)
    stands = {way: uplinks.standing.get(name, _NOT_YET) for way, name in names.items()}
    used = uplinks.used
    return tuple(
        WayStanding(over=way, up=up, reason=reason, used=names[way] in used)
        for way, (up, reason) in stands.items()
    )
