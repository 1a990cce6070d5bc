"""A sensor's JSON becomes values; what does not fit its profile is bad, never zero."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from edge.drivers.mqtt_json.profile import JsonPoint, JsonProfile, Timestamp
from edge.model import Quality, Value

MAX_BODY: Final = 64 * 1024
"""A sensor's message is a few hundred bytes; a network server's envelope a few thousand."""
MAX_TEXT: Final = 256
"""Characters of a text value, a message's number or a timestamp."""

MAX_DIGITS: Final = 5
"""Of a place in a list; no list in a message of `MAX_BODY` has more items."""

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | None"
_LARGEST: Final = 2.0**53
"""Beyond this a float skips whole numbers."""


class Unreadable(ValueError):
    """A message that is not what the profile expects; the text says in what way."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One value; none and bad when it made no sense."""

    name: str
    value: Value | None
    quality: Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one message says; `stamp` is the time as the sensor wrote it."""

    values: tuple[Measured, ...]
    number: str
    stamp: str
    at: datetime | None


def decode(body: bytes, profile: JsonProfile, zone: ZoneInfo) -> Message:
    """Read one message; `Unreadable` when it is no JSON object or says nothing."""
    if len(body) > MAX_BODY:
        raise Unreadable(f"{len(body)} bytes, more than {MAX_BODY}")
    try:
        tree: Tree = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"not JSON: {str(error)[:80]}") from None
    if not isinstance(tree, dict):
        raise Unreadable("not a JSON object")
    values = tuple(
        _measured(name, point, raw)
        for name, point in profile.points.items()
        if (raw := _find(tree, point.path)) is not None
    )
    if not values:
        raise Unreadable("holds none of the profile's points")
    wanted = profile.timestamp
    stamp = _text(_find(tree, wanted.path)) if wanted is not None else ""
    return Message(
        values=values,
        number=_text(_find(tree, profile.message_id)) if profile.message_id else "",
        stamp=stamp,
        at=_instant(stamp, wanted, zone) if wanted is not None else None,
    )


def available(body: bytes, profile: JsonProfile) -> bool:
    """Read a word of the availability topic."""
    words = profile.availability
    said = body[:MAX_TEXT].decode("utf-8", "replace").strip()
    if words is None or said not in {words.online, words.offline}:
        raise Unreadable(f"an availability of {said[:40]!r}")
    return said == words.online


def _find(tree: Tree, path: str) -> Tree:
    """Go along the path; none where it leads nowhere."""
    node = tree
    for key in path.split("."):
        if isinstance(node, dict):
            node = node.get(key)
        elif isinstance(node, list) and key.isascii() and key.isdigit() and len(key) <= MAX_DIGITS:
            node = node[int(key)] if int(key) < len(node) else None
        else:
            return None
    return node


def _measured(name: str, point: JsonPoint, raw: Tree) -> Measured:
    value = value_of(point, raw)
    return Measured(name, value, Quality.BAD if value is None else Quality.GOOD)


def value_of(point: JsonPoint, raw: Tree) -> Value | None:
    """Give the raw value the point's meaning and type; none when it has none."""
    if isinstance(raw, dict | list) or raw is None:
        return None
    word = str(raw).lower() if isinstance(raw, bool) else str(raw)
    if word in point.values:
        return point.values[word]
    match point.type:
        case "bool":
            return _flag(raw)
        case "str":
            return word if len(word) <= MAX_TEXT else None
        case _:
            return _number(point, raw)


def _flag(raw: Value) -> bool | None:
    if isinstance(raw, bool):
        return raw
    return bool(raw) if raw in {0, 1} else None


def _number(point: JsonPoint, raw: Value) -> int | float | None:
    if isinstance(raw, str):
        try:
            raw = float(raw[:MAX_TEXT])
        except ValueError:
            return None
    if isinstance(raw, bool) or not abs(raw) <= _LARGEST:
        return None
    number = raw * point.scale + point.offset
    limits = point.valid
    if limits is not None and not (
        (limits.min is None or number >= limits.min)
        and (limits.max is None or number <= limits.max)
    ):
        return None
    if not math.isfinite(number):
        return None
    return round(number) if point.type == "int" else float(number)


def _text(raw: Tree) -> str:
    """A number or text as the sensor wrote it; a longer one is cut, a tree is none."""
    if raw is None or isinstance(raw, dict | list | bool):
        return ""
    return str(raw)[:MAX_TEXT]


def _instant(stamp: str, wanted: Timestamp, zone: ZoneInfo) -> datetime | None:
    try:
        match wanted.format:
            case "unix":
                return datetime.fromtimestamp(float(stamp), UTC)
            case "unix_ms":
                return datetime.fromtimestamp(float(stamp) / 1000, UTC)
            case "iso":
                at = datetime.fromisoformat(stamp)
            case pattern:
                at = datetime.strptime(stamp, pattern)  # noqa: DTZ007 - a zone follows
        return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
