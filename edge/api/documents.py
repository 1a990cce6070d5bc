"""What the API answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from edge.commands import Position
from edge.model import Alarm, IssueState, Lane, Overdue, Suppression, Text
from edge.site import Site

Name: TypeAlias = Annotated[str, Field(max_length=128)]
"""What a site file names; a text that is bounded is also known to be Unicode."""

Who: TypeAlias = Annotated[str, Field(min_length=1, max_length=64)]
"""Who asks, by name."""

Plain: TypeAlias = (
    bool
    | Annotated[int, Field(ge=-(2**63), lt=2**63)]
    | Annotated[float, Field(allow_inf_nan=False)]
    | Annotated[str, Field(max_length=256)]
)
"""An argument, within the bounds that one from afar has."""


class Document(BaseModel):
    """Base of all: strict, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Document):
    """The same words in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, text: Text) -> Words:
        """The words of a text."""
        return cls(zh=text.zh, en=text.en)


class IssueView(Document):
    """How the issue stands that an alarm has become; seconds count from the raise."""

    state: Literal["new"] | IssueState
    by: str
    party: str
    respond_by: datetime
    resolve_by: datetime
    respond_seconds: float | None
    resolve_seconds: float | None
    overdue: Overdue | None
    told: int = Field(description="How many further parties were told because nobody came.")


class AlarmView(Document):
    """One occurrence of an alarm."""

    id: int = Field(description="The journal number of its raise, the same everywhere.")
    key: str
    device: str
    category: str
    severity: int
    lane: Lane
    text: Words
    raised_at: datetime
    active: bool
    latched: bool
    acknowledged: bool
    acknowledged_by: str
    acknowledged_at: datetime | None
    cleared_at: datetime | None
    count: int
    suppressed: tuple[Suppression, ...]
    shelved_until: datetime | None
    first: int
    behind: tuple[str, ...]
    building: str
    floor: str
    issue: IssueView | None


class Acknowledge(Document):
    """Somebody has seen it."""

    by: Who
    comment: Annotated[str, Field(max_length=500)] = ""


class Shelve(Document):
    """Somebody puts it aside for so many minutes, and says why."""

    by: Who
    minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Suppress(Document):
    """A device, a zone behind it, or a building calls nobody until somebody ends it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    why: Literal["test", "maintenance", "out_of_service"]
    by: Who
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)] | None = None
    device: Name = ""
    component: Name = ""
    building: Name = ""
    category: Annotated[str, Field(pattern=r"^[a-z_*?.]{1,128}$")] = "*"


class SuppressionView(Document):
    """A window that is in force."""

    id: str
    why: Literal["test", "maintenance", "out_of_service"]
    by: str
    reason: str
    since: datetime
    until: datetime | None
    device: str
    component: str
    building: str
    category: str


class Order(Document):
    """What a device is to be told; with an `id` a repeated request is answered, not repeated."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
    device: Name
    action: Name
    by: Who
    args: dict[Name, Plain] = Field(default_factory=dict, max_length=16)
    seconds: Annotated[int, Field(ge=1, le=60)] = 15


class ResultView(Document):
    """What became of a command; `observed` is whether it was seen to have happened."""

    id: str
    device: str
    action: str
    outcome: Literal["done", "rejected", "expired", "failed"]
    detail: str
    observed: Literal["", "yes", "no"]
    at: datetime


class Remote(Document):
    """The local switch: whether commands from afar are carried out at all."""

    position: Position


def view(alarm: Alarm, site: Site, now: datetime) -> AlarmView:
    """An alarm as the API shows it."""
    raised, where = alarm.raised, site.location_of(alarm.raised)
    return AlarmView(
        id=alarm.number,
        key=alarm.key,
        device=raised.device,
        category=raised.category,
        severity=raised.severity,
        lane=raised.lane,
        text=Words.of(raised.text),
        raised_at=raised.at,
        active=alarm.active,
        latched=alarm.latched,
        acknowledged=alarm.acknowledged,
        acknowledged_by=alarm.acknowledged_by,
        acknowledged_at=alarm.acknowledged_at,
        cleared_at=alarm.cleared_at,
        count=alarm.count,
        suppressed=alarm.suppressed,
        shelved_until=alarm.shelved_until,
        first=alarm.first,
        behind=raised.behind,
        building=where.building,
        floor=where.floor,
        issue=_issue(alarm, now),
    )


def _issue(alarm: Alarm, now: datetime) -> IssueView | None:
    issue = alarm.issue
    if issue is None:
        return None
    overdue: Overdue | None = None
    if not issue.ended and now > issue.resolve_by:
        overdue = "resolve"
    elif issue.responded_at is None and now > issue.respond_by:
        overdue = "respond"
    return IssueView(
        state=issue.state,
        by=issue.by,
        party=issue.party,
        respond_by=issue.respond_by,
        resolve_by=issue.resolve_by,
        respond_seconds=_seconds(alarm, issue.responded_at),
        resolve_seconds=_seconds(alarm, issue.ended_at),
        overdue=overdue,
        told=issue.level,
    )


def _seconds(alarm: Alarm, at: datetime | None) -> float | None:
    return (at - alarm.since).total_seconds() if at else None
