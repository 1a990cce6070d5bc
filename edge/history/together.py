"""What was kept last of points that are read together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import compress
from operator import ne
from typing import Final

from edge.history.deadbands import Deadbands, near
from edge.model import Group, Value

NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Course:
    """Of one group the values that were kept, and when all of them were.

    From `since` until before `until`, for as long as they are `lasting`, only what changes is kept.
    It is `apart` when one of its points has spoken by itself since.
    """

    __slots__ = ("apart", "bands", "lasting", "since", "until", "values")

    def __init__(self, lasting: timedelta) -> None:
        self.lasting = lasting
        self.values: tuple[Value | None, ...] = ()
        self.since = self.until = NEVER
        self.apart = False
        self.bands: Sequence[float] = ()

    def changed(self, values: tuple[Value | None, ...]) -> list[int]:
        """Return where these values say something new; they count as kept there."""
        was, bands = self.values, self.bands
        places = list(compress(range(len(values)), map(ne, values, was)))
        if not bands:
            self.values = values
            return places
        places = [n for n in places if not near(values[n], was[n], bands[n])]
        kept = list(was)
        for n in places:
            kept[n] = values[n]
        self.values = tuple(kept)
        return places

    def whole(self, values: tuple[Value | None, ...], at: datetime) -> None:
        """All of these are kept, and count for as long as they last."""
        self.values, self.since, self.until, self.apart = values, at, at + self.lasting, False


class Together:
    """The groups that have spoken."""

    def __init__(self) -> None:
        self._courses: dict[Group, Course] = {}
        self._of_device: defaultdict[str, list[Group]] = defaultdict(list)
        self.get = self._courses.get
        self.points = 0

    def begin(self, group: Group, bands: Deadbands, lasting: timedelta) -> Course:
        """Follow a group; nothing of it has been kept."""
        course = self._courses[group] = Course(lasting)
        course.bands = _bands_of(group, bands)
        for device in group.devices:
            self._of_device[device].append(group)
        self.points += len(group.points)
        return course

    def serve(self, bands: Deadbands) -> None:
        """Know other deadbands."""
        for group, course in self._courses.items():
            course.bands = _bands_of(group, bands)

    def spoke(self, point: str) -> None:
        """A point has spoken by itself: what its group says next is kept whole."""
        for group in self._of_device.get(point.partition("/")[0], ()):
            if point in group.points:
                course = self._courses[group]
                course.until, course.apart = course.since, True


def _bands_of(group: Group, bands: Deadbands) -> Sequence[float]:
    """The deadband of each point; empty where none has one."""
    own = [bands.band(point) for point in group.points]
    return own if any(own) else ()
