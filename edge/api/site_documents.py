"""A site, its devices and their points, as the API speaks of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from edge.api.words import Document, Words
from edge.history import Sample
from edge.model import Device, Effect, Location, Point, Quality, Reading, Text, Value
from edge.state import State


class LocationView(Document):
    """Where something stands; empty fields are unknown or do not apply."""

    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    text: str = ""

    @classmethod
    def of(cls, place: Location) -> LocationView:
        """A location as the API shows it."""
        return cls(
            building=place.building,
            unit=place.unit,
            floor=place.floor,
            room=place.room,
            text=place.text,
        )


class DeviceLine(Document):
    """A device where many are listed; `online` is none where it has not spoken yet."""

    id: str
    name: Words
    kind: str
    link: str
    location: LocationView
    online: bool | None
    alarms: int = Field(description="How many of its alarms are active.")


class FloorView(Document):
    """The devices of one floor; without a name those whose floor is not known."""

    floor: str
    devices: tuple[DeviceLine, ...]


class UnitView(Document):
    """A unit of a building; without an id what stands in none."""

    id: str
    name: Words
    floors: tuple[FloorView, ...]


class BuildingView(Document):
    """A building with what stands in it."""

    id: str
    name: Words
    units: tuple[UnitView, ...]


class SiteView(Document):
    """The site as a tree: buildings, units, floors, devices; `elsewhere` stands in no building."""

    id: str
    name: Words
    gateway: str
    timezone: str
    language: Literal["zh", "en"]
    buildings: tuple[BuildingView, ...]
    elsewhere: tuple[DeviceLine, ...]


class ActionView(Document):
    """One thing that a device can be told."""

    name: str
    text: Words
    effect: Effect
    observed: bool = Field(description="Whether it is seen that it has really happened.")


class DeviceView(DeviceLine):
    """A device with all that is known of it."""

    profile: str
    make: str
    model: str
    direction: Literal["", "in", "out"]
    actions: tuple[ActionView, ...]
    components: int = Field(description="Things behind it with an address of their own.")
    active: tuple[int, ...] = Field(description="The ids of its active alarms.")
    suppressions: tuple[str, ...] = Field(description="The windows in force that name it.")


class PointView(Document):
    """A value of a device, or of a thing behind it; no value where it was not read yet."""

    point: str
    device: str
    component: str
    name: str
    text: Words
    type: Literal["bool", "int", "float", "str"]
    unit: str
    labels: dict[str, Words] = Field(description="What its numbers mean, where they are codes.")
    value: Value | None
    quality: Quality | None
    at: datetime | None
    about: str


class SampleView(Document):
    """What a point read from an instant on; `low` and `high` where several were taken together."""

    at: datetime
    value: Value | None
    low: Value | None
    high: Value | None
    quality: Quality

    @classmethod
    def of(cls, sample: Sample) -> SampleView:
        """A sample as the API shows it."""
        return cls(
            at=sample.at,
            value=sample.value,
            low=sample.low,
            high=sample.high,
            quality=sample.quality,
        )


class TrendView(Document):
    """The course of a point; before `known_since` nothing is kept any more."""

    point: str
    unit: str
    since: datetime
    until: datetime
    known_since: datetime | None
    samples: tuple[SampleView, ...]


def online(state: State, device: str) -> bool | None:
    """Whether a device answers; none where that is not known yet."""
    reading = state.readings.get(f"{device}/online")
    return reading.value is True if reading is not None else None


def line_of(device: Device, state: State, alarms: int) -> DeviceLine:
    """A device as it is listed."""
    return DeviceLine(
        id=device.id,
        name=Words.of(device.name),
        kind=device.kind,
        link=device.link,
        location=LocationView.of(device.location),
        online=online(state, device.id),
        alarms=alarms,
    )


def point_of(device: Device, name: str, reading: Reading | None) -> PointView:
    """A point as the API shows it; `name` may begin with a component's address."""
    component, _, bare = name.rpartition(".")
    point = _point(device, bare, reading)
    return PointView(
        point=f"{device.id}/{name}",
        device=device.id,
        component=component,
        name=bare,
        text=Words.of(point.text),
        type=point.type,
        unit=point.unit,
        labels={str(code): Words.of(text) for code, text in point.labels.items()},
        value=reading.value if reading else None,
        quality=reading.quality if reading else None,
        at=reading.at if reading else None,
        about=reading.about if reading else "",
    )


_ONLINE: Final = Point(name="online", type="bool", text=Text("在线", "online"))


def _point(device: Device, name: str, reading: Reading | None) -> Point:
    """What a name stands for: a point of the profile, `online`, or what nobody has described."""
    known = device.points.get(name)
    if known is not None:
        return known
    if name == "online":
        return _ONLINE
    value = reading.value if reading else None
    text = Text(name, name)
    if isinstance(value, bool):
        return Point(name=name, type="bool", text=text)
    return Point(name=name, type="str" if isinstance(value, str) else "float", text=text)
