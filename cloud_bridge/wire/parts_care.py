"""The pieces in which the gateway speaks of itself."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from cloud_bridge.wire.limits import MAX_REASONS
from cloud_bridge.wire.parts import Bilingual, Document, Id, Instant, Words
from edge.model import OfferState


class UplinkDoc(Document, frozen=True, kw_only=True):
    """How a way to a platform is, and since when; `reason` says why it is not up."""

    id: Id
    state: Literal["offline", "online"]
    since: Instant
    reason: Words = ""


class BufferDoc(Document, frozen=True, kw_only=True):
    """How long the disk lasts without the platform, in seconds, beside what the site wants."""

    state: Literal["low", "enough"]
    seconds: Annotated[float, Meta(ge=0)] | None = None
    limit_seconds: Annotated[float, Meta(ge=0)]


class AuditDoc(Document, frozen=True, kw_only=True):
    """The last line of the audit log at that time: its number and its SHA-256, in hex."""

    number: Annotated[int, Meta(ge=0)]
    hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class CertificateDoc(Document, frozen=True, kw_only=True):
    """What a certificate is for, and when it ends; `days` are 0 where it has ended."""

    use: Words
    whose: Words = ""
    days: Annotated[int, Meta(ge=0)]
    ends: Instant


class ConfigDoc(Document, frozen=True, kw_only=True):
    """What became of a configuration that the platform sent as its `revision`.

    `accepted` is on trial, `refused` changed nothing. `version` is the gateway's own number of it,
    `hash` that of its files; `reasons` say why it was refused, or taken back.
    """

    state: Literal["accepted", "refused", "applied", "rolled_back"]
    revision: Annotated[int, Meta(ge=0)]
    by: Words = ""
    version: Annotated[int, Meta(ge=0)] = 0
    hash: Words = ""
    reasons: Annotated[tuple[Bilingual, ...], Meta(max_length=MAX_REASONS)] = ()


class UpdateDoc(Document, frozen=True, kw_only=True):
    """What became of a release that the platform has offered as its `offer`.

    `accepted` is fetched now, `waiting` is here and may not be installed yet, of what is `refused`
    nothing is left here; `reasons` say why.
    """

    state: OfferState
    offer: Annotated[int, Meta(ge=0)]
    release: Words = ""
    by: Words = ""
    reasons: Annotated[tuple[Bilingual, ...], Meta(max_length=MAX_REASONS)] = ()
