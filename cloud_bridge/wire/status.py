"""How the gateway is: its retained status."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cloud_bridge.wire.limits import MAX_LINKS
from cloud_bridge.wire.parts import Bilingual, Document, Id, Instant, Words
from cloud_bridge.wire.reading import read


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


_STATUS = msgspec.json.Decoder(Status)
_ENCODER = msgspec.json.Encoder()


def encode_status(status: Status) -> bytes:
    """The status as JSON."""
    return _ENCODER.encode(status)


def decode_status(body: bytes) -> Status:
    """Read a status; `WireError` says what does not fit."""
    return read(_STATUS, body, "status")
