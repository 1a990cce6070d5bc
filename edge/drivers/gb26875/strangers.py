"""A transmission device that the site does not know: what it said, and which profile suits it."""

from __future__ import annotations

from typing import Final

from edge.drivers.gb26875 import frames, objects, tables
from edge.drivers.gb26875.dialect import Dialect
from edge.drivers.gb26875.field_words import COMMANDS, FLAGS, TYPES, unknown
from edge.drivers.gb26875.frames import Frame
from edge.drivers.gb26875.objects import Item
from edge.drivers.gb26875.profile import GbProfile
from edge.model import Text
from edge.strangers import Fit, Heard

GOOD: Final = 0.6
"""Any profile suits any device: the standard's own types are in all of them."""
BETTER: Final = 0.9
"""It names the maker's own types that the device has spoken of."""
POOR: Final = 0.3
OWN_TYPES: Final = 128
"""From here on component types are the makers' own."""


def said(frame: Frame, dialect: Dialect) -> Text:
    """What a frame says, in a line."""
    if not frame.app or dialect.is_heartbeat(frame.command, frame.app):
        if frame.command != tables.SEND and not dialect.is_heartbeat(frame.command, frame.app):
            return COMMANDS.get(frame.command, unknown(frame.command))
        return Text("心跳", "heartbeat")
    unit = objects.decode(frame.app)
    what = TYPES.get(unit.type, unknown(unit.type))
    if not unit.items:
        return what
    zh, en = _item(unit.type, unit.items[0], dialect)
    more = len(unit.items) - 1
    return Text(
        f"{what.zh} {zh}".strip() + (f"，另有 {more} 项" if more else ""),
        f"{what.en} {en}".strip() + (f", and {more} more" if more else ""),
    )


def fits(profile: GbProfile, heard: Heard) -> Fit:
    """How well a profile suits what was heard; the address is the same with all of them."""
    own = _own_types(heard.sample)
    named = own & profile.component_types.keys()
    score = GOOD if not own else BETTER if named == own else POOR
    return Fit(score=score, address=heard.address)


def _own_types(sample: bytes) -> set[int]:
    if frames.fault_of(sample) is not None:
        return set()
    app = sample[frames.HEADER : -frames.TAIL]
    items = objects.decode(app).items if app else ()
    types = {item.component_type for item in items if item.component_type is not None}
    return {kind for kind in types if kind >= OWN_TYPES}


def _item(kind: int, item: Item, dialect: Dialect) -> tuple[str, str]:
    """Where it is and what it is, of one object."""
    place = ""
    if item.zone is not None:
        place = item.component
    elif item.system_type is not None:
        place = item.system
    bits = {
        tables.SYSTEM_STATUS: tables.SYSTEM_BITS,
        tables.COMPONENT_STATUS: dialect.component_bits,
        tables.DEVICE_STATUS: tables.DEVICE_BITS,
    }.get(kind, {})
    flags = [FLAGS[flag] for flag in tables.flags(item.status or 0, bits)]
    zh = "、".join(flag.zh for flag in flags)
    en = ", ".join(flag.en for flag in flags)
    return f"{place} {zh}".strip(), f"{place} {en}".strip()
