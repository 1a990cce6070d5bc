"""The pieces that the site file and the profiles are both written in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from edge import model
from edge.choices import choose
from edge.duration import Duration
from edge.faults import fault
from edge.model import Lane

__all__ = [
    "COMPARISONS",
    "EVENTS",
    "NUMERIC",
    "ONLINE",
    "ActionSpec",
    "AlarmSpec",
    "Condition",
    "DoorSpec",
    "Duration",
    "Id",
    "Kind",
    "Name",
    "PointSpec",
    "Profile",
    "Scalar",
    "Strict",
    "Text",
    "fault",
]

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""A name that is safe in a topic, a file name and a point: `lift-3`."""

Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""A point's, action's or alarm's name: `door_open`."""

Scalar: TypeAlias = bool | int | float | str

Kind: TypeAlias = Literal[
    "lift",
    "gate",
    "fire_panel",
    "call_button",
    "bin",
    "parking",
    "pressure",
    "smoke",
    "electric",
    "camera",
]


class Strict(BaseModel):
    """A section in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Text(Strict):
    """The same words in both languages."""

    zh: str
    en: str

    def plain(self) -> model.Text:
        """The text as the rest of the house knows it."""
        return model.Text(self.zh, self.en)


class PointSpec(Strict):
    """One value a device exposes; drivers add where it is found."""

    type: Literal["bool", "int", "float", "str"]
    text: Text = Field(description="What a person calls this value.")
    unit: str = ""
    labels: Mapping[int, Text] = Field(
        default_factory=dict, description="What the numbers of an enumeration mean."
    )
    deadband: Annotated[float, Field(ge=0)] = Field(
        0.0, description="A change smaller than this is not told upstream."
    )

    def plain(self, name: str) -> model.Point:
        """The point as the rest of the house knows it."""
        return model.Point(
            name=name,
            type=self.type,
            text=self.text.plain(),
            unit=self.unit,
            labels={number: label.plain() for number, label in self.labels.items()},
            deadband=self.deadband,
        )


class ActionSpec(Strict):
    """One thing a device can be told; drivers add how it is said."""

    text: Text


EVENTS: Final = (
    "access.granted",
    "access.denied",
    "access.duress",
    "access.forced",
    "access.held_open",
    "access.closed",
    "device.online",
    "device.offline",
    "device.degraded",
    "device.reported",
    "device.reset",
)
"""The kinds of events that belong to a device and that an alarm can hang on."""

COMPARISONS: Final = ("equals", "not_equals", "any_of", "above", "below", "outside", "stale")
NUMERIC: Final = ("above", "below", "outside")


def _known_event(kind: str) -> str:
    if kind and kind not in EVENTS:
        raise fault(
            model.Text(f"没有事件 {kind[:40]}", f"there is no event {kind[:40]}"),
            choose(kind, EVENTS),
        )
    return kind


def _rising(limits: tuple[float, float]) -> tuple[float, float]:
    if limits[0] >= limits[1]:
        raise fault(
            model.Text("下限不小于上限", "the lower limit is not below the upper one"),
            model.Text("写成 [下限, 上限]", "write [low, high]"),
        )
    return limits


class Condition(Strict):
    """What has to hold: one point compared in one way, or an event that occurs.

    A point is `door_open`; on devices with components `*.fire` is that point of every
    component and `1-1-10-2.fire` of one. `online` exists on every device.
    """

    point: Annotated[
        str, StringConstraints(pattern=r"^(|((\*|[A-Za-z0-9_-]{1,64})\.)?[a-z][a-z0-9_]{0,62})$")
    ] = ""
    event: Annotated[str, AfterValidator(_known_event), WithJsonSchema({"enum": list(EVENTS)})] = ""
    equals: Scalar | None = None
    not_equals: Scalar | None = None
    any_of: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = None
    above: float | None = None
    below: float | None = None
    outside: Annotated[tuple[float, float], AfterValidator(_rising)] | None = Field(
        None, description="Below the first or above the second number."
    )
    stale: Duration | None = Field(None, description="Nothing good was heard for this long.")

    def comparisons(self) -> tuple[str, ...]:
        """The names of the comparisons that are written; exactly one beside a point."""
        return tuple(name for name in COMPARISONS if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        written = self.comparisons()
        if bool(self.point) is bool(self.event):
            raise fault(
                model.Text("条件要有且只有一个对象", "a condition is about exactly one thing"),
                model.Text("写 point 或 event 其中一个", "write either point or event"),
            )
        if self.event and written:
            raise fault(
                model.Text("事件没有值可比较", "an event has no value to compare"),
                model.Text(f"删去 {'、'.join(written)}", f"take out {', '.join(written)}"),
            )
        if self.point and set(written) == {"above", "below"}:
            raise fault(
                model.Text("above 与 below 不能同时写", "above and below exclude each other"),
                model.Text(
                    "写 outside: [下限, 上限]，或分成两条报警",
                    "write outside: [low, high], or make two alarms",
                ),
            )
        if self.point and len(written) != 1:
            raise fault(
                model.Text(
                    f"条件要有且只有一个比较，这里是：{'、'.join(written) or '无'}",
                    f"a condition has one comparison, here is {' and '.join(written) or 'none'}",
                ),
                model.Text(
                    f"写 {'、'.join(COMPARISONS)} 其中一个",
                    f"write one of {', '.join(COMPARISONS)}",
                ),
            )
        return self


class AlarmSpec(Strict):
    """A condition that needs a person.

    `for` is the on-delay, `clear_for` the off-delay, `deadband` the way back that a
    number has to go before the alarm clears.
    """

    when: Condition
    on_delay: Duration = Field(
        timedelta(0), alias="for", description="How long the condition holds before it is told."
    )
    off_delay: Duration = Field(
        timedelta(0), alias="clear_for", description="How long it is over before that is told."
    )
    deadband: Annotated[float, Field(ge=0)] = Field(
        0.0, description="How far the value has to come back before the alarm clears."
    )
    category: Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)*$")] = Field(
        description="What policies are about, such as lift.entrapment."
    )
    severity: Annotated[int, Field(ge=1, le=1000)]
    lane: Lane
    text: Text = Field(description="What a person reads first.")


class DoorSpec(Strict):
    """When an open door is wrong.

    Forced: no grant (`may_open`) came in `grant_window` before it opened or `settle` after.
    Held open: it has been open for `held_open_after`, grant or not.
    """

    grant_window: Duration = timedelta(seconds=10)
    settle: Duration = timedelta(seconds=3)
    held_open_after: Duration = timedelta(seconds=30)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        zero = timedelta(0)
        if self.grant_window <= zero or not zero < self.settle < self.held_open_after:
            raise fault(
                model.Text("门的时限须大于零且依次成立", "door times are positive and in order"),
                model.Text("settle 短于 held_open_after", "keep settle below held_open_after"),
            )
        return self


ONLINE: Final = PointSpec(type="bool", text=Text(zh="在线", en="Online"))
"""The point that every device has without naming it."""


class Profile(Strict):
    """What a make, model and firmware exposes; each driver's own profile extends this.

    A driver narrows `points`, `component_points` and `actions` to its own subclasses.
    """

    driver: str
    kind: Kind
    make: str
    model: str
    firmware: str = ""
    source: str = Field(description="Where this comes from: standard, manual, or assumption.")
    text: Text
    points: Mapping[Name, PointSpec]
    component_points: Mapping[Name, PointSpec] = Field(
        default_factory=dict,
        description="Points that each thing behind the device has; alarms name them *.fire.",
    )
    actions: Mapping[Name, ActionSpec] = Field(default_factory=dict)
    alarms: Mapping[Name, AlarmSpec] = Field(default_factory=dict)
    door: DoorSpec | None = None

    @model_validator(mode="after")
    def _door_is_told(self) -> Self:
        if self.door and getattr(self.points.get("door_open"), "type", "") != "bool":
            raise fault(
                model.Text("有 door 却没有门磁点", "there is a door but no contact"),
                model.Text("加上布尔点 door_open", "add the point door_open of type bool"),
            )
        return self

    def point(self, name: str) -> PointSpec | None:
        """The point that a condition names: `door_open`, `online`, `*.fire`, `1-1-10-2.fire`."""
        before, dot, own = name.rpartition(".")
        if dot and before:
            return self.component_points.get(own)
        return ONLINE if name == "online" else self.points.get(name)
