"""How issues ended, on both sides: who was told late, how long the response and the end took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

import apsw
import msgspec

from simulators.demo.scenario import Expectation, ExpectedEnd

EXACT_S = 1.0
"""How far an escalation may be from its time, and one side's measure from the other's."""

CLOSE_S = 5.0
"""How far a person's step may be from where the story has it: the raise is not where it begins."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """One issue; seconds from the raise, as the platform and as the gateway measured them."""

    alarm: str
    escalated: list[tuple[str, float]]
    responded: float | None
    resolved: float | None
    measured: tuple[float | None, float | None]
    notice: str
    told_back: bool


def ends(db: apsw.Connection) -> list[Ended]:
    """Every issue that took a step or was escalated, oldest first."""
    escalated: Mapping[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for site, issue, party, after in db.execute(
        "SELECT e.site, e.issue, e.party, (e.at - i.raised_at) / 1e6 FROM escalations e"
        " JOIN issues i ON i.site = e.site AND i.id = e.issue ORDER BY e.level"
    ):
        escalated[str(site), str(issue)].append((str(party), float(after)))
    rows = db.execute(
        "SELECT i.site, i.id, a.key, (i.responded_at - i.raised_at) / 1e6,"
        " (i.closed_at - i.raised_at) / 1e6, i.respond_seconds, i.resolve_seconds,"
        " coalesce((SELECT state FROM notices n WHERE n.site = i.site AND n.alarm = i.alarm), ''),"
        " NOT EXISTS (SELECT 1 FROM issue_steps s WHERE s.site = i.site AND s.issue = i.id"
        " AND s.told = 0) FROM issues i JOIN alarms a ON a.site = i.site AND a.id = i.alarm"
        " ORDER BY i.raised_at, i.id"
    )
    found = [_ended(row, escalated[str(row[0]), str(row[1])]) for row in rows]
    return [each for each in found if each.responded is not None or each.escalated]


def _ended(row: Sequence[object], escalated: list[tuple[str, float]]) -> Ended:
    _, _, alarm, responded, resolved, respond_seconds, resolve_seconds, notice, told = row
    return Ended(
        alarm=str(alarm),
        escalated=escalated,
        responded=_seconds(responded),
        resolved=_seconds(resolved),
        measured=(_seconds(respond_seconds), _seconds(resolve_seconds)),
        notice=str(notice),
        told_back=bool(told),
    )


def wrong_ends(expected: Iterable[Expectation], seen: Sequence[Ended]) -> list[str]:
    """Say what did not come to the end that it should have, and what the two sides see apart."""
    wrong = [f"end {each.alarm}: {what}" for each in seen for what in _apart(each)]
    for one in expected:
        if one.end is None:
            continue
        found = [each for each in seen if each.alarm == one.alarm]
        if len(found) != 1:
            wrong.append(f"end {one.alarm}: {len(found)} issues were answered")
        else:
            wrong += [f"end {one.alarm}: {what}" for what in _missed(one.end, found[0])]
    return wrong


def _apart(seen: Ended) -> Iterator[str]:
    """What is not settled between platform and gateway."""
    if not seen.told_back:
        yield "the gateway has not told every step back"
    for name, ours, theirs in (
        ("responded", seen.responded, seen.measured[0]),
        ("resolved", seen.resolved, seen.measured[1]),
    ):
        if ours is not None and (theirs is None or abs(ours - theirs) > EXACT_S):
            yield f"{name} after {ours} s, says the platform; the gateway measured {theirs} s"


def _missed(end: ExpectedEnd, seen: Ended) -> Iterator[str]:
    """Where it is not as the story has it."""
    wanted = [(each.to, each.after) for each in end.escalated]
    told = [to for to, _ in seen.escalated]
    late = any(
        _off(after, at) > EXACT_S
        for (_, after), (_, at) in zip(wanted, seen.escalated, strict=False)
    )
    if told != [to for to, _ in wanted] or late:
        yield f"escalated {seen.escalated}"
    if seen.responded is None or _off(end.responded, seen.responded) > CLOSE_S:
        yield f"responded after {seen.responded} s"
    if seen.resolved is None or _off(end.resolved, seen.resolved) > CLOSE_S:
        yield f"resolved after {seen.resolved} s"
    if seen.notice not in {"", "withdrawn"}:
        yield f"its notice is {seen.notice}"


def _off(wanted: timedelta, seen: float) -> float:
    return abs(wanted.total_seconds() - seen)


def _seconds(value: object) -> float | None:
    return round(float(value), 3) if isinstance(value, int | float) else None
