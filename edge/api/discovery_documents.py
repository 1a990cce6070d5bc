"""What could be a device of the site, as the API speaks of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from edge.api.link_documents import FrameView
from edge.api.words import Document, Words
from edge.discovery import Camera, Stranger
from edge.discovery.survey_steps import (
    Progress,
    RegistersFound,
    Step,
    Stopped,
    UnitFound,
    Unreadable,
)

Section: TypeAlias = Annotated[
    Mapping[Annotated[str, Field(max_length=64)], Any],
    Field(min_length=1, max_length=32, description="As it would stand under `links:`."),
]


class StrangerView(Document):
    """One who has spoken and is no device of the site, with the profiles that suit it."""

    link: str
    name: str
    address: Mapping[str, str | int]
    said: Words
    profiles: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    count: int

    @classmethod
    def of(cls, stranger: Stranger) -> StrangerView:
        """A stranger as the API shows it."""
        return cls(
            link=stranger.link,
            name=stranger.name,
            address=dict(stranger.address),
            said=Words.of(stranger.said),
            profiles=stranger.profiles,
            first_seen=stranger.first_seen,
            last_seen=stranger.last_seen,
            count=stranger.count,
        )


class CameraView(Document):
    """A camera that has answered."""

    id: str
    name: str
    model: str
    place: str
    addresses: tuple[str, ...]

    @classmethod
    def of(cls, camera: Camera) -> CameraView:
        """A camera as the API shows it."""
        return cls(
            id=camera.id,
            name=camera.name,
            model=camera.model,
            place=camera.place,
            addresses=camera.addresses,
        )


class UnitsSurvey(Document):
    """Look for each unit of a line with one small read."""

    what: Literal["units"]
    first: Annotated[int, Field(ge=0, le=255)] = 1
    last: Annotated[int, Field(ge=0, le=255)] = 247


class RegistersSurvey(Document):
    """Read a range of one unit, by the addresses on the wire."""

    what: Literal["registers"]
    unit: Annotated[int, Field(ge=0, le=255)]
    table: Literal["holding", "input", "coil", "discrete"] = "holding"
    first: Annotated[int, Field(ge=0, le=65_535)] = 0
    count: Annotated[int, Field(ge=1, le=2_000)] = 100


Survey: TypeAlias = Annotated[UnitsSurvey | RegistersSurvey, Field(discriminator="what")]


class TryLink(
    Document,
    json_schema_extra={
        "examples": [
            {
                "section": {"id": "new", "driver": "gb26875", "listen": {"port": 15030}},
                "seconds": 20,
            }
        ]
    },
):
    """A link that the site file does not have yet, to be opened and listened to."""

    section: Section
    seconds: Annotated[int, Field(ge=1, le=30)] = 5


class TrySurvey(Document):
    """A line that the site file does not have yet, to be looked around on."""

    section: Section
    survey: Survey


class TriedLinkView(Document):
    """What was heard while it was open."""

    strangers: tuple[StrangerView, ...]
    frames: tuple[FrameView, ...]


def event_of(step: Step) -> tuple[str, Mapping[str, Any]]:
    """A step of a survey as an event: its name, and what it says."""
    match step:
        case Progress():
            return "progress", {"done": step.done, "total": step.total}
        case UnitFound():
            refuses = Words.of(step.refuses).model_dump() if step.refuses else None
            return "unit", {
                "unit": step.unit,
                "device": step.device,
                "refuses": refuses,
                "seconds": step.seconds,
            }
        case RegistersFound():
            return "registers", {"first": step.first, "values": step.values}
        case Unreadable():
            why = Words.of(step.why).model_dump()
            return "unreadable", {"first": step.first, "count": step.count, "why": why}
        case Stopped():
            return "stopped", {"why": Words.of(step.why).model_dump()}
