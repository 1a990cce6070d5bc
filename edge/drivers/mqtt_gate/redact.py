"""What of a gate's message may be looked at: the envelope, without pictures, names and scores."""

from __future__ import annotations

from itertools import islice
from typing import Final

import msgspec

from edge.drivers.mqtt_gate.codec import MAX_FIELD, Channel, Envelope, Raw
from edge.drivers.mqtt_gate.profile import Fields, GateProfile

HIDDEN: Final = msgspec.Raw('"…"'.encode())
"""In the place of what is not shown."""
MOST_FIELDS: Final = 60
"""Real messages have thirty at most."""
MOST_NAME: Final = 64
"""Letters of a field's name."""
_PLAIN: Final = frozenset({"operator", "messageId", "code"})


def shown(profile: GateProfile | None, channel: Channel | None) -> frozenset[str]:
    """The fields whose values may be shown; of a gate that the site does not know nobody's number.

    All others are hidden whatever they are called, for firmware invents new ones.
    """
    fields = profile.fields if profile is not None else Fields()
    names = {
        *_PLAIN,
        *fields.device,
        *fields.record,
        *fields.snap,
        *fields.status,
        *fields.person_type,
        *fields.time,
        *fields.live,
        *fields.result,
    }
    if channel == "answer":
        names.update(fields.detail)
    if profile is not None:
        names.update(fields.person)
        names.update(fields.name if profile.forward_names else ())
        names.update(profile.door.status if profile.door is not None else ())
    return frozenset(names)


def redacted(envelope: Envelope, names: frozenset[str]) -> bytes:
    """The message as JSON, each value hidden that is not one of `names` or is too long to be it."""
    top = _visible(envelope.top, names)
    if envelope.info:
        top["info"] = msgspec.Raw(msgspec.json.encode(_visible(envelope.info, names)))
    return msgspec.json.encode(top)


def _visible(fields: Raw, names: frozenset[str]) -> dict[str, msgspec.Raw]:
    return {
        name[:MOST_NAME]: raw if name in names and _is_plain(bytes(raw)) else HIDDEN
        for name, raw in islice(fields.items(), MOST_FIELDS)
    }


def _is_plain(raw: bytes) -> bool:
    return len(raw) <= MAX_FIELD and raw[:1] not in {b"{", b"["}
