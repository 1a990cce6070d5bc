"""Judges what arrives: which events of a message are taken, which are refused and why."""

from __future__ import annotations

from dataclasses import dataclass

from cloud_bridge.wire import CloudEvent, Data, Refusal, WireError, origin_of, read_event, split
from cloud_bridge.wire.topics import Address


@dataclass(frozen=True, slots=True)
class Arrived:
    """One event that fits the contract, with the bytes it came as."""

    event: CloudEvent[Data | None]
    body: bytes


@dataclass(frozen=True, slots=True)
class Judged:
    """One message taken apart."""

    taken: tuple[Arrived, ...] = ()
    refused: tuple[Refusal, ...] = ()


def judge(body: bytes, address: Address | None) -> Judged:
    """Read a message; with `address` only that gateway's events are taken."""
    try:
        parts = split(body)
    except WireError as error:
        return Judged(refused=(Refusal(id="", reason=str(error)),))
    taken: list[Arrived] = []
    refused: list[Refusal] = []
    for part in parts:
        try:
            taken.append(Arrived(_read(part, address), part))
        except WireError as error:
            refused.append(Refusal(id=error.id, reason=str(error)[:1000]))
    return Judged(tuple(taken), tuple(refused))


def _read(part: bytes, address: Address | None) -> CloudEvent[Data | None]:
    event = read_event(part)
    if address is not None and origin_of(event) != (address.site, address.gateway):
        raise WireError(f"{event.source} is not whose topic this is", event.id)
    return event
