"""Rules, and what one would have done, as the API speaks of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from edge.api.words import Document, Words
from edge.model import Lane, Text, Value
from edge.rules.explain import Explained
from edge.trial.dry_run import Count, DryRun, Ended
from edge.trial.tally import WouldRaise

Origin: TypeAlias = Literal["alarm", "door", "window", "written", "built_in"]
"""Where a rule comes from: a profile's or the site's alarm, a door's contact, a suppression's time,
the site's own rules, the code."""


class RuleLine(Document):
    """A rule where many are listed; `active` is none for one that does not say."""

    id: str
    origin: Origin
    text: Words | None
    active: bool | None


class RuleView(RuleLine):
    """A rule with what it listens to, the alarms that it may raise, and how each stands."""

    points: tuple[str, ...]
    kinds: tuple[str, ...]
    raises: tuple[str, ...]
    explained: tuple[Explained, ...]


class Try(Document, json_schema_extra={"examples": [{"rule": "lift-3/entrapment", "hours": 72}]}):
    """A rule to be tried on what was read."""

    rule: Annotated[str, Field(min_length=1, max_length=256)] = Field(
        description="The rule's id, or an alarm's key."
    )
    text: Annotated[str, Field(min_length=0)] | None = Field(
        None, description="A site file to try instead of the one that runs; nothing is changed."
    )
    hours: Annotated[int, Field(ge=1, le=24 * 31)] = 24


class RaisedView(Document):
    """An alarm that would have been raised."""

    at: datetime
    cleared_at: datetime | None
    key: str
    text: Words
    severity: int
    lane: Lane
    point: str
    value: Value | None
    seconds: float
    suppressed: bool

    @classmethod
    def of(cls, each: WouldRaise) -> RaisedView:
        """One of them as the API shows it."""
        return cls(
            at=each.at,
            cleared_at=each.cleared_at,
            key=each.key,
            text=Words.of(each.text),
            severity=each.severity,
            lane=each.lane,
            point=each.point,
            value=each.value,
            seconds=each.lasted.total_seconds(),
            suppressed=each.suppressed,
        )


class WouldCommandView(Document):
    """A command that would have been given."""

    at: datetime
    device: str
    action: str


class CountView(Document):
    """How many alarms would have been raised from an instant on, in an hour or a day."""

    begins: datetime
    raised: int

    @classmethod
    def of(cls, each: Count) -> CountView:
        """One of them as the API shows it."""
        return cls(begins=each.begins, raised=each.raised)


class TriedView(Document):
    """What would have followed, and how far that can be trusted."""

    points: tuple[str, ...]
    since: datetime
    until: datetime
    readings: int
    ended: Ended
    complete: bool
    raised_count: int
    raised: tuple[RaisedView, ...]
    commands: tuple[WouldCommandView, ...]
    hours: tuple[CountView, ...]
    days: tuple[CountView, ...]
    unheard: tuple[str, ...]
    untried: tuple[Words, ...]
    silences: tuple[Words, ...]

    @classmethod
    def of(cls, run: DryRun) -> TriedView:
        """A dry run as the API shows it."""
        return cls(
            points=run.points,
            since=run.since,
            until=run.until,
            readings=run.readings,
            ended=run.ended,
            complete=run.complete,
            raised_count=run.raised_count,
            raised=tuple(RaisedView.of(each) for each in run.raised),
            commands=tuple(
                WouldCommandView(at=each.at, device=each.device, action=each.action)
                for each in run.commands
            ),
            hours=tuple(CountView.of(each) for each in run.hours),
            days=tuple(CountView.of(each) for each in run.days),
            unheard=run.unheard,
            untried=tuple(Words.of(each) for each in run.untried),
            silences=tuple(Words.of(each) for each in run.silences),
        )


def words_of(text: Text | None) -> Words | None:
    """The words, where there are any."""
    return Words.of(text) if text else None
