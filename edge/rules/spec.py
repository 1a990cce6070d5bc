"""A rule as the site file writes it: its condition, its delays, what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from string import Formatter
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from edge import model
from edge.duration import Duration
from edge.faults import fault
from edge.model import Lane
from edge.rules.condition import (
    DEEPEST,
    MOST_TERMS,
    EventSection,
    PointRef,
    SomeTime,
    When,
    walk,
)
from edge.schema import Id, Name, Realarm, Scalar, Strict

__all__ = [
    "DAYS",
    "DEEPEST",
    "MOST_COMMANDS",
    "MOST_DAYS_OFF",
    "MOST_TERMS",
    "Calendar",
    "CommandSection",
    "EventSection",
    "EvidenceSection",
    "PointRef",
    "RaiseSection",
    "RuleSection",
    "ScheduleSection",
    "TextSection",
    "When",
    "fields_of",
    "walk",
]

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MOST_COMMANDS: Final = 16
"""Commands of one rule."""

MOST_DAYS_OFF: Final = 1000
"""Days in one list of the calendar."""

DEVICE_FIELD: Final = "device"
"""The one field of a text that is not a point: the name of the alarm's device, or of the site."""

_TIME: Final = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"


def _day(written: Any) -> Any:
    try:
        return date.fromisoformat(written) if isinstance(written, str) else written
    except ValueError:
        raise fault(
            model.Text("日期写法不对", "this is not a date"),
            model.Text("写成 2026-10-01", "write it as 2026-10-01"),
        ) from None


def fields_of(text: str) -> tuple[str, ...]:
    """What a text holds in braces: `device`, or a point such as `sump-1/level`."""
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _sound_fields(text: str) -> str:
    try:
        parts = [(name, spec or turn) for _, name, spec, turn in Formatter().parse(text)]
    except ValueError:
        raise fault(
            model.Text("花括号不成对", "a brace has no partner"),
            model.Text(
                "成对写 { }；要写括号本身就写两个", "pair them; write two for a plain brace"
            ),
        ) from None
    for name, more in parts:
        if name is not None and (more or (name != DEVICE_FIELD and "/" not in name)):
            raise fault(
                model.Text(f"没有字段 {{{name[:40]}}}", f"there is no field {{{name[:40]}}}"),
                model.Text(
                    "写 {device}，或点的全名，例如 {sump-1/level}",
                    "write {device}, or a point by its full name, such as {sump-1/level}",
                ),
            )
    return text


Filled: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=500), AfterValidator(_sound_fields)
]
Day: TypeAlias = Annotated[
    date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})
]
Calendar: TypeAlias = Mapping[Name, Annotated[tuple[Day, ...], Field(max_length=MOST_DAYS_OFF)]]
"""Lists of days by name, such as holidays."""


class ScheduleSection(Strict):
    """A time of the day, in the site's local time; it may cross midnight.

    What crosses midnight belongs to the day on which it begins. `nth` leaves of a weekday the
    first of the month, the second, …; `except` takes the days of a list of the calendar out,
    `also` and `dates` add some that `days` leaves out. With `dates` alone there are no others.
    """

    begins: Annotated[str, StringConstraints(pattern=_TIME)] = Field(alias="from")
    ends: Annotated[str, StringConstraints(pattern=_TIME)] = Field(alias="to")
    days: Annotated[
        tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...], Field(min_length=1)
    ] = DAYS
    nth: tuple[Annotated[int, Field(ge=1, le=5)] | Literal["last"], ...] = Field(
        (), description="Which of these weekdays in the month, such as [1] or [1, last]."
    )
    dates: Annotated[tuple[Day, ...], Field(max_length=MOST_DAYS_OFF)] = Field(
        (), description="Single days."
    )
    but: Name | Literal[""] = Field("", alias="except", description="A list of the calendar.")
    also: Name | Literal[""] = Field("", description="A list of the calendar.")

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.nth and "days" not in self.model_fields_set:
            raise fault(
                model.Text("nth 要与 days 一起写", "nth says nothing without days"),
                model.Text("写上是星期几", "write which weekday, such as days: [wed]"),
            )
        if self.begins in {self.ends, "24:00"}:
            raise fault(
                model.Text("from 与 to 之间没有时间", "there is no time between from and to"),
                model.Text("整天写 00:00 到 24:00", "write 00:00 and 24:00 for the whole day"),
            )
        return self


class TextSection(Strict):
    """The same words in both languages; {device} and {sump-1/level} are filled in."""

    zh: Filled
    en: Filled

    def plain(self) -> model.Text:
        """The text as the rest of the house knows it, its fields still in braces."""
        return model.Text(self.zh, self.en)


class RaiseSection(Strict):
    """The alarm that a rule raises while it is true; its key is `<device or site>/<rule>`."""

    category: Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)*$")] = Field(
        description="What policies are about, such as water.flood."
    )
    severity: Annotated[int, Field(ge=1, le=1000)]
    lane: Lane
    text: TextSection = Field(description="What a person reads first.")
    device: Id | Literal[""] = Field(
        "",
        description="Whose alarm it is: where it stands, and what it is called after. Without it"
        " the one device or building that the condition names, or the site when those are several.",
    )
    group: str = Field("", description="Alarms of one group have one cause.")
    latch: bool = Field(
        False,  # noqa: FBT003 - a field's default
        description="Stays until somebody resets it.",
    )
    realarm: Realarm | None = Field(
        None, description="How long it may stay active before it calls anew."
    )


class CommandSection(Strict):
    """What a device is told when the rule becomes true, once each time."""

    device: Id
    action: Name
    args: Mapping[Name, Scalar] = Field(default_factory=dict)
    within: SomeTime = Field(
        timedelta(seconds=30), description="After this it is too late and is not done."
    )


class EvidenceSection(Strict):
    """Pictures to keep of the place when the rule becomes true."""

    near: Id = Field(description="The cameras of this device's building, or of its unit.")


class RuleSection(Strict):
    """A rule of this site: when it is true, and what follows from it.

    `for` is how long the whole condition holds before the rule is true, `clear_for` how long
    it does not before the rule is false. A point without a good value makes its condition
    `missing`: `keep` leaves the rule as it is where that decides, `true` and `false` put the word
    in the place of the value.
    """

    id: Name
    when: When
    on_delay: Duration = Field(timedelta(0), alias="for")
    off_delay: Duration = Field(timedelta(0), alias="clear_for")
    missing: Literal["keep"] | bool = Field(
        "keep", description="What a condition on a point without a good value counts as."
    )
    alarm: RaiseSection | None = Field(None, alias="raise")
    commands: Annotated[tuple[CommandSection, ...], Field(max_length=MOST_COMMANDS)] = Field(
        (), alias="command"
    )
    evidence: EvidenceSection | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        terms = tuple(walk(self.when))
        deep = 1 + max(sum(isinstance(step, str) for step in steps) for steps, _ in terms)
        if len(terms) > MOST_TERMS or deep > DEEPEST:
            raise fault(
                model.Text(
                    f"条件太多或太深：{len(terms)} 个，{deep} 层",
                    f"too many conditions, or too deep: {len(terms)} on {deep} levels",
                ),
                model.Text(
                    f"最多 {MOST_TERMS} 个、{DEEPEST} 层；分成几条规则",
                    f"at most {MOST_TERMS} on {DEEPEST} levels; make several rules",
                ),
            )
        return self

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.alarm is None and not self.commands and self.evidence is None:
            raise fault(
                model.Text("这条规则什么也不做", "this rule does nothing"),
                model.Text("写 raise、command 或 evidence", "write raise, command or evidence"),
            )
        return self
