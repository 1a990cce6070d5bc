"""What was kept last of points that are read together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from edge.history.deadbands import Deadbands, near
from edge.model import Group, Value

NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Course:
    """Of one group the values that were kept, and when all of them were.

    From `since` until before `until` only what changes is kept. It is `apart` when one of its
    points has spoken by itself since.
    """

    __slots__ = ("apart", "bands", "since", "until", "values")

    def __init__(self) -> None:
        self.values: tuple[Value | None, ...] = ()
        self.since = self.until = NEVER
        self.apart = False
        self.bands: Sequence[float] = ()

    def changed(self, values: tuple[Value | None, ...]) -> list[int]:
        """Return where these values say something new; they count as kept there."""
        pairs = enumerate(zip(values, self.values, strict=True))
        if not self.bands:
            places = [n for n, (value, was) in pairs if value != was]
            self.values = values
            return places
        bands = self.bands
        places = [n for n, (value, was) in pairs if value != was and not near(value, was, bands[n])]
        kept = list(self.values)
        for n in places:
            kept[n] = values[n]
        self.values = tuple(kept)
        return places

    def whole(self, values: tuple[Value | None, ...], at: datetime, lasting: timedelta) -> None:
        """All of these are kept, and count for so long."""
        self.values, self.since, self.until, self.apart = values, at, at + lasting, False


class Together:
    """The groups that have spoken."""

    def __init__(self) -> None:
        self._courses: dict[Group, Course] = {}
        self._of_device: defaultdict[str, list[Group]] = defaultdict(list)
        self.get = self._courses.get
        self.points = 0

    def begin(self, group: Group, bands: Deadbands) -> Course:
        """Follow a group; nothing of it has been kept."""
        course = self._courses[group] = Course()
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
