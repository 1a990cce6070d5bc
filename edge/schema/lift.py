"""How a profile says which of its points tell how a lift's car stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from edge import model
from edge.faults import fault
from edge.schema.alarm import Condition
from edge.schema.pieces import Strict

Claims: TypeAlias = Annotated[tuple[Condition, ...], Field(max_length=8)]
"""Conditions on points; the fact is claimed when one of them holds."""

FACTS: Final = (
    "stopped",
    "moving",
    "outside_door_zone",
    "in_door_zone",
    "door_open",
    "door_closed",
    "passenger",
    "empty",
    "door_not_opening",
    "attended",
)
"""The facts by name; the first eight are opposites in pairs."""


class LiftSpec(Strict):
    """What of this device's points tells how the car stands.

    Four pairs are opposites: where only one of a pair is written, the other follows from it;
    where both are, neither may hold (unknown), and both at once cannot be. What is not
    written is not known. The profile's alarm `entrapment`, where it has one, is the device's own
    word for trapped passengers: it makes one alarm with what follows from these facts.
    """

    stopped: Claims = Field((), description="The car stands still.")
    moving: Claims = Field((), description="The car moves.")
    outside_door_zone: Claims = Field((), description="The doors could not be opened here.")
    in_door_zone: Claims = Field((), description="The car is at a landing.")
    door_open: Claims = Field((), description="The door is not closed.")
    door_closed: Claims = Field((), description="The door is closed.")
    passenger: Claims = Field((), description="Somebody is in the car.")
    empty: Claims = Field((), description="Nobody is in the car.")
    door_not_opening: Claims = Field((), description="The door should open and does not.")
    attended: Claims = Field((), description="Inspection, or firefighters: who is inside means it.")
    floor: Literal["named", "counted"] = Field(
        "named",
        description="What the point `floor` says: the floor as people call it, or the number that"
        " it has when the lowest one is 1.",
    )

    def facts(self) -> Iterator[tuple[str, tuple[Condition, ...]]]:
        """Each fact that is written, with its conditions."""
        for name in FACTS:
            if claims := getattr(self, name):
                yield name, claims

    @model_validator(mode="after")
    def _of_plain_points(self) -> Self:
        if not self.stopped and not self.moving:
            raise fault(
                model.Text("不知轿厢是否停着", "nothing tells whether the car stands still"),
                model.Text("写 stopped 或 moving", "write stopped or moving"),
            )
        for name, claims in self.facts():
            if any(each.event or each.stale is not None or "." in each.point for each in claims):
                raise fault(
                    model.Text(f"{name} 要看点的值", f"{name} is about the value of a point"),
                    model.Text(
                        "写 point 与一个比较，不写 event、stale",
                        "write a point of the device and a comparison, no event, no stale",
                    ),
                )
        return self
