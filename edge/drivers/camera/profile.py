"""What a camera exposes: what is measured of its picture, what is seen in its zones, its codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final, Literal, Self, TypeAlias, get_args

from pydantic import Field, StringConstraints, model_validator

from edge import model
from edge.faults import fault
from edge.schema import ActionSpec, Duration, Name, PointSpec, Profile, Strict, Text

NATIVE: Final = "native"
"""The component under which stands what the camera finds by itself, in no zone of ours."""

CAPTURE: Final = "capture"
"""The action that every camera has: keep a still and a clip in which nobody can be known."""

Ill: TypeAlias = Literal["frozen", "covered", "defocused", "moved", "dark", "corrupt"]
Measure: TypeAlias = Literal[
    "frozen",
    "covered",
    "defocused",
    "moved",
    "dark",
    "corrupt",
    "signal_lost",
    "motion",
    "fps",
    "age_s",
    "analysed_per_s",
    "shed_share",
    "broken_share",
    "cpu_share",
    "memory_mb",
]
"""Of a picture: its ills, its motion, how it comes, how well it is looked at, what that costs."""

ILLS: Final = frozenset(get_args(Ill))
BOOLS: Final = ILLS | {"signal_lost", "motion"}
"""What is so or is not; everything else is a number."""

Code: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=128)]
"""As the camera spells it: `fielddetection`, `CrossLineDetection`, an ONVIF topic."""


class CameraPoint(PointSpec):
    """One value of a camera, and what is measured for it."""

    measures: Measure

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        wanted = ("bool",) if self.measures in BOOLS else ("float",)
        if self.type not in wanted:
            raise fault(
                model.Text(
                    f"{self.measures} 的类型不是 {self.type}", f"{self.measures} is no {self.type}"
                ),
                model.Text(f"type 写 {wanted[0]}", f"write type: {wanted[0]}"),
            )
        return self

    @property
    def found_at(self) -> str:
        """What is measured."""
        return self.measures


class CodeSpec(Strict):
    """What one of the camera's own codes means.

    `what` is the name of a component point (`intrusion`) or what a point measures (`covered`).
    Many cameras never say that it is over, others say it once and mean it: `lasts` is how long it
    counts after the camera has said it last, where it does not say the end.
    """

    what: Name
    after: Duration = Field(timedelta(0), description="How long it holds before it is told.")
    lasts: Duration = Field(
        timedelta(seconds=5), description="After the last word of it, where no end is said."
    )


class CameraProfile(Profile):
    """A make of cameras; `component_points` are named by what is watched for in a zone."""

    driver: Literal["camera"]
    kind: Literal["camera"]
    points: Mapping[Name, CameraPoint]
    codes: Mapping[Code, CodeSpec] = Field(
        default_factory=dict, description="The camera's own codes or topics, and what they mean."
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if CAPTURE in self.actions:
            raise fault(
                model.Text(f"{CAPTURE} 人人都有", f"every camera has {CAPTURE} already"),
                model.Text("删去它", "leave it out"),
            )
        measured = {point.measures for point in self.points.values()}
        for name, point in self.component_points.items():
            if point.type != "bool":
                raise fault(
                    model.Text(f"{name} 只能是或否", f"{name} is so or is not"),
                    model.Text("type 写 bool", "write type: bool"),
                )
        for code, spec in self.codes.items():
            if spec.what not in self.component_points and not (
                spec.what in measured and spec.what in BOOLS
            ):
                raise fault(
                    model.Text(
                        f"{code[:40]} 的 what {spec.what} 没有对应的点",
                        f"no point stands for {spec.what}, which {code[:40]} means",
                    ),
                    model.Text(
                        "写 component_points 里的名字，或某个点所测的",
                        "write a name of component_points, or what one of the points measures",
                    ),
                )
        return self

    @property
    def all_actions(self) -> Mapping[str, ActionSpec]:
        """The capture, and what the profile may name besides."""
        return {CAPTURE: _CAPTURE, **self.actions}


_CAPTURE: Final = ActionSpec(
    text=Text(zh="留存画面", en="Keep a picture and a clip"), effect="reads"
)
