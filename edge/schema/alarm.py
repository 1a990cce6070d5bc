"""An alarm as a file writes it: its condition, its delays, its words."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Self, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, model_validator

from edge import model
from edge.choices import choose
from edge.duration import Duration
from edge.faults import fault
from edge.model import Lane
from edge.schema.pieces import Scalar, Strict, Text

EVENTS: Final = (
    "access.granted",
    "access.denied",
    "access.duress",
    "access.forced",
    "access.held_open",
    "access.closed",
    "device.online",
    "device.offline",
    "device.degraded",
    "device.reported",
    "device.reset",
)
"""The kinds of events that belong to a device and that an alarm can hang on."""

SHORTEST_REALARM: Final = timedelta(minutes=1)
"""Each call anew is an event, kept and told; nobody comes sooner than this."""

COMPARISONS: Final = ("equals", "not_equals", "any_of", "above", "below", "outside", "stale")
NUMERIC: Final = ("above", "below", "outside")


def _known_event(kind: str) -> str:
    if kind and kind not in EVENTS:
        raise fault(
            model.Text(f"没有事件 {kind[:40]}", f"there is no event {kind[:40]}"),
            choose(kind, EVENTS),
        )
    return kind


def _not_always(length: timedelta) -> timedelta:
    if length < SHORTEST_REALARM:
        raise fault(
            model.Text("报警重复得太快", "this calls again too soon"),
            model.Text("写 1min 或更长", "write 1min or more"),
        )
    return length


Realarm: TypeAlias = Annotated[Duration, AfterValidator(_not_always)]
"""How long an alarm may stay active before it calls anew."""


def _rising(limits: tuple[float, float]) -> tuple[float, float]:
    if limits[0] >= limits[1]:
        raise fault(
            model.Text("下限不小于上限", "the lower limit is not below the upper one"),
            model.Text("写成 [下限, 上限]", "write [low, high]"),
        )
    return limits


class Condition(Strict):
    """What has to hold: one point compared in one way, or an event that occurs.

    A point is `door_open`; on devices with components `*.fire` is that point of every
    component and `1-1-10-2.fire` of one. `online` exists on every device.
    """

    point: Annotated[
        str, StringConstraints(pattern=r"^(|((\*|[A-Za-z0-9_-]{1,64})\.)?[a-z][a-z0-9_]{0,62})$")
    ] = ""
    event: Annotated[str, AfterValidator(_known_event), WithJsonSchema({"enum": list(EVENTS)})] = ""
    equals: Scalar | None = None
    not_equals: Scalar | None = None
    any_of: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = None
    above: float | None = None
    below: float | None = None
    outside: Annotated[tuple[float, float], AfterValidator(_rising)] | None = Field(
        None, description="Below the first or above the second number."
    )
    stale: Duration | None = Field(None, description="Nothing good was heard for this long.")

    def comparisons(self) -> tuple[str, ...]:
        """The names of the comparisons that are written; exactly one beside a point."""
        return tuple(name for name in COMPARISONS if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        written = self.comparisons()
        if bool(self.point) is bool(self.event):
            raise fault(
                model.Text("条件要有且只有一个对象", "a condition is about exactly one thing"),
                model.Text("写 point 或 event 其中一个", "write either point or event"),
            )
        if self.event and written:
            raise fault(
                model.Text("事件没有值可比较", "an event has no value to compare"),
                model.Text(f"删去 {'、'.join(written)}", f"take out {', '.join(written)}"),
            )
        if self.point and set(written) == {"above", "below"}:
            raise fault(
                model.Text("above 与 below 不能同时写", "above and below exclude each other"),
                model.Text(
                    "写 outside: [下限, 上限]，或分成两条报警",
                    "write outside: [low, high], or make two alarms",
                ),
            )
        if self.point and len(written) != 1:
            raise fault(
                model.Text(
                    f"条件要有且只有一个比较，这里是：{'、'.join(written) or '无'}",
                    f"a condition has one comparison, here is {' and '.join(written) or 'none'}",
                ),
                model.Text(
                    f"写 {'、'.join(COMPARISONS)} 其中一个",
                    f"write one of {', '.join(COMPARISONS)}",
                ),
            )
        return self


class AlarmSpec(Strict):
    """A condition that needs a person.

    `for` is the on-delay, `clear_for` the off-delay, `deadband` the way back that a
    number has to go before the alarm clears.
    """

    when: Condition
    on_delay: Duration = Field(
        timedelta(0), alias="for", description="How long the condition holds before it is told."
    )
    off_delay: Duration = Field(
        timedelta(0), alias="clear_for", description="How long it is over before that is told."
    )
    deadband: Annotated[float, Field(ge=0)] = Field(
        0.0, description="How far the value has to come back before the alarm clears."
    )
    category: Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)*$")] = Field(
        description="What policies are about, such as lift.entrapment."
    )
    severity: Annotated[int, Field(ge=1, le=1000)]
    lane: Lane
    text: Text = Field(description="What a person reads first.")
    group: str = Field(
        "",
        description="Alarms of one group on a device have one cause: a later one that is not"
        " more severe opens no issue of its own.",
    )
    latch: bool = Field(
        False,  # noqa: FBT003 - a field's default
        description="Stays until somebody resets it; only where the device itself cannot latch.",
    )
    realarm: Realarm | None = Field(
        None, description="How long it may stay active before it calls anew."
    )
