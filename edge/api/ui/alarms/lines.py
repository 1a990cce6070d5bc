"""An alarm as one line of a list: what, where, since when, who has it, how long is left; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.alarms import may_shelve
from edge.model import Alarm, Issue, IssueState, Lane, Suppression, Text
from edge.places import place_name
from edge.site import Site

Clock: TypeAlias = Literal["", "respond", "resolve"]
"""Which of an issue's times is running."""

STATES: Final[Mapping[Literal["new"] | IssueState, Text]] = {
    "new": Text("新建", "new"),
    "accepted": Text("已受理", "accepted"),
    "dispatched": Text("已派人", "dispatched"),
    "processing": Text("处理中", "in progress"),
    "resolved": Text("已解决", "resolved"),
    "rejected": Text("已驳回", "rejected"),
}

WHY: Final[Mapping[Suppression, Text]] = {
    "shelved": Text("已搁置", "shelved"),
    "test": Text("测试", "test"),
    "maintenance": Text("维保", "maintenance"),
    "out_of_service": Text("停用", "out of service"),
    "flood": Text("报警风暴", "storm"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """How its issue stands, and which of its times runs until `due`."""

    state: Text
    by: str
    clock: Clock
    due: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """One occurrence; `called` is how often its key was raised, or how many it stands for.

    `device` is empty where it is about a link, or about what is no longer on the site.
    """

    number: int
    key: str
    device: str
    lane: Lane
    severity: int
    text: Text
    place: Text
    since: datetime
    cleared_at: datetime | None
    active: bool
    latched: bool
    acknowledged: bool
    acknowledged_by: str
    acknowledged_at: datetime | None
    called: int
    suppressed: tuple[Text, ...]
    shelved_until: datetime | None
    may_shelve: bool
    issue: IssueLine | None


def line_of(alarm: Alarm, site: Site, now: datetime) -> AlarmLine:
    """An alarm that is not over."""
    raised = alarm.raised
    return AlarmLine(
        number=alarm.number,
        key=alarm.key,
        device=raised.device if raised.device in site.devices else "",
        lane=raised.lane,
        severity=raised.severity,
        text=raised.text,
        place=place_name(site, site.location_of(raised)),
        since=alarm.since,
        cleared_at=alarm.cleared_at,
        active=alarm.active,
        latched=alarm.latched,
        acknowledged=alarm.acknowledged,
        acknowledged_by=alarm.acknowledged_by,
        acknowledged_at=alarm.acknowledged_at,
        called=alarm.count,
        suppressed=tuple(WHY[each] for each in alarm.suppressed),
        shelved_until=alarm.shelved_until,
        may_shelve=may_shelve(raised.lane) and alarm.shelved_until is None,
        issue=_issue(alarm.issue, now) if alarm.issue else None,
    )


def urgency(alarm: Alarm) -> tuple[bool, bool, int, int]:
    """Active before what is over, called for before put aside, severe before mild, then by age."""
    return not alarm.active, bool(alarm.suppressed), -alarm.raised.severity, alarm.number


def most_urgent_first(alarms: Iterable[Alarm]) -> list[Alarm]:
    """In the order in which a person looks at them."""
    return sorted(alarms, key=urgency)


def overdue(issue: Issue, now: datetime) -> bool:
    """Whether the time that runs has run out."""
    due = _running(issue)[1]
    return due is not None and now > due


def _issue(issue: Issue, now: datetime) -> IssueLine:
    clock, due = _running(issue)
    late = overdue(issue, now)
    return IssueLine(state=STATES[issue.state], by=issue.by, clock=clock, due=due, overdue=late)


def _running(issue: Issue) -> tuple[Clock, datetime | None]:
    if issue.ended:
        return "", None
    if issue.responded_at is None:
        return "respond", issue.respond_by
    return "resolve", issue.resolve_by
