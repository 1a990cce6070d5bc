"""How the gateway is: its retained status."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cloud_bridge.wire.limits import MAX_LINKS
from cloud_bridge.wire.parts import Bilingual, Document, Id, Instant, Words
from cloud_bridge.wire.reading import read
from edge.model import OfferPhase


class LinkStatus(Document, frozen=True, kw_only=True):
    """A link to devices or an uplink; `reason` says why it is down, `since` when that began."""

    id: Id
    up: bool
    reason: Words = ""
    since: Instant | None = None


class Depth(Document, frozen=True, kw_only=True):
    """Events kept and not yet receipted, by lane."""

    life_safety: Annotated[int, Meta(ge=0)] = 0
    security: Annotated[int, Meta(ge=0)] = 0
    fault: Annotated[int, Meta(ge=0)] = 0
    info: Annotated[int, Meta(ge=0)] = 0

    @property
    def total(self) -> int:
        """All lanes together."""
        return self.life_safety + self.security + self.fault + self.info


class Buffer(Document, frozen=True, kw_only=True):
    """For how many seconds what is kept has room while no platform takes it; none where unknown.

    `events` at the pace of the last day: then the least urgent are given up first, life safety
    never. `evidence` is what the site allows.
    """

    events: Annotated[float, Meta(ge=0)] | None = None
    evidence: Annotated[float, Meta(ge=0)] | None = None


class CertificateStatus(Document, frozen=True, kw_only=True):
    """A certificate: the page's, an authority's that a link or uplink trusts, or its own.

    `ends` is none, and `problem` says why, where it cannot be read or used.
    """

    use: Literal["page", "authority", "client"]
    whose: Words = ""
    ends: Instant | None = None
    problem: Words = ""


class UpdateStatus(Document, frozen=True, kw_only=True):
    """The last release that the platform has offered, and how far it has come.

    `had` of its `size` bytes are here. `reason` says why it waits, what keeps it from being
    fetched, or why it was not taken.
    """

    offer: Annotated[int, Meta(ge=0)]
    release: Words = ""
    state: OfferPhase
    had: Annotated[int, Meta(ge=0)] = 0
    size: Annotated[int, Meta(ge=0)] = 0
    reason: Words = ""


class Machine(Document, frozen=True, kw_only=True):
    """The box and its files, as they were at the last look, a minute ago at most.

    `disk_free`, `store` and `journal_room` are bytes: what is left, what the gateway's databases
    take, what the journal may still take. `temperature` is that of the hottest zone in °C,
    `clock_error` the seconds by which a trusted clock may be off. `configuration` is the hash of
    the files that run, `revision` the last that the platform sent, `update` its last release.
    """

    disk_free: Annotated[int, Meta(ge=0)] = 0
    store: Annotated[int, Meta(ge=0)] = 0
    journal_room: Annotated[int, Meta(ge=0)] = 0
    temperature: float | None = None
    clock_error: Annotated[float, Meta(ge=0)] | None = None
    certificates: Annotated[tuple[CertificateStatus, ...], Meta(max_length=MAX_LINKS)] = ()
    configuration: Words = ""
    revision: Annotated[int, Meta(ge=0)] = 0
    update: UpdateStatus | None = None


class Status(Document, frozen=True, kw_only=True):
    """The retained status of a gateway; as last will it says `online: false` and no more.

    `readings` and `events` count since the start; `oldest_unsent` is the age in seconds of
    the oldest event without a receipt. `uptime` is in seconds, by a clock that nobody sets.
    """

    site: Id
    gateway: Id
    online: bool
    version: Words = ""
    site_name: Bilingual | None = None
    at: Instant | None = None
    started_at: Instant | None = None
    uptime: Annotated[float, Meta(ge=0)] | None = None
    clock: Literal["trusted", "untrusted"] = "trusted"
    readings: Annotated[int, Meta(ge=0)] = 0
    events: Annotated[int, Meta(ge=0)] = 0
    journal: Depth = Depth()
    oldest_unsent: Annotated[float, Meta(ge=0)] | None = None
    open_alarms: Annotated[int, Meta(ge=0)] = 0
    refused: Annotated[int, Meta(ge=0)] = 0
    links: Annotated[tuple[LinkStatus, ...], Meta(max_length=MAX_LINKS)] = ()
    uplinks: Annotated[tuple[LinkStatus, ...], Meta(max_length=MAX_LINKS)] = ()
    buffer: Buffer = Buffer()
    machine: Machine | None = None


_STATUS = msgspec.json.Decoder(Status)
_ENCODER = msgspec.json.Encoder()


def encode_status(status: Status) -> bytes:
    """The status as JSON."""
    return _ENCODER.encode(status)


def decode_status(body: bytes) -> Status:
    """Read a status; `WireError` says what does not fit."""
    return read(_STATUS, body, "status")
