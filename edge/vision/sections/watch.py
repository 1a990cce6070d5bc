"""What a camera watches for in a zone, as the site file says it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, StringConstraints

from edge.schema import Duration, Strict

VEHICLES: Final = ("bicycle", "motorcycle", "car", "bus", "truck")
"""Canonical labels of what must not stand in a fire lane; model cards map theirs to these."""

Label: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_ ]{0,62}$")]
"""A canonical class: `person`, `car`, `electric_bicycle`."""
Hours: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
]
"""A part of each day in the site's time zone: `22:00-06:00`."""
Positive: TypeAlias = Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=1))]
Part: TypeAlias = Annotated[float, Field(gt=0, le=1)]


class _Watch(Strict):
    hours: Hours | None = Field(None, description="Only then; without it always.")


class _Objects(_Watch):
    classes: tuple[Label, ...] = Field(("person",), min_length=1)
    confidence: Part | None = Field(
        None, description="Detections below it do not count; without it the model card's."
    )


class Intrusion(_Objects):
    """Somebody is in the zone."""

    what: Literal["intrusion"]
    after: Positive = timedelta(seconds=1)


class Loitering(_Objects):
    """Somebody stays in the zone."""

    what: Literal["loitering"]
    after: Positive = timedelta(seconds=30)


class LineCrossing(_Objects):
    """Somebody crosses the zone's line; seen from its first point, right is to the right."""

    what: Literal["line_crossing"]
    direction: Literal["left_to_right", "right_to_left", "both"] = "both"


class Crowding(_Objects):
    """So many are in the zone for so long."""

    what: Literal["crowding"]
    count: Annotated[int, Field(ge=2, le=200)]
    after: Positive = timedelta(seconds=10)


class LaneOccupied(_Objects):
    """A vehicle stands in the zone (消防通道占用); one that drives through does not count."""

    what: Literal["lane_occupied"]
    classes: tuple[Label, ...] = VEHICLES
    after: Positive = timedelta(seconds=60)


class Absence(_Objects):
    """Nobody is in the zone: a guard has left his post."""

    what: Literal["absence"]
    after: Positive = timedelta(minutes=5)


class ClassSeen(_Objects):
    """A class that one's own model knows is seen in the zone: `electric_bicycle`, `smoke`."""

    what: Literal["class_seen"]
    classes: tuple[Label, ...]
    after: Positive = timedelta(seconds=1)


class LeftObject(_Watch):
    """Something was put down in the zone and left there; needs no model."""

    what: Literal["left_object"]
    after: Positive = timedelta(seconds=60)
    smallest: Part = Field(0.002, description="In parts of the picture.")


class CabinObject(_Watch):
    """Something large besides people is in a lift's cabin; needs an empty cabin to learn from."""

    what: Literal["cabin_object"]
    after: Positive = timedelta(seconds=3)
    smallest: Part = Field(0.06, description="In parts of the zone.")


class FlameSuspected(_Watch):
    """Something flickers like a flame: a suspicion that calls for a look, never a fire alarm."""

    what: Literal["flame_suspected"]
    after: Positive = timedelta(seconds=3)


class ThrownObject(_Watch):
    """Something falls along a facade (高空抛物); needs 25 pictures a second."""

    what: Literal["thrown_object"]


class BinFull(_Watch):
    """A bin is full (垃圾满溢), as taught by examples: `whistle vision teach`."""

    what: Literal["bin_full"]
    taught_file: str = Field(description="What `whistle vision teach` has written.")
    after: Positive = timedelta(minutes=1)


WatchSection: TypeAlias = Annotated[
    Intrusion
    | Loitering
    | LineCrossing
    | Crowding
    | LaneOccupied
    | Absence
    | ClassSeen
    | LeftObject
    | CabinObject
    | FlameSuspected
    | ThrownObject
    | BinFull,
    Field(discriminator="what"),
]

NEEDS_DETECTOR: Final = (
    Intrusion,
    Loitering,
    LineCrossing,
    Crowding,
    LaneOccupied,
    Absence,
    ClassSeen,
)
"""What says nothing without a model that finds objects."""
