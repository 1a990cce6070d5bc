"""What was read together: the readings of one poll as one object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, Final, Literal, TypeAlias
from weakref import WeakValueDictionary

import msgspec

from edge.model.nouns import Quality, Reading, Value


class Group:
    """Points read together, each once, in this order; `Group.of` gives the same for the same.

    Whoever wants to know something of them looks it up once, and finds it by the group.
    """

    __slots__ = ("__weakref__", "devices", "points")

    def __init__(self, points: tuple[str, ...]) -> None:
        self.points = points
        self.devices = frozenset(point.partition("/")[0] for point in points)

    @classmethod
    def of(cls, points: tuple[str, ...]) -> Group:
        """Return the group of these points."""
        known = _GROUPS.get(points)
        if known is None:
            known = _GROUPS[points] = cls(points)
        return known


_GROUPS: Final[WeakValueDictionary[tuple[str, ...], Group]] = WeakValueDictionary()


class Block(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the points of a group read at one instant; where there is no value, its quality is bad.

    Where not all of them are meant, `places` says which points of the group the values belong to.
    """

    kind: ClassVar[Literal["block"]] = "block"

    group: Group
    values: tuple[Value | None, ...]
    at: datetime
    places: tuple[int, ...] | None = None

    @property
    def points(self) -> Sequence[str]:
        """The point of each value."""
        points = self.group.points
        return points if self.places is None else [points[place] for place in self.places]

    def reading(self, place: int) -> Reading:
        """What one point of a whole block read."""
        return _reading(self.group.points[place], self.values[place], self.at)

    def readings(self) -> list[Reading]:
        """The same, one by one."""
        at = self.at
        values = zip(self.points, self.values, strict=True)
        return [_reading(point, value, at) for point, value in values]

    def part(self, places: Sequence[int]) -> Block:
        """What some of the points of a whole block read."""
        values = self.values
        return Block(
            group=self.group,
            values=tuple([values[place] for place in places]),
            at=self.at,
            places=tuple(places),
        )


Readings: TypeAlias = Reading | Block
"""One reading, or what was read together."""


def says_the_same(one: Readings, other: Readings) -> bool:
    """Whether two readings of a point, or two blocks of a group, read alike, whenever that was."""
    if isinstance(one, Block) or isinstance(other, Block):
        return isinstance(one, Block) and isinstance(other, Block) and one.values == other.values
    return one.value == other.value and one.quality is other.quality


def count_of(several: Iterable[Readings]) -> int:
    """How many readings these are."""
    return sum([len(each.values) if type(each) is Block else 1 for each in several])


def one_by_one(several: Iterable[Readings]) -> Iterator[Reading]:
    """Give every reading by itself, in order."""
    for each in several:
        if isinstance(each, Block):
            yield from each.readings()
        else:
            yield each


def _reading(point: str, value: Value | None, at: datetime) -> Reading:
    if value is None:
        return Reading(point=point, value=None, at=at, quality=Quality.BAD)
    return Reading(point=point, value=value, at=at)
