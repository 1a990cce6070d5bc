"""Events as a case file writes them: a kind, a device, and what else the event says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec
from pydantic import JsonValue

from edge.choices import choose
from edge.errors import ConfigError, refusal
from edge.model import (
    Access,
    AlarmAcknowledged,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    CommandResult,
    DeviceChanged,
    DeviceReset,
    Event,
    LinkChanged,
    SuppressionBegan,
    SuppressionEnded,
    Text,
)

_DECISIONS: Final = ("granted", "denied", "duress", "forced", "held_open", "closed")
_STATES: Final = ("online", "offline", "degraded")

_SHAPES: Final[Mapping[str, tuple[type[Event], Mapping[str, JsonValue]]]] = MappingProxyType(
    {
        **{f"access.{word}": (Access, {"decision": word}) for word in _DECISIONS},
        **{f"device.{word}": (DeviceChanged, {"state": word, "reason": ""}) for word in _STATES},
        "device.reset": (DeviceReset, {"component": ""}),
        "link.up": (LinkChanged, {"up": True, "reason": ""}),
        "link.down": (LinkChanged, {"up": False, "reason": ""}),
        "command.result": (CommandResult, {"command": "", "outcome": "done"}),
        "alarm.acknowledged": (AlarmAcknowledged, {"by": "operator"}),
        "alarm.shelved": (AlarmShelved, {"by": "operator", "reason": ""}),
        "alarm.unshelved": (AlarmUnshelved, {"by": "operator"}),
        "alarm.reset": (AlarmReset, {"by": "operator"}),
        "suppression.began": (SuppressionBegan, {"by": "operator", "reason": "", "covers": {}}),
        "suppression.ended": (SuppressionEnded, {"by": "operator"}),
    }
)
"""What class an event is, and what it says when the file does not."""


def event_of(kind: str, device: str, written: Mapping[str, JsonValue], at: datetime) -> Event:
    """Make the event; `ConfigError` says what it lacks or cannot say."""
    shape = _SHAPES.get(kind)
    if shape is None:
        what = Text(f"没有事件 {kind[:40]}", f"there is no event {kind[:40]}")
        raise refusal(what, choose(kind, tuple(_SHAPES)))
    cls, said = shape
    names = [field.name for field in fields(cls) if field.name not in ("at", "kind")]
    own: dict[str, object] = {**said, **written, "at": at}
    if device:
        own["link" if cls is LinkChanged else "device"] = device
    for name in own:
        if name not in (*names, "at"):
            what = Text(f"{kind} 没有 {name[:40]}", f"{kind} has no {name[:40]}")
            raise refusal(what, choose(name, names))
    try:
        return msgspec.convert(own, cls)
    except msgspec.ValidationError as error:
        raise _misfit(kind, str(error)) from error


def _misfit(kind: str, said: str) -> ConfigError:
    return refusal(
        Text(f"{kind} 写得不完整：{said}", f"{kind} is not complete: {said}"),
        Text("补上或改正 with 里的内容", "add it, or correct what stands under with"),
    )
