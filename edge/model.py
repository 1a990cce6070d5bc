"""The nouns: what exists on a site and what happens there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

Value: TypeAlias = bool | int | float | str


class Quality(StrEnum):
    """How far a value can be trusted, in OPC UA's three words."""

    GOOD = "good"
    UNCERTAIN = "uncertain"
    BAD = "bad"


class Lane(StrEnum):
    """How urgent an event is, most urgent first; telemetry comes after all of them."""

    LIFE_SAFETY = "life_safety"
    SECURITY = "security"
    FAULT = "fault"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages of the site."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place on the site; empty fields are unknown or do not apply."""

    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One named value that a device has."""

    name: str
    type: Literal["bool", "int", "float", "str"]
    text: Text
    unit: str = ""
    labels: Mapping[int, Text] = field(default_factory=dict)
    deadband: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One physical thing on a link, standing at a location.

    `components` places what hangs behind a device and has an address of its own there
    (the detectors of a fire panel): the key is the part of a point's name before the dot.
    """

    id: str
    kind: str
    name: Text
    link: str
    profile: str
    make: str
    model: str
    location: Location
    points: Mapping[str, Point]
    components: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The value of one point at one instant.

    `point` is `device/name`, or `device/component.name` for a thing behind a device.
    `about` is what the device itself says of the component, for a person to read.
    """

    point: str
    value: Value | None
    at: datetime
    quality: Quality = Quality.GOOD
    about: str = ""
    kind: Literal["reading"] = "reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What made an alarm's condition true; `limit` is what it was compared with."""

    point: str
    value: Value | None
    unit: str = ""
    limit: Value | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised:
    """A condition that needs a person became true."""

    alarm: str
    device: str
    rule: str
    category: str
    severity: int
    lane: Lane
    text: Text
    cause: Cause
    at: datetime
    kind: Literal["alarm.raised"] = "alarm.raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCleared:
    """The condition is no longer true."""

    alarm: str
    at: datetime
    kind: Literal["alarm.cleared"] = "alarm.cleared"


AccessDecision: TypeAlias = Literal["granted", "denied", "duress", "forced", "held_open", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a gate decided about a person, or what its door did."""

    device: str
    decision: AccessDecision
    at: datetime
    person: str = ""
    method: str = ""
    reason: str = ""
    origin: str = ""

    @property
    def kind(self) -> str:
        """Which of the access events this is."""
        return f"access.{self.decision}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChanged:
    """A device was found, was lost, or answers only in part."""

    device: str
    state: Literal["online", "offline", "degraded"]
    reason: str
    at: datetime

    @property
    def kind(self) -> str:
        """Which of the device events this is."""
        return f"device.{self.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReported:
    """A device told something that it wants confirmed; `frame` is what it sent, in hex.

    `origin` is the device's own identity of the report: a second copy of it is
    confirmed again and kept once.
    """

    device: str
    what: str
    frame: str
    at: datetime
    origin: str = ""
    device_time: str = ""
    lane: Lane = Lane.INFO
    fields: Mapping[str, Value] = field(default_factory=dict)
    kind: Literal["device.reported"] = "device.reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReset:
    """A panel was reset: what it had latched for `component` (a prefix) is over."""

    device: str
    component: str
    at: datetime
    kind: Literal["device.reset"] = "device.reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged:
    """A link to devices came up or went down."""

    link: str
    up: bool
    reason: str
    at: datetime
    kind: Literal["link.changed"] = "link.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """What became of one command; the acknowledgement its issuer waits for."""

    command: str
    device: str
    action: str
    outcome: Literal["done", "rejected", "expired", "failed"]
    at: datetime
    detail: str = ""
    kind: Literal["command.result"] = "command.result"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayChanged:
    """The gateway itself began, is about to end, or works only in part."""

    state: Literal["started", "stopping", "degraded"]
    reason: str
    at: datetime

    @property
    def kind(self) -> str:
        """Which of the gateway events this is."""
        return f"gateway.{self.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsDropped:
    """Something was given up; dropping is an event."""

    what: str
    count: int
    reason: str
    at: datetime
    kind: Literal["records.dropped"] = "records.dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRefused:
    """A platform would not take the event with this number; it is kept aside."""

    uplink: str
    number: int
    reason: str
    at: datetime
    kind: Literal["delivery.refused"] = "delivery.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A request that a device do something, by whoever issued it."""

    id: str
    device: str
    action: str
    issued_by: str
    expires_at: datetime
    args: Mapping[str, Value] = field(default_factory=dict)


Event: TypeAlias = (
    AlarmRaised
    | AlarmCleared
    | Access
    | DeviceChanged
    | DeviceReported
    | DeviceReset
    | LinkChanged
    | CommandResult
    | GatewayChanged
    | RecordsDropped
    | DeliveryRefused
)
Record: TypeAlias = Reading | Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One occurrence of an alarm, from raise to clear; `number` is its raise event's."""

    key: str
    number: int
    raised: AlarmRaised
    active: bool = True
    acknowledged: bool = False
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An event with the number that identifies it everywhere, and the alarm it is about."""

    number: int
    event: Event
    trusted_clock: bool
    alarm: Alarm | None = None
