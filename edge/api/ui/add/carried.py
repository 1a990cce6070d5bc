"""What the form of the registers carries from look to look: nothing of it is kept here; pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from edge.api.ui.add.points import Values
from edge.versions.profile_draft import DraftPoint


def pack(values: Values) -> str:
    """What was read, as the form carries it."""
    return msgspec.json.encode({str(at): value for at, value in values.items()}).decode()


def unpack(text: str) -> Values:
    """What the form carried; nothing where it cannot be read."""
    try:
        found = msgspec.json.decode(text or "{}", type=dict[str, int])
    except (msgspec.DecodeError, UnicodeError):
        return {}
    return {int(at): value & 0xFFFF for at, value in found.items() if at.isdecimal()}


def pack_points(points: Sequence[DraftPoint]) -> str:
    """What was recognised, as the form carries it."""
    return msgspec.json.encode(points).decode()


def unpack_points(text: str) -> tuple[DraftPoint, ...]:
    """What the form carried; nothing where it cannot be read."""
    try:
        return msgspec.json.decode(text or "[]", type=tuple[DraftPoint, ...])
    except (msgspec.DecodeError, UnicodeError):
        return ()
