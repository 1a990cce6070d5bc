"""Where the values lie in a sensor's messages, and how the site file names it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from edge.schema import Duration, Name, PointSpec, Profile, Scalar, Strict, scaled

Template: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^#\s]*\{id\}[^#\s]*$")
]
"""A topic with `{id}` as one whole level; `+` stands for any one level."""
Path: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^.\s]{1,64}(\.[^.\s]{1,64}){0,15}$")]
"""Keys from the outside inwards, with dots between them; a number counts in a list."""

_LEVEL: Final = re.compile(r"^(\{id\}|\+|[^{}+]*)$")


class Valid(Strict):
    """Where a value is believable, in its own unit."""

    min: float | None = None
    max: float | None = None


class JsonPoint(PointSpec):
    """Where a value is found; a number is raw * scale + offset.

    `values` says what texts and numbers mean: `{"ON": true, "OFF": false}`. A message
    without the path says nothing about the point.
    """

    path: Path
    values: Mapping[str, Scalar] = Field(default_factory=dict)
    scale: float = 1.0
    offset: float = 0.0
    valid: Valid | None = None

    @property
    def found_at(self) -> str:
        """The path in the message, and what becomes of the number there."""
        return f"{self.path}{scaled(self.scale, self.offset)}"

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        numeric = self.type in {"int", "float"}
        if not numeric and (self.scale != 1.0 or self.offset or self.valid is not None):
            raise ValueError("only a number has scale, offset and valid")
        kinds: dict[str, type | tuple[type, ...]] = {
            "bool": bool,
            "int": int,
            "float": (int, float),
            "str": str,
        }
        for word, value in self.values.items():
            of_kind = isinstance(value, kinds[self.type])
            if not of_kind or (numeric and isinstance(value, bool)):
                raise ValueError(f"values: {word} does not give a {self.type}")
        return self


class Timestamp(Strict):
    """When it was measured; a text without a zone is in the link's time zone.

    `format` is `iso`, `unix`, `unix_ms` or a strptime format.
    """

    path: Path
    format: str = "iso"


class Availability(Strict):
    """A topic on which the sensor, or the broker in its name, says whether it is there."""

    topic: Template
    online: str = "online"
    offline: str = "offline"


class JsonProfile(Profile):
    """A make and model that publishes JSON."""

    driver: Literal["mqtt_json"]
    topic: Template
    points: Annotated[Mapping[Name, JsonPoint], Field(min_length=1)]
    timestamp: Timestamp | None = None
    message_id: Path | None = Field(
        None, description="A number that the sensor repeats when it sends a message again."
    )
    availability: Availability | None = None
    offline_after: Duration | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for template in self.templates:
            levels = template.split("/")
            if levels.count("{id}") != 1 or not all(_LEVEL.match(level) for level in levels):
                raise ValueError(f"{template}: {{id}} and + stand for whole levels, {{id}} once")
        if self.actions:
            raise ValueError("a sensor is only listened to: its profile has no actions")
        return self

    @property
    def templates(self) -> tuple[str, ...]:
        """The topics that the sensor speaks on."""
        return (self.topic, *((self.availability.topic,) if self.availability else ()))


class JsonAddress(Strict):
    """What stands for `{id}` in the sensor's topics."""

    device_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
