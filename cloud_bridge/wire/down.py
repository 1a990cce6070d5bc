"""What the platform says back: receipts, and what became of issues."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from cloud_bridge.wire.limits import MAX_BATCH_EVENTS, MAX_ID, WireError
from cloud_bridge.wire.parts import Document, Id, Instant, Words
from cloud_bridge.wire.reading import read

IssueState: TypeAlias = Literal["accepted", "dispatched", "processing", "resolved", "rejected"]

EventId: TypeAlias = Annotated[str, Meta(max_length=MAX_ID)]


class Refusal(Document, frozen=True, kw_only=True):
    """An event that the platform does not take; `id` is empty when it could not be read."""

    id: EventId
    reason: Words


class Receipt(Document, frozen=True, kw_only=True):
    """The platform's word on events: stored for good, or refused with the reason."""

    stored: Annotated[tuple[Id, ...], Meta(max_length=MAX_BATCH_EVENTS)] = ()
    refused: Annotated[tuple[Refusal, ...], Meta(max_length=MAX_BATCH_EVENTS)] = ()


class IssueUpdate(Document, frozen=True, kw_only=True):
    """What became of an issue: by whom, of which party, when."""

    issue: Id
    alarm: Id
    state: IssueState
    by: Words
    party: Words
    at: Instant


_RECEIPT = msgspec.json.Decoder(Receipt)
_ISSUE_UPDATE = msgspec.json.Decoder(IssueUpdate)
_ENCODER = msgspec.json.Encoder()


def encode_receipt(receipt: Receipt) -> bytes:
    """The receipt as JSON."""
    return _ENCODER.encode(receipt)


def decode_receipt(body: bytes) -> Receipt:
    """Read a receipt; `WireError` says what does not fit."""
    return read(_RECEIPT, body, "receipt")


def encode_issue_update(update: IssueUpdate) -> bytes:
    """The update as JSON."""
    return _ENCODER.encode(update)


def decode_issue_update(body: bytes) -> IssueUpdate:
    """Read an update; `WireError` says what does not fit."""
    return read(_ISSUE_UPDATE, body, "issue update")


def number_of(event_id: str, gateway: str) -> int:
    """The journal number in an event's or alarm's id; `WireError` when it is another gateway's."""
    owner, slash, number = event_id.partition("/")
    if owner != gateway or not slash or not (number.isascii() and number.isdecimal()):
        raise WireError(f"{event_id!r} is no event of {gateway}", event_id)
    return int(number)
