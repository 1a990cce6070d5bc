"""What stands above every page: how the alarms, the links and the gateway are."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from edge.access.roles import Principal
from edge.api.running import Running, Standing
from edge.api.sight import Sight
from edge.model import Alarm, Lane

ASKED_FOR_S: Final = 1.0
"""How long a page waits for the disk to say how the gateway is; a slow one is shown without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneCount:
    """How many alarms of a lane are active, and how many of them nobody has acknowledged."""

    lane: Lane
    active: int
    unseen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The gateway in one line; `clock_trusted` is none where that is not known yet."""

    alarms: tuple[LaneCount, ...]
    links: int
    links_down: int
    uplinks: int
    uplinks_down: int
    ways_down: int
    clock_trusted: bool | None


async def header_of(running: Running, who: Principal) -> Header:
    """How it is now, as far as this account sees."""
    sight = Sight(running.configuration.site, who)
    return header(running, sight, await standing_soon(running))


async def standing_soon(running: Running) -> Standing | None:
    """How the gateway is; none where its disk does not say so in time."""
    try:
        async with asyncio.timeout(ASKED_FOR_S):
            return await running.standing()
    except (TimeoutError, OSError):
        return None


def header(running: Running, sight: Sight, standing: Standing | None) -> Header:
    """Count; a link that has not said anything yet is not up."""
    active = [each for each in running.alarms.active.values() if sight.alarm(each)]
    site, links, ways = running.configuration.site, running.state.links, running.uplinks()
    platforms: dict[str, bool] = {}
    for name, (up, _) in ways.items():
        platform = name.partition(".")[0]
        platforms[platform] = platforms.get(platform, False) or up
    return Header(
        alarms=_counted(active),
        links=len(site.links),
        links_down=sum(name not in links or not links[name].up for name in site.links),
        uplinks=len(platforms),
        uplinks_down=sum(not up for up in platforms.values()),
        ways_down=sum(not up for up, _ in ways.values()),
        clock_trusted=standing.clock == "trusted" if standing else None,
    )


def _counted(active: Iterable[Alarm]) -> tuple[LaneCount, ...]:
    counted, unseen = Counter[Lane](), Counter[Lane]()
    for alarm in active:
        counted[alarm.raised.lane] += 1
        unseen[alarm.raised.lane] += not alarm.acknowledged
    return tuple(
        LaneCount(lane=lane, active=counted[lane], unseen=unseen[lane])
        for lane in Lane
        if counted[lane]
    )
