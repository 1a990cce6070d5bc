"""The conditions of a rule joined: what they take in, what is so at a moment, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from edge.model import Cause, Reading, Record, Text, Value
from edge.rules.explain import Explained, Latest
from edge.rules.memory import Past, Verdict
from edge.rules.quiet import Quiet
from edge.rules.terms import DuringTerm, PointTerm, StaleTerm, Term
from edge.rules.terms_over_time import CountTerm, StatisticTerm

Join: TypeAlias = Literal["all", "any", "not"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One condition in its tree: a term, or others joined; true once it has held for `hold`."""

    words: Text
    term: Term | None = None
    join: Join = "all"
    parts: tuple[int, ...] = ()
    hold: timedelta = timedelta(0)
    unit: str = ""
    limit: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """All conditions of a rule, outer ones first; `parts` are places in `nodes`.

    `missing` is what a term counts as that cannot be told; none leaves that open, and with
    it whatever it decides. `mark` tells one tree from another.
    """

    nodes: tuple[Node, ...]
    mark: str
    missing: bool | None = None

    @property
    def points(self) -> tuple[str, ...]:
        """The points that the terms take."""
        return tuple(point for node in self.nodes if node.term for point in node.term.points)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of events that the terms take."""
        return tuple(kind for node in self.nodes if node.term for kind in node.term.kinds)

    def take(self, pasts: Sequence[Past], record: Record, now: datetime) -> list[Past]:
        """Let every term take the record in."""
        return [
            node.term.take(past, record, now) if node.term else past
            for node, past in zip(self.nodes, pasts, strict=True)
        ]

    def judge(self, pasts: Sequence[Past], now: datetime) -> list[Verdict]:
        """Say of each condition what is so now; the first is the whole."""
        verdicts: list[Verdict] = [Verdict(past, None) for past in pasts]
        for at in range(len(self.nodes) - 1, -1, -1):
            node = self.nodes[at]
            if node.term:
                past, truth, wake = node.term.judge(pasts[at], now)
                truth = self.missing if truth is None else truth
            else:
                past, wake = pasts[at], None
                truth = _joined(node.join, [verdicts[part].truth for part in node.parts])
            verdicts[at] = _held(node, Verdict(past, truth, wake), now)
        return verdicts

    def cause(self, verdicts: Sequence[Verdict], record: Record | None, now: datetime) -> Cause:
        """What made the whole true: the record, or the first condition that is."""
        if isinstance(record, Reading):
            node = self._at(record.point)
            return Cause(
                point=record.point,
                value=record.value,
                unit=node.unit if node else "",
                limit=node.limit if node else None,
                about=record.about,
            )
        if record is not None:
            device, reason = getattr(record, "device", ""), getattr(record, "reason", "")
            return Cause(point=device, value=record.kind, about=reason)
        for node, verdict in zip(self.nodes, verdicts, strict=True):
            if node.term and node.term.points and verdict.truth:
                value = _figure(node.term, verdict.past, now)
                point = node.term.points[0]
                return Cause(point=point, value=value, unit=node.unit, limit=node.limit)
        return Cause(point=next(iter(self.points), ""), value=None)

    def same(self, pasts: Sequence[Past]) -> Mapping[str, tuple[Quiet, ...]] | None:
        """What tells, by point, that a reading changes nothing; none where time itself does.

        A statistic moves with the time between any two readings.
        """
        same: dict[str, tuple[Quiet, ...]] = {}
        never: set[str] = set()
        for node, past in zip(self.nodes, pasts, strict=True):
            if isinstance(node.term, StatisticTerm):
                return None
            if isinstance(node.term, PointTerm):
                point = node.term.point
                same[point] = (*same.get(point, ()), node.term.same(past))
            elif node.term:
                never.update(node.term.points)
        return {point: checks for point, checks in same.items() if point not in never}

    def explain(
        self, verdicts: Sequence[Verdict], now: datetime, latest: Latest, at: int = 0
    ) -> Explained:
        """Say how the condition at a place stands, and those that it consists of."""
        node, (past, truth, wake) = self.nodes[at], verdicts[at]
        since = past[0].since
        waits = since + node.hold if node.hold and since and truth is False else None
        return Explained(
            words=node.words,
            truth=truth,
            value=_shown(node.term, past, now, latest),
            unit=node.unit,
            since=since,
            until=waits or _until(node.term, wake, now),
            parts=tuple(self.explain(verdicts, now, latest, part) for part in node.parts),
        )

    def _at(self, point: str) -> Node | None:
        return next((n for n in self.nodes if n.term and point in n.term.points), None)


def _joined(join: Join, truths: Sequence[bool | None]) -> bool | None:
    """Join as far as it can be told: one false decides `all`, one true decides `any`."""
    if join == "not":
        return None if truths[0] is None else not truths[0]
    deciding = join == "any"
    if deciding in truths:
        return deciding
    return None if None in truths else not deciding


def _held(node: Node, verdict: Verdict, now: datetime) -> Verdict:
    """Note since when it has held; with `for` it is true only once that is long enough."""
    past, truth, wake = verdict
    memory, fresh = past
    since = memory.since
    if truth is not None:
        since = (since or now) if truth else None
        if since is not memory.since:
            past = replace(memory, since=since), fresh
    if truth and since and node.hold and now < since + node.hold:
        due = since + node.hold
        return Verdict(past, truth=False, wake=min(wake, due) if wake else due)
    return verdict if past is verdict.past else Verdict(past, truth, wake)


def _figure(term: Term, past: Past, now: datetime) -> Value | None:
    """What a term compared, as far as it remembers."""
    if isinstance(term, StatisticTerm | CountTerm):
        return term.figure(past, now)
    return past[1].value


def _shown(term: Term | None, past: Past, now: datetime, latest: Latest) -> Value | None:
    if isinstance(term, PointTerm | StaleTerm) and (reading := latest.get(term.point)):
        return reading.value
    return _figure(term, past, now) if term else None


def _until(term: Term | None, wake: datetime | None, now: datetime) -> datetime | None:
    """When a term changes by itself; that a bucket ends is no change."""
    if isinstance(term, DuringTerm):
        return term.schedule.until(now)
    return None if isinstance(term, StatisticTerm) else wake
