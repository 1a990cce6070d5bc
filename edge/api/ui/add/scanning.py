"""Looks for units on a Modbus line, then closely at each that nobody knows, while it is watched."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace

from edge.api.house import House
from edge.api.ui.add.lines import NotOpen, Why, lost, modbus, modbus_profiles, opened
from edge.api.ui.add.looking import Suited, suiting
from edge.api.ui.add.parts import Parts
from edge.api.ui.add.wish import Wish, packed
from edge.discovery import ModbusSurvey, Progress, Stopped, SurveyRefused, UnitFound
from edge.errors import LinkDown


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a scan has come: the next unit, those found, and those that were looked at closely.

    It is the id of the events, so that a browser whose connection was lost goes on from there.
    """

    next: int
    found: tuple[int, ...] = ()
    closely: tuple[int, ...] = ()

    def __str__(self) -> str:
        """As an event's id."""
        return ".".join((str(self.next), _joined(self.found), _joined(self.closely)))

    @classmethod
    def read(cls, text: str, first: int) -> Mark:
        """What a browser says that it has had; from the beginning where that is nothing."""
        step, _, rest = text.partition(".")
        found, _, closely = rest.partition(".")
        if not step.isdecimal():
            return cls(first)
        return cls(max(first, int(step)), _numbers(found), _numbers(closely))


class Scan:
    """One scan, from a mark to a last unit; it ends with the connection of who watches."""

    def __init__(  # noqa: PLR0913 - where, how far, and for whom
        self, house: House, parts: Parts, wish: Wish, *, first: int, last: int, mark: Mark
    ) -> None:
        self._house = house
        self._parts = parts
        self._wish = wish
        self._first = first
        self._last = last
        self._mark = mark

    async def frames(self) -> AsyncGenerator[bytes, None]:
        """Tell what is found as it is found, and how it ended."""
        why: Why | None = None
        try:
            async with opened(self._house, self._wish, self._parts.language) as driver:
                survey = ModbusSurvey(modbus(driver))
                for stage in (self._units(survey), self._closely(survey)):
                    async with aclosing(stage) as frames:
                        async for frame in frames:
                            yield frame
        except NotOpen as refused:
            why = refused.why
        except SurveyRefused as refused:
            why = Why(refused.what)
        except (LinkDown, OSError) as error:
            why = lost(error)
        yield self._frame("end", "scanned", found=self._mark.found, why=why)

    async def _units(self, survey: ModbusSurvey) -> AsyncGenerator[bytes, None]:
        begun = self._mark.next
        if begun > self._last:
            return
        async with aclosing(survey.units(begun, self._last)) as steps:
            async for step in steps:
                match step:
                    case UnitFound():
                        self._note(step)
                        yield self._unit(step.unit, step, None)
                    case Progress():
                        self._mark = replace(self._mark, next=begun + step.done)
                        yield self._progress()
                    case Stopped():
                        raise SurveyRefused(step.why)
                    case _:
                        continue

    async def _closely(self, survey: ModbusSurvey) -> AsyncGenerator[bytes, None]:
        known = await modbus_profiles(self._house)
        for unit in self._mark.found:
            if unit in self._mark.closely:
                continue
            yield self._frame("progress", "closely", unit=unit)
            suited: Sequence[Suited] = ()
            with suppress(SurveyRefused):
                suited = await suiting(survey, unit, known)
            self._mark = replace(self._mark, closely=(*self._mark.closely, unit))
            yield self._unit(unit, None, suited)

    def _note(self, step: UnitFound) -> None:
        if not step.device and step.unit not in self._mark.found:
            self._mark = replace(self._mark, found=(*self._mark.found, step.unit))

    def _progress(self) -> bytes:
        done, total = self._mark.next - self._first, self._last - self._first + 1
        return self._frame("progress", "progress", done=done, total=total, unit=self._mark.next - 1)

    def _unit(self, unit: int, step: UnitFound | None, suited: Sequence[Suited] | None) -> bytes:
        wish = self._wish.but(address=packed({"unit": unit}), profile="")
        paths: Mapping[str, str] = {
            each.profile: wish.but(profile=each.profile).path("read") for each in suited or ()
        }
        return self._frame(
            "unit",
            "unit",
            unit=unit,
            step=step,
            suited=suited,
            paths=paths,
            other=wish.path("read"),
            registers=wish.path("points"),
        )

    def _frame(self, event: str, block: str, **shown: object) -> bytes:
        return self._parts.frame(event, block, str(self._mark), **shown)


def _joined(units: Sequence[int]) -> str:
    return "-".join(str(each) for each in units)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split("-") if each.isdecimal())
