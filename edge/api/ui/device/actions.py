"""What a device can be told: what it would do, how that is seen, and whether it may be done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.api.running import Running
from edge.api.ui.command_words import refusal_words
from edge.api.ui.device.points import ONLINE
from edge.model import Argument, Command, Device, Effect, Observation, Point, Text, Value
from edge.rules.interlock import Facts, burning, refusal

Weight: TypeAlias = Literal["light", "heavy"]
"""Whether somebody may come to harm: what reads, or lets people out, is light."""

_EFFECTS: Final[Mapping[Effect, Text]] = {
    "opens": Text("放行一次：有人可能立刻通过", "Lets pass once: somebody may walk in at once"),
    "releases": Text(
        "保持放行，直到另有命令：任何人都可以通过",
        "Lets everybody pass until it is told otherwise",
    ),
    "closes": Text("关闭通道：确认没有人在门口", "Shuts the way: make sure nobody stands in it"),
    "locks": Text(
        "锁住通道，直到另有命令：没有人能通过，火警时会被拒绝",
        "Locks the way until it is told otherwise: nobody can pass; refused while it burns",
    ),
    "reads": Text("只读取，什么也不改变", "Only reads, changes nothing"),
    "other": Text(
        "改变设备的设置或状态；先弄清它的后果",
        "Changes a setting or the state of the device; be sure what follows from it",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """How it is seen that it has really happened: the point takes the value in so many seconds."""

    point: Point
    equals: Value
    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """One thing that a device can be told; `refused` is why it would not be done just now."""

    name: str
    text: Text
    effect: Text
    weight: Weight
    observed: Observed | None
    arguments: tuple[Argument, ...]
    refused: Text | None


def actions_of(running: Running, device: Device, now: datetime) -> tuple[ActionView, ...]:
    """What the device can be told, in the order of its profile."""
    return tuple(
        ActionView(
            name=name,
            text=action.text,
            effect=_EFFECTS[action.effect],
            weight="light" if action.effect == "reads" else "heavy",
            observed=_observed(device, action.observe) if action.observe else None,
            arguments=action.arguments,
            refused=_refused(running, device, name, now),
        )
        for name, action in device.actions.items()
    )


def _observed(device: Device, shown: Observation) -> Observed:
    name = shown.point.rpartition("/")[2]
    point = device.points.get(name, ONLINE)
    return Observed(point=point, equals=shown.equals, within_s=shown.within_s)


def _refused(running: Running, device: Device, action: str, now: datetime) -> Text | None:
    """What the interlocks would say to a technician who asks for it now."""
    site = running.configuration.site
    asked = Command(
        id="", device=device.id, action=action, issued_by="", expires_at=now, issuer="technician"
    )

    def fires() -> frozenset[str]:
        active = running.alarms.active.values()
        return burning(active, lambda alarm: site.location_of(alarm.raised))

    why = refusal(asked, device, Facts(fires=fires, remote=running.remote()))
    return refusal_words(why.code) if why else None
