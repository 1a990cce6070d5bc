"""The life of every alarm: what each event does to it, after ISA-18.2; see docs/alarms.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from edge.alarms import calling, flood
from edge.alarms.kept import ALARM, SHELF, STORM, WINDOW, Standing, instants, next_realarm
from edge.alarms.suppression import may_shelve
from edge.alarms.told import Told
from edge.model import (
    Alarm,
    AlarmAcknowledged,
    AlarmCleared,
    AlarmEscalated,
    AlarmRaised,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    AlarmUpdated,
    Event,
    EvidenceKept,
    IssueChanged,
    Lane,
    SuppressionBegan,
    SuppressionEnded,
    Update,
)
from edge.site import Policy, Site

RECENT = timedelta(minutes=1)
"""An alarm told within this was raised when it says; an older one needs somebody from now on."""

AFTERWARDS = timedelta(minutes=2)
"""What had another cause may go on for this long after it before it calls on its own."""


class Alarms(Standing):
    """Follows events one by one; pure but for its memory. `site` may be replaced by a newer one."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site

    def follow(self, number: int, event: Event, now: datetime) -> Sequence[Told]:  # noqa: PLR0911 - one line for each event
        """Return what is to be kept of an event, the first under `number`, the next after it.

        Nothing, when it changes nothing: a second raise, an alarm that is acknowledged already.
        """
        match event:
            case AlarmRaised():
                return self._raised(number, event, now)
            case AlarmCleared():
                return self._cleared(event, now)
            case AlarmReset():
                return self._reset(event, now)
            case AlarmAcknowledged():
                return self._acknowledged(event)
            case AlarmUpdated(why="realarmed"):
                return self._realarmed(event, now)
            case AlarmEscalated():
                return self._escalated(event, now)
            case IssueChanged():
                return self._answered(event, now)
            case EvidenceKept():
                return (Told(event, self._all.last(event.alarm)),)
            case AlarmShelved() | AlarmUnshelved() | SuppressionBegan() | SuppressionEnded():
                return self._aside(event, now)
            case _:
                return (Told(event),)

    def due(self, now: datetime) -> list[Event]:
        """Return what follows from the time alone; each has to be followed like any event."""
        ended: list[Event] = []
        due: list[Event] = []
        for who in self._wakes.take(now):
            if who.startswith(SHELF):
                ended.append(AlarmUnshelved(alarm=who.removeprefix(SHELF), by="", at=now))
            elif who.startswith(WINDOW):
                ended.append(SuppressionEnded(id=who.removeprefix(WINDOW), by="", at=now))
            elif who.startswith(STORM):
                due += self._storm_over(who.removeprefix(STORM), now)
            elif alarm := self.all.get(int(who.removeprefix(ALARM))):
                due += self._due(alarm, now)
        return ended + due

    def _due(self, alarm: Alarm, now: datetime) -> Iterator[Event]:
        issue, policy = alarm.issue, self._policy(alarm)
        later = (at for at in instants(alarm) if at and at > now)
        self._wakes.set(f"{ALARM}{alarm.number}", later)
        if alarm.realarm_at and alarm.realarm_at <= now:
            yield AlarmUpdated(alarm=alarm.key, why="realarmed", at=now)
        parties = policy.issue.escalation.to if policy and policy.issue else ()
        if issue and issue.escalate_at and issue.escalate_at <= now and issue.level < len(parties):
            yield AlarmEscalated(
                alarm=alarm.key,
                number=alarm.number,
                level=issue.level + 1,
                to=parties[issue.level],
                overdue="resolve" if issue.responded_at else "respond",
                due=issue.resolve_by if issue.responded_at else issue.respond_by,
                at=now,
            )

    def _raised(self, number: int, event: AlarmRaised, now: datetime) -> Sequence[Told]:
        if current := self.active.get(event.alarm):
            return self._back(current, now)
        flooded = event.rule != flood.RULE and self._count(flood.key_of(event), now)
        why = self.suppressions.of(event, self.site.location_of(event))
        if why or flooded:
            event = replace(event, suppressed=(*why, "flood") if flooded else why)
        shelf, last = self.suppressions.shelves.get(event.alarm), self._all.last(event.alarm)
        first = next(self._all.in_group(event.group), None)
        alarm = Alarm(
            key=event.alarm,
            number=number,
            raised=event,
            since=event.at if now - RECENT < event.at <= now else now,
            count=1 + last.count if last and not last.acknowledged else 1,
            suppressed=event.suppressed,
            shelved_until=shelf.until if shelf and "shelved" in why else None,
            realarm_at=now + event.realarm if event.realarm else None,
            first=first.number if first else 0,
        )
        if not self._follows(alarm):
            alarm = calling.call(alarm, self._policy(alarm), now)
        told = (Told(event, self._put(alarm)),)
        return (*told, *self._storm(number + 1, event, now)) if flooded else told

    def _back(self, alarm: Alarm, now: datetime) -> Sequence[Told]:
        """A condition that is true again: news only where the alarm was latched meanwhile."""
        if not alarm.latched:
            return ()
        alarm = replace(alarm, latched=False)
        return self._called_anew(alarm, AlarmUpdated(alarm=alarm.key, why="realarmed", at=now), now)

    def _storm(self, number: int, event: AlarmRaised, now: datetime) -> Sequence[Told]:
        current = self.active.get(flood.key_of(event))
        if current is None:
            return self._raised(number, flood.storm(event, now), now)
        more = self._put(replace(current, count=current.count + 1))
        if more.count & (more.count - 1):  # told at 2, 4, 8 …: a storm must not become one itself
            return ()
        return (Told(AlarmUpdated(alarm=more.key, why="more", at=now), more),)

    def _storm_over(self, key: str, now: datetime) -> Iterator[Event]:
        """Nothing more has come for a while: the storm ends with the last of its alarms."""
        quiet = self._floods.quiet_at(key)
        if quiet and quiet > now:
            self._wakes.set(f"{STORM}{key}", (quiet,))
            return
        self._storms(key, ())
        if key in self.active and not self._all.in_storm(key):
            yield AlarmCleared(alarm=key, at=now)

    def _cleared(self, event: AlarmCleared, now: datetime) -> Sequence[Told]:
        alarm = self.active.get(event.alarm)
        if alarm is None or alarm.latched:
            return ()
        if alarm.raised.latch:
            told = AlarmUpdated(alarm=alarm.key, why="latched", at=event.at)
            return (Told(told, self._put(replace(alarm, latched=True))),)
        return (Told(event, self._ended(alarm, event.at, now)),)

    def _reset(self, event: AlarmReset, now: datetime) -> Sequence[Told]:
        alarm = self.active.get(event.alarm)
        if alarm is None or not alarm.latched:
            return ()
        ended = self._ended(alarm, event.at, now)
        return (Told(event, alarm), Told(AlarmCleared(alarm=alarm.key, at=event.at), ended))

    def _ended(self, alarm: Alarm, at: datetime, now: datetime) -> Alarm:
        """End it; what goes on of its group calls on its own, but not at once."""
        ended = replace(alarm, active=False, latched=False, cleared_at=at, realarm_at=None)
        self._put(ended)
        for other in self._all.in_group(alarm.raised.group):
            if other.issue is None and other.realarm_at is None and not self._follows(other):
                self._put(replace(other, realarm_at=now + AFTERWARDS))
        return ended

    def _acknowledged(self, event: AlarmAcknowledged) -> Sequence[Told]:
        return tuple(
            Told(event, self._put(_seen(alarm, event)))
            for alarm in self._all.unacknowledged(event.alarm)
        )

    def _realarmed(self, event: AlarmUpdated, now: datetime) -> Sequence[Told]:
        alarm = self.active.get(event.alarm)
        if alarm is None:
            return ()
        if alarm.quiet or self._follows(alarm):
            self._put(replace(alarm, realarm_at=next_realarm(alarm, now)))
            return ()
        return self._called_anew(alarm, event, now)

    def _called_anew(self, alarm: Alarm, event: AlarmUpdated, now: datetime) -> Sequence[Told]:
        """Somebody has to look again; where the issue was closed, a further one is opened."""
        alarm = replace(
            alarm,
            acknowledged=False,
            acknowledged_by="",
            acknowledged_at=None,
            realarm_at=next_realarm(alarm, now),
        )
        if not self._follows(alarm):
            alarm = calling.call_anew(alarm, self._policy(alarm), now)
        return (Told(event, self._put(alarm)),)

    def _escalated(self, event: AlarmEscalated, now: datetime) -> Sequence[Told]:
        alarm = self.all.get(event.number)
        policy = self._policy(alarm) if alarm else None
        if alarm is None or policy is None or policy.issue is None:
            return ()
        return (Told(event, self._put(calling.escalated(alarm, policy.issue, now))),)

    def _answered(self, event: IssueChanged, now: datetime) -> Sequence[Told]:
        alarm = self.all.get(event.number)
        if alarm is None or alarm.issue is None or alarm.issue.turn != event.turn:
            return (Told(event, alarm),)
        if event.step in alarm.issue.steps:
            return ()
        ended_before, policy = alarm.issue.ended, self._policy(alarm)
        alarm = calling.answered(alarm, event, policy.issue if policy else None, now)
        told = [Told(event, self._put(alarm))]
        for each in self._all.unacknowledged(alarm.key):
            if each.number <= alarm.number:
                at = min(max(event.at, each.since), now)
                seen = AlarmAcknowledged(alarm=each.key, by=event.by or event.party, at=at)
                told.append(Told(seen, self._put(_seen(each, seen))))
        alarm = self.all.get(alarm.number, alarm)
        if alarm.active and alarm.issue and alarm.issue.ended and not ended_before:
            on = AlarmUpdated(alarm=alarm.key, why="issue_ended_while_active", at=now)
            told.append(Told(on, alarm))
        return told

    def _aside(
        self,
        event: AlarmShelved | AlarmUnshelved | SuppressionBegan | SuppressionEnded,
        now: datetime,
    ) -> Sequence[Told]:
        """Put alarms aside or take them back, and tell of each that this changes."""
        about = None
        if isinstance(event, AlarmShelved | AlarmUnshelved):
            about = self.active.get(event.alarm)
            if isinstance(event, AlarmShelved) and about and not may_shelve(about.raised.lane):
                return ()
        if not self._suppress(event):
            return ()
        changes = [
            told for alarm in tuple(self.active.values()) for told in self._weighed(alarm, now)
        ]
        return (Told(event, self._marked(about) if about else None), *changes)

    def _weighed(self, alarm: Alarm, now: datetime) -> Sequence[Told]:
        """Tell of an active alarm that is put aside, or is back."""
        before, alarm = alarm, self._marked(alarm)
        if alarm == before:
            return ()
        if alarm.quiet:
            alarm = calling.quieten(alarm)
        elif not self._follows(alarm):
            alarm = calling.resume(alarm, self._policy(alarm), now)
        self._put(alarm)
        aside, was = calling.how_quiet(alarm), calling.how_quiet(before)
        if aside == was:
            return ()
        update: Update = "suppressed" if aside > was else "unsuppressed"
        return (Told(AlarmUpdated(alarm=alarm.key, why=update, at=now), alarm),)

    def _marked(self, alarm: Alarm) -> Alarm:
        """Say why it calls nobody, if it does not."""
        why = self.suppressions.of(alarm.raised, self.site.location_of(alarm.raised))
        shelf = self.suppressions.shelves.get(alarm.key)
        return replace(
            alarm,
            suppressed=(*why, "flood") if "flood" in alarm.suppressed else why,
            shelved_until=shelf.until if shelf and "shelved" in why else None,
        )

    def _follows(self, alarm: Alarm) -> bool:
        """Whether one of its group that is as severe has called; what saves lives needs such."""
        return alarm.issue is None and any(
            other.issue is not None
            and other.number != alarm.number
            and other.raised.severity >= alarm.raised.severity
            and (alarm.raised.lane is not Lane.LIFE_SAFETY or other.raised.lane is Lane.LIFE_SAFETY)
            for other in self._all.in_group(alarm.raised.group)
        )

    def _policy(self, alarm: Alarm) -> Policy | None:
        return self.site.policy_for(alarm.raised)


def _seen(alarm: Alarm, event: AlarmAcknowledged) -> Alarm:
    return replace(alarm, acknowledged=True, acknowledged_by=event.by, acknowledged_at=event.at)
