"""What the platform says back: receipts, and what became of issues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from cloud_bridge.wire.limits import MAX_BATCH_EVENTS, MAX_ID, MAX_NUMBER, WireError
from cloud_bridge.wire.parts import Document, Id, Instant, Words
from cloud_bridge.wire.policies import issue_of
from cloud_bridge.wire.reading import read
from edge.model import IssueChanged, IssueState

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
    """What became of an issue: by whom, of which party, when.

    `step` is the platform's identity of this word: it is told back in `issue.changed`, and
    what is not told back is to be sent again.
    """

    issue: Id
    alarm: Id
    state: IssueState
    by: Words
    party: Words
    at: Instant
    step: Words = ""


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


def issue_changed(update: IssueUpdate, gateway: str, key: Callable[[int], str]) -> IssueChanged:
    """The update as an event; `WireError` when it is not about an issue of this gateway.

    `key` is the key of the alarm with a number, empty when that is not known any more.
    """
    alarm, turn = issue_of(update.issue)
    if alarm != update.alarm:
        raise WireError(f"{update.issue!r} is no issue of {update.alarm!r}", update.issue)
    number = number_of(alarm, gateway)
    if max(number, turn) > MAX_NUMBER:
        raise WireError(f"{update.issue!r} has a number that no journal has", update.issue)
    try:
        at = update.at.astimezone(UTC)
    except OverflowError:
        raise WireError(f"{update.at} is no time for a word on an issue", update.issue) from None
    return IssueChanged(
        alarm=key(number),
        number=number,
        turn=turn,
        state=update.state,
        by=update.by,
        party=update.party,
        at=at,
        step=update.step,
    )


def number_of(event_id: str, gateway: str) -> int:
    """The journal number in an event's or alarm's id; `WireError` when it is another gateway's."""
    owner, slash, number = event_id.partition("/")
    if owner != gateway or not slash or not (number.isascii() and number.isdecimal()):
        raise WireError(f"{event_id!r} is no event of {gateway}", event_id)
    return int(number)
