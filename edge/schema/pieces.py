"""The smallest pieces of site file and profiles: names, texts, points, actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from edge import model
from edge.duration import Duration

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""A name that is safe in a topic, a file name and a point: `lift-3`."""

Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""A point's, action's or alarm's name: `door_open`."""

Scalar: TypeAlias = bool | int | float | str

Kind: TypeAlias = Literal[
    "lift",
    "gate",
    "fire_panel",
    "call_button",
    "bin",
    "parking",
    "pressure",
    "smoke",
    "electric",
    "camera",
]


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
    text: Text = Field(description="What a person calls this value.")
    unit: str = ""
    labels: Mapping[int, Text] = Field(
        default_factory=dict, description="What the numbers of an enumeration mean."
    )
    deadband: Annotated[float, Field(ge=0)] = Field(
        0.0, description="A change smaller than this is not told upstream."
    )

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


class ObserveSpec(Strict):
    """The point that shows that it has really happened, and how soon."""

    point: Name
    equals: Scalar
    within: Duration = timedelta(seconds=5)

    def plain(self, device: str) -> model.Observation:
        """The observation as the rest of the house knows it."""
        return model.Observation(
            point=f"{device}/{self.point}",
            equals=self.equals,
            within_s=self.within.total_seconds(),
        )


class ActionSpec(Strict):
    """One thing a device can be told; drivers add how it is said."""

    text: Text
    effect: model.Effect = Field(
        "other", description="What it does to whoever wants to pass; interlocks go by it."
    )
    observe: ObserveSpec | None = None

    def plain(self, device: str) -> model.Action:
        """The action as the rest of the house knows it."""
        return model.Action(
            text=self.text.plain(),
            effect=self.effect,
            observe=self.observe.plain(device) if self.observe else None,
        )
