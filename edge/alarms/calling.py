"""Whom an alarm calls: its issue, its notice, and who is told when nobody comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from edge.model import Alarm, IssueChanged, Lane
from edge.model import Issue as IssueOf
from edge.site import IssuePolicy, Policy

STEPS_REMEMBERED = 16
"""Steps of one issue that are known again when they come twice; an issue has five states."""


def how_quiet(alarm: Alarm) -> tuple[bool, bool, bool]:
    """By how much it is put aside; in which order, whoever listens has to hear of it.

    What saves lives is not listened to while it is out of service, and in a storm it is again.
    """
    unheeded = alarm.raised.lane is Lane.LIFE_SAFETY and "out_of_service" in alarm.suppressed
    return alarm.quiet, unheeded, bool(alarm.suppressed)


def call(alarm: Alarm, policy: Policy | None, now: datetime) -> Alarm:
    """Let an alarm that calls nobody yet call those whom the policy names.

    One that is suppressed calls nobody. Life safety in a test or under maintenance is the
    exception: it becomes an issue that says so, does not escalate, and its notice is a draft.
    """
    if policy is None or alarm.issue is not None or alarm.notice:
        return alarm
    if alarm.quiet:
        return alarm
    notice = policy.notice
    publish = "draft" if alarm.suppressed and notice else notice.publish if notice else ""
    issue = _begin(policy.issue, now) if policy.issue else None
    alarm = replace(alarm, issue=issue, notice=publish)
    return quieten(alarm) if alarm.suppressed else alarm


def call_anew(alarm: Alarm, policy: Policy | None, now: datetime) -> Alarm:
    """Open a further issue for an alarm that goes on after its issue was closed."""
    if alarm.issue is None:
        return call(alarm, policy, now)
    if alarm.quiet or not alarm.issue.ended or policy is None or policy.issue is None:
        return alarm
    issue = replace(_begin(policy.issue, now), turn=alarm.issue.turn + 1)
    alarm = replace(alarm, issue=issue)
    return quieten(alarm) if alarm.suppressed else alarm


def _begin(policy: IssuePolicy, now: datetime) -> IssueOf:
    """Return a new issue with its deadlines."""
    respond_by = now + policy.respond_within
    return IssueOf(
        opened_at=now,
        respond_by=respond_by,
        resolve_by=now + policy.resolve_within,
        escalate_at=respond_by if policy.escalation.to else None,
    )


def quieten(alarm: Alarm) -> Alarm:
    """Let it escalate no further for now."""
    if alarm.issue is None or alarm.issue.escalate_at is None:
        return alarm
    return replace(alarm, issue=replace(alarm.issue, escalate_at=None))


def resume(alarm: Alarm, policy: Policy | None, now: datetime) -> Alarm:
    """Let it call, or go on escalating, after it was suppressed."""
    if alarm.issue is None and not alarm.notice:
        return call(alarm, policy, now)
    if policy is None or alarm.suppressed:
        return alarm
    if alarm.notice and policy.notice:
        alarm = replace(alarm, notice=policy.notice.publish)
    issue = alarm.issue
    if issue is None or issue.ended or issue.escalate_at or policy.issue is None:
        return alarm
    due = issue.resolve_by if issue.responded_at else issue.respond_by
    return replace(alarm, issue=replace(issue, escalate_at=_next(issue, policy.issue, due, now)))


def escalated(alarm: Alarm, policy: IssuePolicy, now: datetime) -> Alarm:
    """The next party was told; the one after it is due in the policy's time."""
    issue = alarm.issue
    if issue is None:
        return alarm
    told = replace(issue, level=issue.level + 1)
    due = _next(told, policy, now + policy.escalation.every, now)
    return replace(alarm, issue=replace(told, escalate_at=due))


def answered(alarm: Alarm, said: IssueChanged, policy: IssuePolicy | None, now: datetime) -> Alarm:
    """Take the platform's word on the issue; times lie between its opening and now.

    A word about a state that was left already changes nothing but what is remembered.
    """
    issue = alarm.issue
    if issue is None:
        return alarm
    at = min(max(said.at, issue.opened_at), now)
    steps = (*issue.steps, *filter(None, (said.step,)))[-STEPS_REMEMBERED:]
    if issue.ended:
        return replace(alarm, issue=replace(issue, steps=steps))
    first = issue.responded_at is None
    issue = replace(
        issue,
        steps=steps,
        state=said.state,
        by=said.by,
        party=said.party,
        responded_at=issue.responded_at or at,
    )
    if issue.ended:
        issue = replace(issue, ended_at=at, escalate_at=None)
    elif first and policy and (issue.escalate_at or not alarm.suppressed):
        issue = replace(issue, escalate_at=_next(issue, policy, issue.resolve_by, now))
    return replace(alarm, issue=issue)


def _next(issue: IssueOf, policy: IssuePolicy, due: datetime, now: datetime) -> datetime | None:
    """When the next party is told, if there is one; never in the past."""
    return max(due, now) if issue.level < len(policy.escalation.to) else None
