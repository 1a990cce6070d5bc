"""Which of the readings that are kept a platform gets, by what each point's `report` says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from edge.model import Block, Group, Quality, Reading, Readings, Reporting, Value, one_by_one
from edge.site import Site

_NUMBERS: Final = (int, float)

Reported: TypeAlias = Callable[[str], Reporting | None]
"""How a point is reported, by its name; none for all that is kept."""


@dataclass(slots=True)
class _Told:
    """What was told last of a point; `due` is when whatever is held back is told."""

    value: Value | None
    quality: Quality
    at: datetime
    due: datetime
    held: Reading | None = None


class Sieve:
    """Holds back what a platform need not have; begun anew it tells each point once more.

    A change of quality is told at once, and so is a reading that is older than the last: it was
    late, or the clock was set. What is held back is told with its own instant.
    """

    def __init__(self, reported: Reported) -> None:
        self._reported = reported
        self._told: dict[str, _Told] = {}
        self._holding: dict[str, _Told] = {}
        self._unsieved: dict[Group, bool] = {}  # groups of which all that is kept passes

    def passing(self, told: Sequence[Readings], now: datetime) -> list[Readings]:
        """Return what is to be told, in this order, and what was held back for long enough."""
        passing: list[Readings] = []
        newest: datetime | None = None
        for reading in self._singly(told, passing):
            reporting = self._reported(reading.point)
            if reporting is None:
                passing.append(reading)
                continue
            if newest is None or newest < reading.at <= now:
                newest = reading.at
            if self._tells(reading, reporting):
                passing.append(reading)
        if newest is not None and self._holding:
            passing += self._overdue(min(newest, now))
        return passing

    def _singly(self, told: Sequence[Readings], passing: list[Readings]) -> Iterator[Reading]:
        """Let blocks pass of which nothing is held back; give the rest one by one, in order."""
        for each in told:
            if isinstance(each, Block) and self._passes(each.group):
                passing.append(each)
            else:
                yield from one_by_one((each,))

    def _passes(self, group: Group) -> bool:
        passes = self._unsieved.get(group)
        if passes is None:
            passes = not any(self._reported(point) for point in group.points)
            self._unsieved[group] = passes
        return passes

    def _tells(self, reading: Reading, reporting: Reporting) -> bool:
        told = self._told.get(reading.point)
        if told is not None:
            changed = told.value != reading.value
            if (
                told.quality is reading.quality
                and told.at <= reading.at < told.due
                and not (reporting.on_change and changed and _apart(told, reading, reporting))
            ):
                told.held = reading if changed else None
                if changed:
                    self._holding[reading.point] = told
                return False
            self._holding.pop(reading.point, None)
        self._told[reading.point] = _Told(
            reading.value, reading.quality, reading.at, reading.at + reporting.every
        )
        return True

    def _overdue(self, until: datetime) -> list[Reading]:
        """What was held back and has to be told now."""
        overdue: list[Reading] = []
        for point, told in [*self._holding.items()]:
            if told.held is not None and until < told.due:
                continue
            del self._holding[point]
            reporting = self._reported(point)
            if told.held is not None and reporting is not None:
                overdue.append(told.held)
                told.value, told.at = told.held.value, told.held.at
                told.due = until + reporting.every
                told.held = None
        return overdue


def _apart(told: _Told, reading: Reading, reporting: Reporting) -> bool:
    """Whether two values that differ differ by enough."""
    one, other = told.value, reading.value
    if not (isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS)):
        return True
    return not abs(other - one) < reporting.deadband  # so that what is no number is told


def reported_of(site: Site) -> Reported:
    """How the points of a site are reported; a component's point as its device says."""
    known: dict[str, Reporting | None] = {}
    devices = {
        device.id: {name: p.report for name, p in device.points.items() if p.report}
        for device in site.devices.values()
    }

    def reported(point: str) -> Reporting | None:
        try:
            return known[point]
        except KeyError:
            device, _, name = point.partition("/")
            own = devices.get(device)
            found = own.get(name.rpartition(".")[2]) if own else None
            if own is not None:
                known[point] = found
            return found

    return reported
