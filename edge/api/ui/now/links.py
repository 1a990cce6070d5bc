"""How the links to devices and the ways to the platforms stand, as lines; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from edge.api.running import Standing, WayStanding
from edge.model import Lane, LinkChanged
from edge.site import Site
from edge.trace import Trace


class Kept(Protocol):
    """A link as its keeper knows it."""

    @property
    def id(self) -> str:
        """The link's name."""
        ...

    @property
    def trace(self) -> Trace:
        """What went over it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """One link; `up` is none while nobody knows, `failed` counts what went wrong on it."""

    id: str
    up: bool | None
    since: datetime | None
    reason: str
    devices: int
    failed: int
    last_failure: datetime | None
    last_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkLine:
    """One platform and the ways to it, with what waits for it, the most urgent lane first."""

    id: str
    up: bool
    reason: str
    waiting: tuple[tuple[Lane, int], ...]
    ways: tuple[WayStanding, ...] = ()

    @property
    def total(self) -> int:
        """All that waits."""
        return sum(count for _, count in self.waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outward:
    """All that goes to platforms: what waits since when, and how long the disk lasts for more."""

    uplinks: tuple[UplinkLine, ...]
    oldest: datetime | None
    refused: int
    buffer: timedelta | None
    disk_free: int
    clock_trusted: bool


def link_lines(
    site: Site, links: Mapping[str, LinkChanged], keepers: Mapping[str, Kept]
) -> tuple[LinkLine, ...]:
    """Every link, those that are down first."""
    devices = Counter(device.link for device in site.devices.values())
    lines = [_line(name, links.get(name), keepers.get(name), devices[name]) for name in site.links]
    return tuple(sorted(lines, key=lambda line: (line.up is True, line.id)))


def outward_of(standing: Standing | None) -> Outward | None:
    """How it stands; none where the disk has not said so."""
    if standing is None:
        return None
    return Outward(
        uplinks=tuple(
            UplinkLine(
                id=each.id,
                up=each.up,
                reason=each.reason,
                waiting=tuple((lane, each.waiting.get(lane, 0)) for lane in Lane),
                ways=each.ways,
            )
            for each in standing.uplinks
        ),
        oldest=standing.oldest,
        refused=standing.refused,
        buffer=standing.buffer,
        disk_free=standing.disk_free,
        clock_trusted=standing.clock == "trusted",
    )


def _line(name: str, known: LinkChanged | None, keeper: Kept | None, devices: int) -> LinkLine:
    total = keeper.trace.total if keeper else None
    return LinkLine(
        id=name,
        up=known.up if known else None,
        since=known.at if known else None,
        reason=known.reason if known else "",
        devices=devices,
        failed=total.failed if total else 0,
        last_failure=total.last_failure if total else None,
        last_reason=total.last_reason if total else "",
    )
