"""Whether a device can be heard: the link first, then what is known of the device itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from edge.api.running import Running
from edge.model import Alarm, Device, Lane, LinkChanged, Reading, SuppressionBegan, Text
from edge.schema import Profile
from edge.trace import Tally

Condition: TypeAlias = Literal["online", "offline", "link_down", "unknown"]
CONDITIONS: Final[tuple[Condition, ...]] = get_args(Condition)

KINDS: Final[Mapping[str, Text]] = {
    "lift": Text("电梯", "Lift"),
    "gate": Text("门禁", "Gate"),
    "fire_panel": Text("消防主机", "Fire panel"),
    "call_button": Text("呼叫按钮", "Call button"),
    "bin": Text("垃圾桶", "Waste bin"),
    "parking": Text("车位", "Parking"),
    "pressure": Text("水压", "Pressure"),
    "smoke": Text("烟感", "Smoke detector"),
    "electric": Text("配电", "Electricity"),
    "camera": Text("摄像机", "Camera"),
}
"""What each kind of device is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a device is: since when, when it last said something, and who keeps its alarms quiet."""

    condition: Condition
    since: datetime | None
    heard: datetime | None
    quiet: tuple[SuppressionBegan, ...] = ()


def kind_words(kind: str) -> Text:
    """What a kind of device is called."""
    return KINDS.get(kind, Text(kind, kind))


def condition_of(link: LinkChanged | None, online: Reading | None) -> Condition:
    """A link that is down makes no device offline: nothing is known of what is behind it."""
    if link is None:
        return "unknown"
    if not link.up:
        return "link_down"
    if online is None or online.value is None:
        return "unknown"
    return "online" if online.value else "offline"


def standing_of(running: Running, device: Device) -> Standing:
    """How a device is just now."""
    link = running.state.links.get(device.link)
    online = running.state.readings.get(f"{device.id}/online")
    condition = condition_of(link, online)
    known = link if condition == "link_down" else online
    return Standing(
        condition=condition,
        since=known.at if known else None,
        heard=tally_of(running, device).last_good or _newest(running, device),
        quiet=quiet_by(running.alarms.suppressions.windows.values(), device),
    )


def tally_of(running: Running, device: Device) -> Tally:
    """How well it answers; nothing counted yet where it has neither spoken nor been asked."""
    keeper = running.keepers.get(device.link)
    return (keeper.trace.devices.get(device.id) if keeper else None) or Tally()


def profile_of(running: Running, device: Device) -> Profile | None:
    """The profile that the device runs with."""
    placed = running.configuration.placed.get(device.link, ())
    return next((each.profile for each in placed if each.device.id == device.id), None)


def quiet_by(windows: Iterable[SuppressionBegan], device: Device) -> tuple[SuppressionBegan, ...]:
    """What makes alarms of this device call nobody: its own windows, and its building's."""
    return tuple(
        window
        for window in windows
        if window.covers.device in {"", device.id}
        and window.covers.building in {"", device.location.building}
    )


def alarms_by_device(alarms: Iterable[Alarm]) -> Mapping[str, tuple[Alarm, ...]]:
    """The alarms of each device, the most urgent first."""
    by_device: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        by_device.setdefault(alarm.raised.device, []).append(alarm)
    return {device: tuple(sorted(found, key=_urgency)) for device, found in by_device.items()}


def _urgency(alarm: Alarm) -> tuple[int, int, int]:
    return tuple(Lane).index(alarm.raised.lane), -alarm.raised.severity, alarm.number


def _newest(running: Running, device: Device) -> datetime | None:
    """When it last said anything, for a driver that counts nothing."""
    names = (f"{device.id}/{name}" for name in device.points)
    readings = (running.state.readings.get(name) for name in names)
    return max((each.at for each in readings if each and each.value is not None), default=None)
