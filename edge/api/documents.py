"""Alarms and what puts them aside, as the API speaks of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from edge.api.event_documents import EventView
from edge.api.words import Document, Name, Words
from edge.model import Alarm, IssueState, Lane, Overdue, Suppression, SuppressionBegan
from edge.site import Site

By: TypeAlias = Annotated[
    str,
    Field(max_length=64, description="Who asks; on the local socket only, else the account does."),
]
Reason: TypeAlias = Annotated[str, Field(min_length=1, max_length=500)]
Minutes: TypeAlias = Annotated[int, Field(ge=1, le=7 * 24 * 60)]
Why: TypeAlias = Literal["test", "maintenance", "out_of_service"]


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


class Said(Document, json_schema_extra={"examples": [{"comment": "on my way"}]}):
    """Who asks, and what there is to say about it."""

    by: By = ""
    comment: Annotated[str, Field(max_length=500)] = ""


class Comment(Document, json_schema_extra={"examples": [{"comment": "part ordered"}]}):
    """A word about an alarm, for whoever looks at it next."""

    by: By = ""
    comment: Reason


class Shelve(
    Document, json_schema_extra={"examples": [{"minutes": 60, "reason": "waiting for a part"}]}
):
    """Somebody puts it aside for so many minutes, and says why."""

    by: By = ""
    minutes: Minutes
    reason: Reason


class Suppress(
    Document,
    json_schema_extra={
        "examples": [
            {
                "id": "panel-check",
                "why": "test",
                "reason": "yearly check",
                "minutes": 120,
                "device": "fire-3",
                "component": "1-1",
            }
        ]
    },
):
    """A device, a zone behind it, or a building calls nobody until somebody ends it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    why: Why
    by: By = ""
    reason: Reason
    minutes: Minutes | None = None
    device: Name = ""
    component: Name = ""
    building: Name = ""
    category: Annotated[str, Field(pattern=r"^[a-z_*?.]{1,128}$")] = "*"


class Maintain(
    Document, json_schema_extra={"examples": [{"minutes": 90, "reason": "new door motor"}]}
):
    """Somebody works on a device: what it says calls nobody meanwhile."""

    why: Why = "maintenance"
    by: By = ""
    reason: Reason
    minutes: Minutes


class SuppressionView(Document):
    """A window that is in force."""

    id: str
    why: Why
    by: str
    reason: str
    since: datetime
    until: datetime | None
    device: str
    component: str
    building: str
    category: str

    @classmethod
    def of(cls, window: SuppressionBegan) -> SuppressionView:
        """A window as the API shows it."""
        covers = window.covers
        return cls(
            id=window.id,
            why=window.why,
            by=window.by,
            reason=window.reason,
            since=window.at,
            until=window.until,
            device=covers.device,
            component=covers.component,
            building=covers.building,
            category=covers.category,
        )


class CommentView(Document):
    """What somebody wrote about an alarm."""

    at: datetime
    by: str
    comment: str


class AlarmDetail(Document):
    """One occurrence of an alarm with all that happened to it; no `alarm` when it is over."""

    id: int
    key: str
    alarm: AlarmView | None
    timeline: tuple[EventView, ...]
    comments: tuple[CommentView, ...]


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
