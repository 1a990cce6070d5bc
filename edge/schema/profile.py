"""A profile as a file writes it, without what its driver adds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Final, Self

from pydantic import Field, model_validator

from edge import model
from edge.duration import Duration
from edge.faults import fault
from edge.model import Point
from edge.schema.alarm import AlarmSpec
from edge.schema.lift import LiftSpec
from edge.schema.pieces import ActionSpec, Kind, Name, PointSpec, Strict, Text


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
    lift: LiftSpec | None = None

    @model_validator(mode="after")
    def _door_is_told(self) -> Self:
        if self.door and getattr(self.points.get("door_open"), "type", "") != "bool":
            raise fault(
                model.Text("有 door 却没有门磁点", "there is a door but no contact"),
                model.Text("加上布尔点 door_open", "add the point door_open of type bool"),
            )
        return self

    @property
    def all_actions(self) -> Mapping[str, ActionSpec]:
        """The actions, those included that the driver has without the profile naming them."""
        return self.actions

    @cached_property
    def plain_points(self) -> Mapping[str, Point]:
        """Every point as the rest of the house knows it, one object for all devices alike.

        A component's point stands under the part after the dot.
        """
        specs = {"online": ONLINE, **self.component_points, **self.points}
        return {name: spec.plain(name) for name, spec in specs.items()}

    def point(self, name: str) -> PointSpec | None:
        """The point that a condition names: `door_open`, `online`, `*.fire`, `1-1-10-2.fire`."""
        before, dot, own = name.rpartition(".")
        if dot and before:
            return self.component_points.get(own)
        return ONLINE if name == "online" else self.points.get(name)
