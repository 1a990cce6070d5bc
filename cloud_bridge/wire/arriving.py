"""Reads events as the platform gets them; what does not fit is refused with the reason."""

from __future__ import annotations

import re
from types import MappingProxyType

import msgspec

from cloud_bridge.wire.documents import CloudEvent, Data
from cloud_bridge.wire.kinds import TYPES
from cloud_bridge.wire.limits import (
    MAX_BATCH_BYTES,
    MAX_BATCH_EVENTS,
    MAX_EVENT_BYTES,
    MAX_ID,
    WireError,
)
from cloud_bridge.wire.reading import UNREADABLE, read


class _Named(msgspec.Struct):
    """As much of an event as a refusal needs."""

    id: object = ""
    type: object = ""


_BATCH = msgspec.json.Decoder(list[msgspec.Raw])
_NAMED = msgspec.json.Decoder(_Named)
_EVENTS = MappingProxyType(
    {name: msgspec.json.Decoder(CloudEvent[data]) for name, data in TYPES.items()}  # type: ignore[valid-type] # the data type is only known at run time
)
_OTHER = msgspec.json.Decoder(CloudEvent[msgspec.Raw])
_TYPE = re.compile(r"^community\.[a-z_]+\.[a-z_]+\.v[0-9]+$")


def split(body: bytes) -> list[bytes]:
    """The events of a message, one or a batch, each still JSON; `WireError` when it is neither."""
    if len(body) > MAX_BATCH_BYTES:
        raise WireError(f"{len(body)} bytes; at most {MAX_BATCH_BYTES} in a message")
    if not body.lstrip().startswith(b"["):
        return [body]
    events = read(_BATCH, body, "JSON")
    if len(events) > MAX_BATCH_EVENTS:
        raise WireError(f"{len(events)} events; at most {MAX_BATCH_EVENTS} in a message")
    return [bytes(event) for event in events]


def read_event(body: bytes) -> CloudEvent[Data | None]:
    """One event; `WireError` says what does not fit and names the event where it can.

    An event of a type this version does not know yet is taken as it is, with no data:
    a newer gateway must not be stopped by an older platform.
    """
    event_id, kind = _identify(body)
    if len(body) > MAX_EVENT_BYTES:
        raise WireError(f"{len(body)} bytes; at most {MAX_EVENT_BYTES} in an event", event_id)
    try:
        if kind in TYPES:
            event: CloudEvent[Data | None] = _EVENTS[kind].decode(body)
        elif _TYPE.match(kind):
            event = _without_data(_OTHER.decode(body))
        else:
            raise WireError(f"{kind!r} is no type of this contract", event_id)
    except UNREADABLE as error:
        raise WireError(str(error), event_id) from error
    _check_identity(event)
    return event


def _identify(body: bytes) -> tuple[str, str]:
    named = read(_NAMED, body, "event")
    event_id = named.id if isinstance(named.id, str) else ""
    return event_id[:MAX_ID], named.type if isinstance(named.type, str) else ""


def _without_data(event: CloudEvent[msgspec.Raw]) -> CloudEvent[Data | None]:
    return CloudEvent(
        id=event.id,
        source=event.source,
        type=event.type,
        subject=event.subject,
        time=event.time,
        lane=event.lane,
        severity=event.severity,
        clock=event.clock,
        sequence=event.sequence,
        data=None,
    )


def _check_identity(event: CloudEvent[Data | None]) -> None:
    """Id, source and sequence say the same thing three times; they must agree."""
    _, sites, site, gateways, gateway = (event.source.split("/", 4) + [""] * 5)[:5]
    if sites != "sites" or gateways != "gateways" or not site or not gateway:
        raise WireError(f"{event.source!r} is no /sites/…/gateways/…", event.id)
    if event.id != f"{gateway}/{int(event.sequence)}":
        raise WireError(f"id is not {gateway}/{int(event.sequence)}", event.id)


def origin_of(event: CloudEvent[Data | None]) -> tuple[str, str]:
    """The site and the gateway that an event came from."""
    _, _, site, _, gateway = event.source.split("/", 4)
    return site, gateway
