"""How the gateway is, in the words of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cloud_bridge.journal import Depths
from cloud_bridge.wire import Bilingual, Depth, LinkStatus, Status
from edge.model import Lane
from edge.site import Site
from edge.state import State


def status_of(  # noqa: PLR0913 - what is known of a gateway comes from this many places
    site: Site,
    state: State,
    depths: Depths,
    uplinks: Mapping[str, tuple[bool, str]],
    *,
    version: str,
    open_alarms: int,
    trusted_clock: bool,
    started_at: datetime,
    at: datetime,
) -> Status:
    """Return the retained status; queue depths are those of the uplink that waits longest."""
    waiting = {
        lane: max((n for (_, of), n in depths.items() if of is lane), default=0) for lane in Lane
    }
    return Status(
        site=site.id,
        gateway=site.gateway,
        online=True,
        version=version,
        site_name=Bilingual(zh=site.name.zh, en=site.name.en),
        at=at,
        started_at=started_at,
        clock="trusted" if trusted_clock else "untrusted",
        readings=state.reading_count,
        events=state.event_count,
        journal=Depth(**{lane.value: count for lane, count in waiting.items()}),
        open_alarms=open_alarms,
        links=tuple(
            LinkStatus(id=link.link, up=link.up, reason=link.reason)
            for link in state.links.values()
        ),
        uplinks=tuple(
            LinkStatus(id=name, up=up, reason=reason) for name, (up, reason) in uplinks.items()
        ),
    )
