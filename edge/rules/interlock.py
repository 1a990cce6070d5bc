"""Whether a command may be carried out: who asks, what it would do, whether it burns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.model import Action, Alarm, Command, Device, Effect, Location, Text
from edge.rules.fires import CATEGORIES

PASSAGES: Final = frozenset({"gate", "parking"})
"""Kinds of devices that people pass: gates and barriers."""

LETS_PASS: Final[frozenset[Effect]] = frozenset({"opens", "releases", "reads"})
"""What may be done to a passage while it burns: to restart one would shut it for a minute."""

BY_RULES: Final[frozenset[Effect]] = frozenset({"opens", "releases", "reads", "other"})
"""What nobody has to stand behind: to shut or lock a way needs a person who answers for it."""

ANYWHERE: Final = ""
"""The building of a fire whose place nobody knows; it concerns every gate."""

Fires: TypeAlias = Callable[[], AbstractSet[str]]
"""The buildings in which a fire alarm is on; asked only where it matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one key of the platform may do: these actions on these devices and kinds.

    `configuration`: it may also send what the gateway is to run; `updates`: offer releases.
    """

    key: str
    devices: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    configuration: bool = False
    updates: bool = False

    def covers(self, device: Device, action: str) -> bool:
        """Whether the key may do this."""
        return action in self.actions and (device.id in self.devices or device.kind in self.kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What permission depends on besides the command and its device."""

    fires: Fires
    remote: Literal["on", "off"]
    grant: Grant | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: a reason that never changes its spelling, and the words for a person."""

    code: str
    words: Text

    def __str__(self) -> str:
        """As the result's detail says it."""
        return f"{self.code}: {self.words.en}"


NO_DEVICE: Final = Refusal("unknown.device", Text("没有这台设备", "there is no such device"))
NO_ACTION: Final = Refusal("unknown.action", Text("设备没有这个动作", "the device cannot do that"))
LIFT: Final = Refusal(
    "interlock.lift", Text("电梯只读，从不写", "a lift is only read, never written to")
)
FIRE: Final = Refusal(
    "interlock.fire",
    Text(
        "火警期间门只能打开、放行或读取",
        "while a fire alarm is on a gate may only be opened, released or read",
    ),
)
REMOTE_OFF: Final = Refusal(
    "remote.off", Text("现场已关闭远程命令", "remote commands are switched off at the site")
)
NOT_GRANTED: Final = Refusal(
    "key.not_granted",
    Text("该密钥无权对这台设备做这个动作", "this key may not do that to this device"),
)
NOT_BY_RULE: Final = Refusal(
    "rule.not_allowed",
    Text("关闭或锁住通道须由人负责", "to shut or lock a way needs a person, not a rule"),
)


def refusal(command: Command, device: Device | None, facts: Facts) -> Refusal | None:
    """Return why the command may not be carried out; none when it may."""
    if command.issuer == "platform" and (why := _not_from_afar(command, device, facts)):
        return why
    if device is None:
        return NO_DEVICE
    action = device.actions.get(command.action)
    if action is None:
        return NO_ACTION
    if command.issuer == "rule" and action.effect not in BY_RULES:
        return NOT_BY_RULE
    return _interlocked(device, action, facts)


def _not_from_afar(command: Command, device: Device | None, facts: Facts) -> Refusal | None:
    """Asked first: a key learns nothing of devices that are not its own, not even which are."""
    if facts.remote == "off":
        return REMOTE_OFF
    granted = device and facts.grant and facts.grant.covers(device, command.action)
    return None if granted else NOT_GRANTED


def _interlocked(device: Device, action: Action, facts: Facts) -> Refusal | None:
    if device.kind == "lift" and action.effect != "reads":
        return LIFT
    if device.kind not in PASSAGES or action.effect in LETS_PASS:
        return None
    fires = facts.fires()
    building = device.location.building
    concerned = fires if building == ANYWHERE else fires & {building, ANYWHERE}
    return FIRE if concerned else None


def burning(alarms: Iterable[Alarm], place: Callable[[Alarm], Location]) -> frozenset[str]:
    """The buildings in which a fire alarm is on, but for detectors that are out of service."""
    return frozenset(
        place(alarm).building
        for alarm in alarms
        if alarm.active
        and alarm.raised.category in CATEGORIES
        and "out_of_service" not in alarm.suppressed
    )
