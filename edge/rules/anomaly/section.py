"""Which points are watched for what, as the site file writes it: a line for each."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from edge import model
from edge.rules.anomaly.watched import Watch
from edge.rules.limit import Limit
from edge.schema import Strict, fault

MOST: Final = 10_000
"""Lines; a point that is learnt by the hour of the week takes some 20 kB of memory."""

Ref = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}/[a-z][a-z0-9_]{0,62}$")]

_OWN: Final = {"apart": "from", "range": "between"}
"""The key that a kind of anomaly needs, and no other has."""


class AnomalySection(Strict):
    """One point, and one kind of anomaly."""

    point: Ref = Field(description="Such as hydrant-1/pressure.")
    watch: Watch = Field(
        description="usual: as at this hour of the week; drift: day by day; night: higher from"
        " night to night; flat: stands still; jump: leaps; range: cannot be; apart: from a"
        " neighbour; cycle: a lift's door takes longer."
    )
    neighbour: Ref | None = Field(None, alias="from", description="The neighbour of apart.")
    between: tuple[Limit, Limit] | None = Field(
        None, description="Between these the value of range is physically possible."
    )
    severity: Annotated[int, Field(ge=1, le=1000)] | None = None
    anew: Annotated[str, StringConstraints(max_length=64)] = Field(
        "",
        description="Anything, such as a date. When it is changed, what was learnt of this point"
        " is forgotten: after a repair, or what is told is the new usual.",
    )

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        written = {"from": self.neighbour, "between": self.between}
        for watch, key in _OWN.items():
            if (self.watch == watch) is (written[key] is not None):
                continue
            example = {"from": "hydrant-2/pressure", "between": "[0, 1600 kPa]"}[key]
            if self.watch == watch:
                raise fault(
                    model.Text(f"{watch} 缺 {key}", f"{watch} needs {key}"),
                    model.Text(f"写 {key}: {example}", f"write {key}: {example}"),
                )
            raise fault(
                model.Text(f"只有 {watch} 才有 {key}", f"only {watch} has {key}"),
                model.Text(f"删去 {key}", f"take {key} out"),
            )
        if self.between and self.between[0].number >= self.between[1].number:
            raise fault(
                model.Text("下限不小于上限", "the lower limit is not below the upper one"),
                model.Text("写成 [下限, 上限]", "write [low, high]"),
            )
        return self


class AnomaliesOptions(Strict):
    """What is watched for anomalies; nothing is raised before it has been learnt."""

    defaults: bool = Field(
        True,  # noqa: FBT003 - a field's default
        description="Residual currents are watched at night, and lifts' doors for slow cycles,"
        " without being written.",
    )
    learn_days: Annotated[int, Field(ge=7, le=28)] = Field(
        14, description="Days that are only learnt; fewer than 14 know each hour once."
    )
    severity: Annotated[int, Field(ge=1, le=1000)] = 200
    points: Annotated[tuple[AnomalySection, ...], Field(max_length=MOST)] = ()
