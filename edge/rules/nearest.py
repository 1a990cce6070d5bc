"""Which cameras stand nearest to a place, by the tree of the site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from edge.model import Device, Location

CAPTURE: Final = "capture"
"""The action of a camera that keeps what it sees."""


def nearest(cameras: Iterable[Device], place: Location, most: int) -> tuple[str, ...]:
    """The ids of those in the same room, else on the same floor, in the unit, in the building.

    Of several that stand equally near those whose id comes first. What stands in no building is
    seen by those that stand in none: a camera at the gate shows nothing of what happens upstairs.
    """
    ranked = sorted(
        (distance, camera.id)
        for camera in cameras
        if (distance := _distance(camera.location, place)) is not None
    )
    return tuple(camera for _, camera in ranked[:most])


def _distance(camera: Location, place: Location) -> int | None:
    """From 0 in the same room to 4 in the same building; none for another building."""
    if camera.building != place.building:
        return None
    here, there = (_rooms(camera), _rooms(place))
    if place.room and here == there:
        return 0
    if _clash(camera.unit, place.unit):
        return 5 if place.building else None
    same_floor = bool(place.floor) and camera.floor == place.floor
    if same_floor:
        return 1 if camera.unit == place.unit else 2
    return 3 if camera.unit == place.unit else 4


def _rooms(place: Location) -> tuple[str, str, str]:
    return place.unit, place.floor, place.room


def _clash(one: str, other: str) -> bool:
    """Whether both are known and differ: nobody sees into the stairs of another unit."""
    return bool(one and other and one != other)
