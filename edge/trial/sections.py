"""What a file of rule cases may say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from edge import model
from edge.schema import Duration, Scalar, Strict, fault

MOST_REPEATS: Final = 10_000
"""Readings that one line may stand for; a day of readings every ten seconds."""

SETTLED: Final = timedelta(minutes=1)
"""How long a case goes on when nothing is given or expected any more and it does not say."""

LONGEST_CASE: Final = timedelta(days=60)
"""What takes longer shows nothing more, and is a slip of the pen."""

_MONDAY_NOON: Final = datetime(2026, 6, 1, 12)  # noqa: DTZ001 - in the time of the site


_CENTURY: Final = 20


def _instant(text: Any) -> Any:
    if isinstance(text, datetime):
        return text
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        instant = None
    if instant is None or instant.tzinfo is not None or instant.year // 100 != _CENTURY:
        raise fault(
            model.Text("时刻写法不对", "this is not a moment"),
            model.Text(
                "写站点当地时间，如 '2026-06-01 22:30'",
                "write the site's local time, such as '2026-06-01 22:30'",
            ),
        )
    return instant


Moment: TypeAlias = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "examples": ["2026-06-01 22:30"]}),
]


class GivenSection(Strict):
    """What comes in: a point's reading, an event, or a restart of the gateway."""

    at: Duration
    point: str = ""
    value: Scalar | None = Field(None, description="None for a point without a value.")
    quality: Literal["good", "uncertain", "bad"] = "good"
    every: Duration | None = Field(None, description="It comes again and again.")
    until: Duration | None = Field(None, description="The last time that it may come.")
    event: str = ""
    device: str = ""
    fields: dict[str, JsonValue] = Field(
        default_factory=dict, alias="with", description="What else the event says."
    )
    restart: Literal[True] | None = Field(
        None, description="The gateway begins anew, with what it has kept."
    )

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (bool(self.point), bool(self.event), bool(self.restart)).count(True) != 1:
            raise fault(
                model.Text("每行给出且只给出一样", "a line gives exactly one thing"),
                model.Text("写 point、event 或 restart 其中一个", "write point, event or restart"),
            )
        if (self.every is None) is not (self.until is None) or (self.every and self.restart):
            raise fault(
                model.Text("every 与 until 要一起写", "every and until go together"),
                model.Text("两个都写，或都不写", "write both of them or none"),
            )
        if self.every is not None and self.until is not None and not self._bounded():
            raise fault(
                model.Text("重复太多次", "this comes too often"),
                model.Text(f"最多 {MOST_REPEATS} 次", f"{MOST_REPEATS} times at most"),
            )
        return self

    def _bounded(self) -> bool:
        zero = timedelta(0)
        if self.every is None or self.until is None or self.every <= zero:
            return False
        return self.until >= self.at and (self.until - self.at) / self.every < MOST_REPEATS


class ExpectSection(Strict):
    """What follows: an alarm raised or cleared, a command, or another event."""

    at: Duration
    raised: str = Field("", description="An alarm's key, such as lift-3/entrapment.")
    cleared: str = Field("", description="An alarm's key.")
    command: str = Field("", description="An action; beside it its device.")
    event: str = Field("", description="A kind such as access.forced; beside it its device.")
    device: str = ""
    fields: dict[str, JsonValue] = Field(
        default_factory=dict, alias="with", description="What else it has to say."
    )

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (bool(self.raised), bool(self.cleared), bool(self.command), bool(self.event)).count(
            True
        ) != 1:
            raise fault(
                model.Text("每行期待且只期待一样", "a line expects exactly one thing"),
                model.Text(
                    "写 raised、cleared、command 或 event 其中一个",
                    "write raised, cleared, command or event",
                ),
            )
        return self


class CaseSection(Strict):
    """One case: what is given, what follows, and nothing else."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    start: Moment = Field(_MONDAY_NOON, description="The site's local time at 0s.")
    given: Annotated[tuple[GivenSection, ...], Field(min_length=1)]
    expect: tuple[ExpectSection, ...] = Field(
        (), description="Everything that follows; [] for nothing."
    )
    until: Duration | None = Field(
        None, description="When the case ends; a minute after its last line when not written."
    )

    @property
    def end(self) -> timedelta:
        """When the case ends."""
        given = [each.until or each.at for each in self.given]
        last = max([*given, *(each.at for each in self.expect)])
        return last + SETTLED if self.until is None else max(last, self.until)

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.end > LONGEST_CASE:
            raise fault(
                model.Text("用例太长", "this case is too long"),
                model.Text("最长 60d", "60d is the longest"),
            )
        return self
