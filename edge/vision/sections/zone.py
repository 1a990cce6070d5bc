"""A camera's zones, its privacy masks and how its picture is judged, as the site file says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from edge import model
from edge.faults import fault
from edge.schema import Duration, Id, Strict, Text
from edge.vision.sections.watch import LineCrossing, WatchSection

Part: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Corner: TypeAlias = Annotated[tuple[Part, Part], Field(strict=False)]
"""A place in the picture in parts of its width and height, from the top left."""
Area: TypeAlias = Annotated[tuple[Corner, ...], Field(min_length=3, max_length=40, strict=False)]
Line: TypeAlias = Annotated[tuple[Corner, ...], Field(min_length=2, max_length=40, strict=False)]


class ZoneSection(Strict):
    """A part of the picture, an area or a line, and what is watched for there."""

    name: Text
    area: Area | None = None
    line: Line | None = None
    watch: Annotated[tuple[WatchSection, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.area is None) == (self.line is None):
            raise fault(
                model.Text("区域要么是面，要么是线", "a zone is an area or a line"),
                model.Text("写 area 或 line 其中之一", "write one of area and line"),
            )
        crossing = [isinstance(each, LineCrossing) for each in self.watch]
        if self.line is not None and not all(crossing):
            raise fault(
                model.Text("线上只能看 line_crossing", "only line_crossing goes with a line"),
                model.Text("其余的写在有 area 的区域里", "put the others into a zone with an area"),
            )
        if self.area is not None and any(crossing):
            raise fault(
                model.Text("line_crossing 需要线", "line_crossing needs a line"),
                model.Text("把它写在有 line 的区域里", "put it into a zone with a line"),
            )
        kinds = [each.what for each in self.watch]
        if len(set(kinds)) < len(kinds):
            raise fault(
                model.Text("同一个 what 写了两次", "the same `what` is there twice"),
                model.Text("每种只写一次；或再建一个区域", "write each once, or make another zone"),
            )
        return self


class HealthSection(Strict):
    """How long a picture has to be ill before it is told, and well before it is over."""

    frozen_after: Duration = timedelta(seconds=5)
    covered_after: Duration = timedelta(seconds=5)
    defocused_after: Duration = timedelta(seconds=30)
    moved_after: Duration = timedelta(seconds=10)
    dark_after: Duration = timedelta(seconds=30)
    corrupt_after: Duration = timedelta(seconds=5)
    well_after: Duration = timedelta(seconds=3)


class CameraAddress(Strict):
    """How one camera looks: how often, with which model, at what, and what nobody may see."""

    analysed_per_second: Annotated[float, Field(gt=0, le=30)] = 5.0
    detector: Id | None = Field(None, description="The id of a model card; without it the site's.")
    zones: Mapping[Id, ZoneSection] = Field(default_factory=dict, max_length=20)
    private: Annotated[tuple[Area, ...], Field(max_length=20, strict=False)] = Field(
        (), description="Areas that are blacked out before anything is kept or sent."
    )
    health: HealthSection = HealthSection()
