"""The pieces that the site file and the profiles are both written in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from edge import model
from edge.model import Lane

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""A name that is safe in a topic, a file name and a point: `lift-3`."""

Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""A point's, action's or alarm's name: `door_open`."""

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)(ms|s|min|h|d)$")
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def parse_duration(text: Any) -> Any:
    """Turn `30s`, `500ms`, `10min`, `24h`, `7d` into a timedelta; leave the rest to pydantic."""
    if isinstance(text, timedelta):
        return text
    match = _DURATION.match(text) if isinstance(text, str) else None
    if match is None:
        msg = "a duration is a number with ms, s, min, h or d, such as 30s"
        raise ValueError(msg)
    return timedelta(seconds=float(match[1]) * _SECONDS[match[2]])


Duration: TypeAlias = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern, "examples": ["30s", "10min"]}),
]

Scalar: TypeAlias = bool | int | float | str


class Strict(BaseModel):
    """A section in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Text(Strict):
    """The same words in both languages."""

    zh: str
    en: str

    def plain(self) -> model.Text:
        """The text as the rest of the house knows it."""
        return model.Text(self.zh, self.en)


class PointSpec(Strict):
    """One value a device exposes; drivers add where it is found."""

    type: Literal["bool", "int", "float", "str"]
    text: Text
    unit: str = ""
    labels: dict[int, Text] = Field(default_factory=dict)
    deadband: Annotated[float, Field(ge=0)] = 0.0

    def plain(self, name: str) -> model.Point:
        """The point as the rest of the house knows it."""
        return model.Point(
            name=name,
            type=self.type,
            text=self.text.plain(),
            unit=self.unit,
            labels={number: label.plain() for number, label in self.labels.items()},
            deadband=self.deadband,
        )


class ActionSpec(Strict):
    """One thing a device can be told; drivers add how it is said."""

    text: Text


class Condition(Strict):
    """What has to hold: one point compared with one limit, or an event that occurs."""

    point: str = ""
    event: str = ""
    equals: Scalar | None = None
    any_of: list[Scalar] | None = None
    above: float | None = None
    below: float | None = None
    stale: Duration | None = None


class AlarmSpec(Strict):
    """A condition that needs a person.

    `for` is the on-delay, `clear_for` the off-delay, `deadband` the way back that a
    number has to go before the alarm clears.
    """

    when: Condition
    on_delay: Duration = Field(timedelta(0), alias="for")
    off_delay: Duration = Field(timedelta(0), alias="clear_for")
    deadband: Annotated[float, Field(ge=0)] = 0.0
    category: Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)*$")]
    severity: Annotated[int, Field(ge=1, le=1000)]
    lane: Lane
    text: Text


class Profile(Strict):
    """What a make, model and firmware exposes; each driver's own profile extends this."""

    driver: str
    kind: Literal[
        "lift",
        "gate",
        "fire_panel",
        "call_button",
        "bin",
        "parking",
        "pressure",
        "electric",
        "camera",
    ]
    make: str
    model: str
    firmware: str = ""
    source: str
    text: Text
    points: dict[Name, Any]
    actions: dict[Name, Any] = Field(default_factory=dict)
    alarms: dict[Name, AlarmSpec] = Field(default_factory=dict)
