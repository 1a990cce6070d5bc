"""What is in the file but not sorted yet, once more in memory, so that a look finds it at once."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from edge.history.rows import Plain, Row


class _Course:
    """The rows of one point as columns, some 40 bytes a row."""

    __slots__ = ("ats", "marks", "values")

    def __init__(self) -> None:
        self.ats = array("q")
        self.values: list[Plain] = []
        self.marks = bytearray()


class Pile:
    """Rows by the name of their point, in the order in which they came.

    One thread adds, others look meanwhile: they see each row whole, or not yet.
    """

    def __init__(self) -> None:
        self._courses: dict[str, _Course] = {}
        self.count = 0

    def add(self, names: Sequence[str], rows: Sequence[Row]) -> None:
        """Take a row of each of these points; a point may be named twice."""
        courses = self._courses
        for name, row in zip(names, rows, strict=True):
            course = courses.get(name)
            if course is None:
                course = courses[name] = _Course()
            course.ats.append(row.at)
            course.values.append(row.value)
            course.marks.append(row.mark)
        self.count += len(rows)

    def __contains__(self, name: object) -> bool:
        return name in self._courses

    def names(self) -> list[str]:
        """The points that have a row here."""
        return list(self._courses)

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a point."""
        course = self._courses.get(name)
        if course is None:
            return []
        whole = len(course.marks)  # what is added last of a row
        columns = (course.ats[:whole], course.values[:whole], course.marks)
        return [Row(*row) for row in zip(*columns, strict=False)]
