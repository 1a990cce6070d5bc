"""A condition of a rule as the site file writes it: a tree of terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, model_validator

from edge import model
from edge.choices import choose
from edge.duration import Duration
from edge.faults import fault
from edge.rules.limit import Limit, Quantity
from edge.rules.subjects import COMPARED, SUBJECTS, check_beside, check_category
from edge.schema import EVENTS, Id, Name, Scalar, Strict

DEEPEST: Final = 6
"""Conditions within conditions; deeper than this nobody reads it any more."""

MOST_TERMS: Final = 64
"""Conditions in one rule, all levels together; bounds what a reading may cost."""

LONGEST_EXPRESSION: Final = 500
"""Characters of an expression."""

MOST_NAMES: Final = 16
"""Points that one expression may name."""

SHORTEST_WINDOW: Final = timedelta(seconds=1)
LONGEST_WINDOW: Final = timedelta(days=31)

EVENT_LASTS: Final = timedelta(minutes=1)
"""How long an event counts when its condition does not say `lasts`."""

HEARD: Final = (*EVENTS, "alarm.raised")
"""The kinds of events that a condition may name."""

PointRef: TypeAlias = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,62}/([A-Za-z0-9_-]{1,64}\.)?[a-z][a-z0-9_]{0,62}$"
    ),
]
"""A point of a device: `sump-1/level`, `fire-1/1-1-10-2.fire`, `gate-1/online`."""

AlarmRef: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}(/[A-Za-z0-9_-]{1,64}){1,2}$"),
]
"""The key of an alarm: `lift-1/entrapment`, `fire-1/1-1-10-2/fire`."""

Statistic: TypeAlias = Literal["min", "max", "mean", "rate", "change"]


def _heard(kind: str) -> str:
    if kind and kind not in HEARD:
        raise fault(
            model.Text(f"没有事件 {kind[:40]}", f"there is no event {kind[:40]}"),
            choose(kind, HEARD),
        )
    return kind


def _window(length: timedelta) -> timedelta:
    if not SHORTEST_WINDOW <= length <= LONGEST_WINDOW:
        raise fault(
            model.Text("时间窗口太短或太长", "this window is too short or too long"),
            model.Text("写 1s 到 31d", "write 1s to 31d"),
        )
    return length


def _some_time(length: timedelta) -> timedelta:
    if not length:
        raise fault(
            model.Text("时长是零", "this is no time at all"),
            model.Text("写得长一些，例如 1min", "make it longer, such as 1min"),
        )
    return length


def _range(limits: tuple[Quantity, Quantity]) -> tuple[Quantity, Quantity]:
    if limits[0].number >= limits[1].number:
        raise fault(
            model.Text("下限不小于上限", "the lower limit is not below the upper one"),
            model.Text("写成 [下限, 上限]", "write [low, high]"),
        )
    return limits


EventKind: TypeAlias = Annotated[str, AfterValidator(_heard), WithJsonSchema({"enum": list(HEARD)})]
Window: TypeAlias = Annotated[Duration, AfterValidator(_window)]
SomeTime: TypeAlias = Annotated[Duration, AfterValidator(_some_time)]
"""A duration of which zero would make no sense."""


class EventSection(Strict):
    """Which events are meant: those of a kind, of one device or of all.

    `category` narrows `alarm.raised`; an alarm of a test or of work does not count.
    """

    event: EventKind
    device: Id | Literal[""] = ""
    category: Annotated[str, StringConstraints(pattern=r"^[a-z_*?.]*$")] = Field(
        "", description="Which alarms, such as lift.*; only for alarm.raised."
    )

    @model_validator(mode="after")
    def _category_of_alarms(self) -> Self:
        check_category(self.event, self.category)
        return self


_WRITTEN: Final = {
    "every": "all",
    "some": "any",
    "never": "not",
    "lowest": "min",
    "highest": "max",
    "hold": "for",
}
"""Fields whose name in the file is a word of Python's."""


class When(Strict):
    """One condition, or several under `all`, `any`, `not`.

    `for` is how long it has to hold before it counts (of `absent`: how long nothing came).
    A statistic looks at the values a point had `over` a time, each as long as it lasted; it
    answers once half of that time is known.
    """

    every: Annotated[tuple[When, ...], Field(min_length=1)] | None = Field(None, alias="all")
    some: Annotated[tuple[When, ...], Field(min_length=1)] | None = Field(None, alias="any")
    never: When | None = Field(None, alias="not")
    point: PointRef | None = None
    lowest: PointRef | None = Field(None, alias="min")
    highest: PointRef | None = Field(None, alias="max")
    mean: PointRef | None = None
    rate: PointRef | None = Field(
        None, description="The rise of a point, `per` minute unless said."
    )
    change: PointRef | None = Field(None, description="The newest value less the oldest one.")
    count: EventSection | None = Field(None, description="How many events came within a time.")
    absent: EventSection | None = Field(None, description="No such event came `for` a time.")
    event: EventKind | None = Field(None, description="An event came, `lasts` ago at most.")
    alarm: AlarmRef | None = Field(None, description="Another alarm is active.")
    during: Name | None = Field(None, description="A schedule of this site applies now.")
    expression: (
        Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_EXPRESSION)] | None
    ) = Field(None, description="A formula over the points that `where` names.")

    equals: Scalar | None = None
    not_equals: Scalar | None = None
    any_of: Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=64)] | None = None
    above: Limit | None = None
    below: Limit | None = None
    outside: Annotated[tuple[Limit, Limit], AfterValidator(_range)] | None = Field(
        None, description="Below the first or above the second number."
    )
    stale: SomeTime | None = Field(None, description="Nothing good was heard for this long.")

    hold: Duration = Field(timedelta(0), alias="for")
    over: Window | None = None
    within: Window | None = None
    per: Literal["second", "minute", "hour"] = "minute"
    deadband: Annotated[float, Field(ge=0)] = Field(
        0.0, description="How far a number has to come back before this is over."
    )
    device: Id | Literal[""] = Field("", description="Whose event; without it anybody's.")
    category: Annotated[str, StringConstraints(pattern=r"^[a-z_*?.]*$")] = Field(
        "", description="Which alarms, such as lift.*; only for alarm.raised."
    )
    lasts: SomeTime = Field(EVENT_LASTS, description="How long an event counts.")
    where: Annotated[Mapping[Name, PointRef], Field(min_length=1, max_length=MOST_NAMES)] | None = (
        Field(None, description="Which point each name in the expression stands for.")
    )

    @property
    def subject(self) -> str:
        """What this condition is about, as the file calls it: `all`, `point`, `mean`, `count`."""
        return next(name for name in self._written() if name in SUBJECTS)

    @property
    def comparison(self) -> str:
        """How it is compared, as the file calls it; empty where nothing is compared."""
        return next((name for name in self._written() if name in COMPARED), "")

    @property
    def within_it(self) -> tuple[tuple[tuple[str | int, ...], When], ...]:
        """The conditions that it consists of, each with the way there in the file."""
        never: tuple[tuple[tuple[str | int, ...], When], ...] = ()
        if self.never:
            never = ((("not",), self.never),)
        groups = (("all", self.every or ()), ("any", self.some or ()))
        return never + tuple(
            ((name, at), part) for name, group in groups for at, part in enumerate(group)
        )

    def _written(self) -> tuple[str, ...]:
        return tuple(
            _WRITTEN.get(name, name)
            for name in type(self).model_fields
            if name in self.model_fields_set and getattr(self, name) is not None
        )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        written = self._written()
        subjects = [name for name in written if name in SUBJECTS]
        if len(subjects) != 1:
            raise fault(
                model.Text(
                    f"条件要有且只有一个对象，这里是：{'、'.join(subjects) or '无'}",
                    f"a condition is about one thing, here is {' and '.join(subjects) or 'none'}",
                ),
                model.Text(
                    f"写 {'、'.join(SUBJECTS)} 其中一个；几个条件放进 all 或 any",
                    f"write one of {', '.join(SUBJECTS)}; put several under all or any",
                ),
            )
        check_beside(subjects[0], written)
        if self.absent:
            _some_time(self.hold)
        if self.event:
            check_category(self.event, self.category)
        return self


def walk(when: When) -> Iterator[tuple[tuple[str | int, ...], When]]:
    """Every condition in a tree, outer ones first, each with the way there from the root."""
    yield (), when
    for steps, part in when.within_it:
        for further, each in walk(part):
            yield (*steps, *further), each
