"""Alarms after ISA-18.2 / IEC 62682 and OPC UA Part 9: what happens to them, how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from edge.model.nouns import Cause, Lane, Location, Text

Suppression: TypeAlias = Literal["shelved", "test", "maintenance", "out_of_service", "flood"]
"""Why an alarm calls nobody for now; it is kept and told all the same."""

_MARKING: frozenset[Suppression] = frozenset({"test", "maintenance"})
"""What only marks an alarm of the life safety lane."""

Party: TypeAlias = Literal[
    "property", "community", "street_office", "owners_committee", "residents"
]

IssueState: TypeAlias = Literal["accepted", "dispatched", "processing", "resolved", "rejected"]
"""What the platform says of an issue; before that it is `new`."""

Overdue: TypeAlias = Literal["respond", "resolve"]

Update: TypeAlias = Literal[
    "suppressed", "unsuppressed", "latched", "realarmed", "more", "issue_ended_while_active"
]
"""What changed without the condition itself: `more` is a group's count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised:
    """A condition that needs a person became true.

    `location` is where that is, when it is not where the cause's device stands; `watched_by`
    the rule that will clear it, filled in by the engine. Alarms of one
    `group` have one cause: a later one that is not more severe opens no issue of its own.
    `latch`: stays until somebody resets it. `realarm`: how long it may stay active before it
    calls anew. `behind` are the devices that are affected. `suppressed` is set by the alarm
    life, before rules see the event.
    """

    alarm: str
    device: str
    rule: str
    category: str
    severity: int
    lane: Lane
    text: Text
    cause: Cause
    at: datetime
    location: Location | None = None
    watched_by: str = ""
    group: str = ""
    latch: bool = False
    realarm: timedelta | None = None
    behind: tuple[str, ...] = ()
    suppressed: tuple[Suppression, ...] = ()
    kind: Literal["alarm.raised"] = "alarm.raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCleared:
    """The condition is no longer true."""

    alarm: str
    at: datetime
    kind: Literal["alarm.cleared"] = "alarm.cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmUpdated:
    """Something about an alarm changed while it went on."""

    alarm: str
    why: Update
    at: datetime
    kind: Literal["alarm.updated"] = "alarm.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAcknowledged:
    """Somebody has seen the alarm; `by` is a person, or a party of the platform."""

    alarm: str
    by: str
    at: datetime
    comment: str = ""
    kind: Literal["alarm.acknowledged"] = "alarm.acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmShelved:
    """Somebody has put the alarm aside until a moment."""

    alarm: str
    until: datetime
    by: str
    reason: str
    at: datetime
    kind: Literal["alarm.shelved"] = "alarm.shelved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmUnshelved:
    """The alarm is back; `by` is empty when its time had run out."""

    alarm: str
    by: str
    at: datetime
    kind: Literal["alarm.unshelved"] = "alarm.unshelved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmReset:
    """Somebody has reset a latched alarm whose condition is gone."""

    alarm: str
    by: str
    at: datetime
    kind: Literal["alarm.reset"] = "alarm.reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEscalated:
    """Nobody has responded, or resolved, by `due`: the next party is told; `level` from 1.

    `number` is the alarm's: its condition may be over, and even true again as another one.
    """

    alarm: str
    number: int
    level: int
    to: Party
    overdue: Overdue
    due: datetime
    at: datetime
    kind: Literal["alarm.escalated"] = "alarm.escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueChanged:
    """The platform tells what became of an alarm's issue.

    `number` is the alarm's, which may be over while its issue is not, `turn` which of its
    issues. `step` is the platform's own identity of the step, told back as the confirmation.
    """

    alarm: str
    number: int
    turn: int = 1
    state: IssueState
    by: str
    party: str
    at: datetime
    step: str = ""
    kind: Literal["issue.changed"] = "issue.changed"

    @property
    def origin(self) -> str:
        """The platform's own identity of the word, by which a copy is known for long after."""
        return f".issue/{self.number}/{self.turn}/{self.step}" if self.step else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers:
    """Which alarms a suppression is about: all that fit every field that is written.

    `component` is a prefix of the component's address (`1-1-5`), `category` a glob.
    """

    device: str = ""
    component: str = ""
    building: str = ""
    category: str = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionBegan:
    """By design, some alarms call nobody from now on; without `until` till somebody ends it."""

    id: str
    why: Literal["test", "maintenance", "out_of_service"]
    covers: Covers
    by: str
    reason: str
    at: datetime
    until: datetime | None = None
    kind: Literal["suppression.began"] = "suppression.began"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionEnded:
    """They call again; `by` is empty when the time had run out."""

    id: str
    by: str
    at: datetime
    kind: Literal["suppression.ended"] = "suppression.ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """How the gateway sees the issue that an alarm became; its times count from `opened_at`.

    `escalate_at` is when the next party will be told, none when nobody will; `level` counts
    those that were told late. `turn` counts the issues of one alarm: a second one is opened
    when the alarm calls anew after the first was closed. `steps` are the platform's steps
    that were taken in.
    """

    opened_at: datetime
    respond_by: datetime
    resolve_by: datetime
    state: Literal["new"] | IssueState = "new"
    by: str = ""
    party: str = ""
    responded_at: datetime | None = None
    ended_at: datetime | None = None
    level: int = 0
    escalate_at: datetime | None = None
    turn: int = 1
    steps: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in {"resolved", "rejected"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One occurrence of an alarm; `number` is its raise event's, its id everywhere.

    `active`: it is on, be it only because it is `latched` and nobody has reset it.
    `since` is when it was raised, in the gateway's time, and moves with the clock.
    `count` is how often its key was raised since it was last acknowledged; of a group,
    how many alarms it stands for. `first` is the number of the first-out of its group,
    0 when it is the first itself. `notice` is how its notice is published, empty for none.
    """

    key: str
    number: int
    raised: AlarmRaised
    since: datetime
    active: bool = True
    latched: bool = False
    acknowledged: bool = False
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    cleared_at: datetime | None = None
    count: int = 1
    suppressed: tuple[Suppression, ...] = ()
    shelved_until: datetime | None = None
    realarm_at: datetime | None = None
    first: int = 0
    issue: Issue | None = None
    notice: Literal["", "draft", "at_once"] = ""

    @property
    def quiet(self) -> bool:
        """Whether it calls nobody for now.

        What saves lives calls in a test and under maintenance too, and says that one is under way.
        """
        shown = self.raised.lane is Lane.LIFE_SAFETY and set(self.suppressed) <= _MARKING
        return bool(self.suppressed) and not shown

    @property
    def over(self) -> bool:
        """Whether nothing about it can change any more."""
        done = self.issue is None or self.issue.ended
        return not self.active and self.acknowledged and done
