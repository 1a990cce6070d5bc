"""How the gateway is, in the words of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from cloud_bridge.buffer import buffer_left
from cloud_bridge.journal import Journal
from cloud_bridge.journal_writing import Depths
from cloud_bridge.wire import Bilingual, Buffer, Depth, LinkStatus, Machine, Status
from edge.model import Lane, LinkChanged
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
    uptime: float,
    at: datetime,
    oldest: datetime | None,
    machine: Machine | None,
    evidence: timedelta,
) -> Status:
    """Return the retained status; `oldest`: when the oldest event without a receipt happened."""
    return Status(
        site=site.id,
        gateway=site.gateway,
        online=True,
        version=version,
        site_name=Bilingual(zh=site.name.zh, en=site.name.en),
        at=at,
        started_at=started_at,
        uptime=uptime,
        clock="trusted" if trusted_clock else "untrusted",
        readings=state.reading_count,
        events=state.event_count,
        journal=_depth(journal.depths),
        oldest_unsent=max(0.0, (at - oldest).total_seconds()) if oldest else None,
        open_alarms=open_alarms,
        refused=journal.refused,
        links=tuple(_link(each) for each in state.links.values()),
        uplinks=tuple(
            LinkStatus(id=name, up=up, reason=why) for name, (up, why) in sorted(uplinks.items())
        ),
        buffer=_buffer(machine, journal, evidence),
        machine=machine,
    )


def _buffer(machine: Machine | None, journal: Journal, evidence: timedelta) -> Buffer:
    """How long what is kept has room; before the box was looked at nobody knows."""
    left = machine and buffer_left(machine.journal_room, journal.bytes_an_hour)
    return Buffer(events=left.total_seconds() if left else None, evidence=evidence.total_seconds())


def _link(changed: LinkChanged) -> LinkStatus:
    """How a link is; of one that is down since when, so that the worst of many is found."""
    since = None if changed.up else changed.at
    return LinkStatus(id=changed.link, up=changed.up, reason=changed.reason, since=since)


def _depth(depths: Depths) -> Depth:
    """Return how many events wait in each lane, of the uplink that has most there."""
    waiting = {
        lane.value: max((n for (_, of), n in depths.items() if of is lane), default=0)
        for lane in Lane
    }
    return Depth(**waiting)
