"""The smallest pieces of site file and profiles: names, texts, points, actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from edge import model
from edge.duration import Duration
from edge.faults import fault

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""A name that is safe in a topic, a file name and a point: `lift-3`."""

Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""A point's, action's or alarm's name: `door_open`."""

PROFILE: Final = r"^[a-z0-9][a-z0-9_-]{0,62}(/[a-z0-9][a-z0-9_-]{0,62}){0,4}$"
"""What a profile is called, `lifts/ba_box`: a file below a folder that any disk can hold."""

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

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, populate_by_name=True, defer_build=True
    )


class Text(Strict):
    """The same words in both languages."""

    zh: str
    en: str

    def plain(self) -> model.Text:
        """The text as the rest of the house knows it."""
        return model.Text(self.zh, self.en)


class ReportSpec(Strict):
    """What a platform gets of a point, where that is to be less than what the gateway keeps."""

    on_change: bool = Field(
        True,  # noqa: FBT003 - pydantic's own way to write a default
        description="Whether a change is told at once; otherwise one reading in `every`.",
    )
    deadband: Annotated[float, Field(ge=0)] = Field(
        0.0, description="A change smaller than this is held back."
    )
    every: Duration = Field(
        timedelta(minutes=15), description="What was held back is told after this, at the latest."
    )

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.every < timedelta(seconds=1):
            raise fault(
                model.Text("every 太短", "every is too short"),
                model.Text(
                    "至少写 1s；要告知每次变化就写 on_change: true",
                    "write 1s or more; on_change: true tells each change",
                ),
            )
        return self

    def plain(self) -> model.Reporting:
        """The same as the rest of the house knows it."""
        return model.Reporting(on_change=self.on_change, deadband=self.deadband, every=self.every)


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
    report: ReportSpec | None = Field(
        None, description="What a platform gets of it; all that is kept when not written."
    )

    @model_validator(mode="after")
    def _deadband_of_a_number(self) -> Self:
        if self.report and self.report.deadband and self.type not in {"int", "float"}:
            raise fault(
                model.Text(
                    "report 的 deadband 只用于数值点", "a deadband of report belongs to numbers"
                ),
                model.Text("删去 deadband", "remove the deadband"),
            )
        return self

    @property
    def found_at(self) -> str:
        """Where in the device it is found, as a technician would look for it; drivers know."""
        return ""

    def plain(self, name: str) -> model.Point:
        """The point as the rest of the house knows it."""
        return model.Point(
            name=name,
            type=self.type,
            text=self.text.plain(),
            unit=self.unit,
            labels={number: label.plain() for number, label in self.labels.items()},
            deadband=self.deadband,
            report=self.report.plain() if self.report else None,
        )


def scaled(scale: float, offset: float) -> str:
    """How a raw number becomes the value: ` × 0.1 + 5`; empty when it is the value."""
    times = f" × {scale:g}" if scale != 1 else ""
    plus = f" {'+' if offset > 0 else '−'} {abs(offset):g}" if offset else ""
    return times + plus


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

    @property
    def arguments(self) -> tuple[model.Argument, ...]:
        """What has to be said with it; drivers know."""
        return ()

    def plain(self, device: str) -> model.Action:
        """The action as the rest of the house knows it."""
        return model.Action(
            text=self.text.plain(),
            effect=self.effect,
            observe=self.observe.plain(device) if self.observe else None,
            arguments=self.arguments,
        )
