"""The nouns of a site: places, devices, points and their readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias

import msgspec

Value: TypeAlias = bool | int | float | str

Direction: TypeAlias = Literal["", "in", "out"]
"""Which way a gate lets people pass; empty for both, or where nobody has said."""

Effect: TypeAlias = Literal["opens", "closes", "locks", "releases", "reads", "other"]
"""What an action does to whoever wants to pass; `releases` lets pass until further notice."""


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
class Reporting:
    """Which readings of a point a platform gets, where it does not get all that are kept.

    With `on_change` each change that is not smaller than `deadband`, at once. What is held back is
    told, the latest of it, when `every` has passed since the last that was told.
    """

    on_change: bool = True
    deadband: float = 0.0
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One named value that a device has; without `report` a platform gets all that is kept."""

    name: str
    type: Literal["bool", "int", "float", "str"]
    text: Text
    unit: str = ""
    labels: Mapping[int, Text] = field(default_factory=dict)
    deadband: float = 0.0
    report: Reporting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """How it is seen that an action has really happened: this point takes this value in time."""

    point: str
    equals: Value
    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A whole number that goes with an action; where it is not `needed` it may be left out."""

    name: str
    text: Text
    least: int
    most: int
    needed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing a device can be told, and what has to be said with it."""

    text: Text
    effect: Effect = "other"
    observe: Observation | None = None
    arguments: tuple[Argument, ...] = ()


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
    actions: Mapping[str, Action] = field(default_factory=dict)
    components: Mapping[str, Location] = field(default_factory=dict)
    direction: Direction = ""


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The value of one point at one instant.

    `point` is `device/name`, or `device/component.name` for a thing behind a device.
    `about` is what the device itself says of the component, for a person to read.
    There are a hundred thousand a second of them: a struct is made in a tenth of the time that a
    dataclass takes. `msgspec.structs.replace` changes one.
    """

    kind: ClassVar[Literal["reading"]] = "reading"

    point: str
    value: Value | None
    at: datetime
    quality: Quality = Quality.GOOD
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What made an alarm's condition true; `limit` is what it was compared with."""

    point: str
    value: Value | None
    unit: str = ""
    limit: Value | None = None
    about: str = ""
