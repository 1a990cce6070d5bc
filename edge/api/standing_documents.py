"""How the gateway itself is, as the API speaks of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from edge.api.running import (
    OfferStanding,
    SeriesStanding,
    Standing,
    UplinkStanding,
    WayStanding,
)
from edge.api.words import Document, Words
from edge.model import Lane, OfferPhase


class WayView(Document):
    """How one way to a platform is."""

    over: Literal["mqtt", "https"]
    up: bool
    reason: str
    used: bool = Field(description="Whether events go over it now.")

    @classmethod
    def of(cls, way: WayStanding) -> WayView:
        """A way as the API shows it."""
        return cls(over=way.over, up=way.up, reason=way.reason, used=way.used)


class UplinkView(Document):
    """How an uplink is; `waiting` counts the events without a receipt in each lane."""

    id: str
    up: bool = Field(description="Whether one of its ways is up.")
    reason: str
    waiting: Mapping[Lane, int]
    ways: tuple[WayView, ...] = Field(description="Every way to the platform, the broker first.")
    readings: int | None = Field(
        description="Readings without a receipt; none where none are sent."
    )

    @classmethod
    def of(cls, uplink: UplinkStanding) -> UplinkView:
        """An uplink as the API shows it."""
        return cls(
            id=uplink.id,
            up=uplink.up,
            reason=uplink.reason,
            waiting=dict(uplink.waiting),
            ways=tuple(WayView.of(way) for way in uplink.ways),
            readings=uplink.readings,
        )


class SeriesView(Document):
    """How the way to the database of readings is."""

    up: bool
    reason: str
    waiting: int = Field(description="Readings that are kept and not written yet.")
    oldest: datetime | None = Field(description="When the oldest of these was read.")
    written: int
    refused: int = Field(description="Readings that the database would not take.")
    dropped: int = Field(description="Readings given up as the disk's share was full.")

    @classmethod
    def of(cls, series: SeriesStanding) -> SeriesView:
        """It as the API shows it."""
        return cls(
            up=series.up,
            reason=series.reason,
            waiting=series.waiting,
            oldest=series.oldest,
            written=series.written,
            refused=series.refused,
            dropped=series.dropped,
        )


class UpdateView(Document):
    """A release that the platform has offered, and how far it has come."""

    offer: int
    release: str
    state: OfferPhase
    had: int = Field(description="Bytes that are here.")
    size: int = Field(description="Bytes of the whole.")
    reason: Words = Field(description="Why it waits, is not fetched, or was not taken.")
    begins: str | None = Field(description="From when on it may be installed, by the site's clock.")
    ends: str | None
    expires: datetime = Field(description="When it is given up.")

    @classmethod
    def of(cls, update: OfferStanding) -> UpdateView:
        """It as the API shows it."""
        begins, ends = update.window or (None, None)
        return cls(
            offer=update.offer,
            release=update.release,
            state=update.state,
            had=update.had,
            size=update.size,
            reason=Words.of(update.reason),
            begins=begins,
            ends=ends,
            expires=update.expires,
        )


class StandingView(Document):
    """How the gateway is; `oldest` is when the oldest event happened that waits for a receipt."""

    uplinks: tuple[UplinkView, ...]
    series: SeriesView | None = Field(description="None where no database is configured.")
    update: UpdateView | None = Field(description="None where the platform has offered none.")
    oldest: datetime | None
    refused: int = Field(description="Events that a platform would not take.")
    readings: int
    events: int
    clock: Literal["trusted", "untrusted"]
    disk_free: int = Field(description="Bytes.")
    store_size: int = Field(description="Bytes.")
    buffer_seconds: float | None = Field(description="How long the disk lasts without an uplink.")
    refusal: str = Field(description="Why the disk takes no event; empty where it does.")

    @classmethod
    def of(cls, standing: Standing) -> StandingView:
        """A standing as the API shows it."""
        return cls(
            uplinks=tuple(UplinkView.of(each) for each in standing.uplinks),
            series=SeriesView.of(standing.series) if standing.series else None,
            update=UpdateView.of(standing.update) if standing.update else None,
            oldest=standing.oldest,
            refused=standing.refused,
            readings=standing.readings,
            events=standing.events,
            clock=standing.clock,
            disk_free=standing.disk_free,
            store_size=standing.store_size,
            buffer_seconds=standing.buffer.total_seconds() if standing.buffer else None,
            refusal=standing.refusal,
        )
