"""How the gateway is, in the words of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cloud_bridge.journal import Depths, Journal
from cloud_bridge.wire import Bilingual, Depth, LinkStatus, Status
from edge.model import Lane
from edge.site import Site
from edge.state import State


def status_of(  # noqa: PLR0913 - what is known of a gateway comes from this many places
    site: Site,
    state: State,
    journal: Journal,
    uplinks: Mapping[str, tuple[bool, str]],
    *,
    version: str,
    open_alarms: int,
    trusted_clock: bool,
    started_at: datetime,
    at: datetime,
    oldest: datetime | None,
) -> Status:
    """Return the retained status; `oldest` is when the oldest event without a receipt happened."""
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
        journal=_depth(journal.depths),
        oldest_unsent=max(0.0, (at - oldest).total_seconds()) if oldest else None,
        open_alarms=open_alarms,
        refused=journal.refused,
        links=tuple(LinkStatus(id=e.link, up=e.up, reason=e.reason) for e in state.links.values()),
        uplinks=tuple(
            LinkStatus(id=name, up=up, reason=why) for name, (up, why) in uplinks.items()
        ),
    )


def _depth(depths: Depths) -> Depth:
    """Return how many events wait in each lane, of the uplink that has most there."""
    waiting = {
        lane.value: max((n for (_, of), n in depths.items() if of is lane), default=0)
        for lane in Lane
    }
    return Depth(**waiting)
