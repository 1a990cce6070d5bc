"""Cameras as a whole in the site file: who looks for objects, what is kept of what they show."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, StringConstraints

from edge.schema import Duration, Id, Strict

MODELS: Final = "models"
"""The folder in the store into which `whistle models pull` puts them."""

SHORTEST_KEEP: Final = timedelta(hours=1)
LONGEST_KEEP: Final = timedelta(days=90)
"""Pictures of people are kept for the shortest time that serves; three months is a lawsuit's."""

Span: TypeAlias = Annotated[Duration, Field(ge=timedelta(0), le=timedelta(seconds=30))]
"""Of a clip; longer ones do not fit into the memory of a box with twenty cameras."""


class ForeignDetector(Strict):
    """A detector of one's own, such as one on a GPU, behind a local socket."""

    socket: Annotated[str, StringConstraints(pattern=r"^/[^\x00]{1,100}$")]


class KeepingSection(Strict):
    """How long pictures are kept, how much room they may take, what a clip shows."""

    keep: Annotated[Duration, Field(ge=SHORTEST_KEEP, le=LONGEST_KEEP)] = timedelta(days=7)
    budget_mb: Annotated[int, Field(ge=50, le=1_000_000)] = Field(
        2000, description="When it is used up the oldest pictures go first, whatever their age."
    )
    before: Span = Field(timedelta(seconds=6), description="Of a clip, before the alarm.")
    after: Span = Field(timedelta(seconds=4), description="Of a clip, after the alarm.")


class VisionSection(Strict):
    """What all cameras of the site share."""

    models: Annotated[str, StringConstraints(min_length=1)] | None = Field(
        None, description="Folder of the models, relative to this file; models in the store."
    )
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        1, description="Processor cores that may look for objects at the same time."
    )
    detector: Literal["own", "off"] | ForeignDetector = Field(
        "own", description="off: only what needs no model. A socket: a detector of your own."
    )
    objects: Id = Field("yolox_nano", description="The model that finds people and vehicles.")
    faces: Id = Field("yunet", description="The model that finds faces, to make them unknowable.")
    evidence: KeepingSection = KeepingSection()
