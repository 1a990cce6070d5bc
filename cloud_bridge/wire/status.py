"""How the gateway is (its retained status), and readings in batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cloud_bridge.wire.limits import MAX_LINKS, MAX_SAMPLES
from cloud_bridge.wire.parts import Bilingual, Document, Id, Instant, Words
from cloud_bridge.wire.reading import read
from cloud_bridge.wire.words import name, plain
from edge.model import Quality, Reading, Value


class LinkStatus(Document, frozen=True, kw_only=True):
    """A link to devices or an uplink; `reason` says why it is down."""

    id: Id
    up: bool
    reason: Words = ""


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


class Status(Document, frozen=True, kw_only=True):
    """The retained status of a gateway; as last will it says `online: false` and no more.

    `readings` and `events` count since the start; `oldest_unsent` is the age in seconds of
    the oldest event without a receipt.
    """

    site: Id
    gateway: Id
    online: bool
    version: Words = ""
    site_name: Bilingual | None = None
    at: Instant | None = None
    started_at: Instant | None = None
    clock: Literal["trusted", "untrusted"] = "trusted"
    readings: Annotated[int, Meta(ge=0)] = 0
    events: Annotated[int, Meta(ge=0)] = 0
    journal: Depth = Depth()
    oldest_unsent: Annotated[float, Meta(ge=0)] | None = None
    open_alarms: Annotated[int, Meta(ge=0)] = 0
    refused: Annotated[int, Meta(ge=0)] = 0
    links: Annotated[tuple[LinkStatus, ...], Meta(max_length=MAX_LINKS)] = ()
    uplinks: Annotated[tuple[LinkStatus, ...], Meta(max_length=MAX_LINKS)] = ()


class Sample(Document, frozen=True, kw_only=True):
    """One reading; a value of bad quality is null, never zero."""

    point: Id
    value: Value | None
    at: Instant
    quality: Quality = Quality.GOOD


class Telemetry(Document, frozen=True, kw_only=True):
    """Readings in the order they were made."""

    gateway: Id
    samples: Annotated[tuple[Sample, ...], Meta(max_length=MAX_SAMPLES)]


_STATUS = msgspec.json.Decoder(Status)
_TELEMETRY = msgspec.json.Decoder(Telemetry)
_ENCODER = msgspec.json.Encoder()


def encode_status(status: Status) -> bytes:
    """The status as JSON."""
    return _ENCODER.encode(status)


def decode_status(body: bytes) -> Status:
    """Read a status; `WireError` says what does not fit."""
    return read(_STATUS, body, "status")


def encode_telemetry(gateway: str, readings: Sequence[Reading]) -> bytes:
    """At most `MAX_SAMPLES` readings as JSON; `ValueError` when there are more."""
    if len(readings) > MAX_SAMPLES:
        raise ValueError(f"{len(readings)} readings; at most {MAX_SAMPLES} in a batch")
    return _ENCODER.encode(Telemetry(gateway=gateway, samples=tuple(map(_sample, readings))))


def decode_telemetry(body: bytes) -> Telemetry:
    """Read a batch of readings; `WireError` says what does not fit."""
    return read(_TELEMETRY, body, "telemetry")


def _sample(reading: Reading) -> Sample:
    return Sample(
        point=name(reading.point),
        value=None if reading.value is None else plain(reading.value),
        at=_utc(reading.at),
        quality=reading.quality,
    )


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo is UTC else at.astimezone(UTC)
