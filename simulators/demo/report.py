"""What a demonstration proved: expectations against what the platform holds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import apsw
import msgspec

from simulators.demo.ends import Ended
from simulators.demo.noticed import Noticed, Shown
from simulators.demo.outages import Outages
from simulators.demo.scenario import Expectation, Step
from simulators.platform import report

MARGIN_S = 5.0
"""What comes later than this before the end may, or may not, have come."""


class LatencyMs(msgspec.Struct, frozen=True, kw_only=True):
    """How long something took, in milliseconds.

    An alarm: from the read or frame that completed its condition to the platform's disk. A
    reaction: from the frame that a device sent to the command that another one received.
    """

    count: int
    p50: float
    p99: float
    max: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The one JSON object of `whistle demo --json`."""

    scenario: str
    seconds: float
    seed: int
    ok: bool
    readings: int
    events: dict[str, int]
    issues: int
    notices: int
    duplicates: int
    lost: int
    redelivered: int
    alarm_latency_ms: LatencyMs | None
    alarm_latency_during_outages_ms: LatencyMs | None
    reaction_ms: LatencyMs | None
    expected: int
    missing: list[str]
    unexpected: list[str]
    gateway_starts: int
    outages: int
    ends: list[Ended]
    noticed: list[Noticed]
    shown: list[Shown]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform holds of alarms: how often each key was raised, and became what."""

    alarms: Counter[str]
    issues: Counter[tuple[str, str]]
    notices: Counter[tuple[str, str]]


def look(db: apsw.Connection) -> Seen:
    """Count alarms by key, issues by key and category, notices by key and audience."""
    alarms = Counter(
        {
            str(k): int(n)
            for k, n in db.execute(
                "SELECT key, count(*) FROM alarms WHERE raised IS NOT NULL GROUP BY key"
            )
        }
    )
    return Seen(
        alarms=alarms,
        issues=_by_body(db, "issues", "$.category"),
        notices=_by_body(db, "notices", "$.audience.type"),
    )


def compare(
    expected: Iterable[Expectation], possible: Iterable[Expectation], seen: Seen
) -> tuple[list[str], list[str]]:
    """Return what is missing, and what is there without or more often than it may be."""
    wanted, allowed = _counted(expected), _counted([*expected, *possible])
    got = Counter(
        {
            **{f"alarm {key}": n for key, n in seen.alarms.items()},
            **{f"issue {key} {what}": n for (key, what), n in seen.issues.items()},
            **{f"notice {key} {what}": n for (key, what), n in seen.notices.items()},
        }
    )
    return list((wanted - got).elements()), list((got - allowed).elements())


def expectations(
    steps: Iterable[Step], seconds: float
) -> tuple[list[Expectation], list[Expectation]]:
    """Return what has to come of the steps within so many seconds, and what only may."""
    expected: list[Expectation] = []
    possible: list[Expectation] = []
    for step in steps:
        for each in step.expect:
            due = step.second + each.whole.total_seconds() + MARGIN_S
            (expected if due <= seconds else possible).append(each)
    return expected, possible


def _counted(expectations: Iterable[Expectation]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for each in expectations:
        counted[f"alarm {each.alarm}"] += 1
        if each.issue:
            counted[f"issue {each.alarm} {each.issue}"] += 1
        if each.notice:
            counted[f"notice {each.alarm} {each.notice}"] += 1
    return counted


def latency(samples: Iterable[report.Latency]) -> LatencyMs | None:
    """Return the distribution; none without samples."""
    return distribution(sample.seconds * 1000 for sample in samples)


def distribution(samples_ms: Iterable[float]) -> LatencyMs | None:
    """Return the distribution of milliseconds; none without samples."""
    ms = sorted(samples_ms)
    if not ms:
        return None
    return LatencyMs(
        count=len(ms), p50=_quantile(ms, 0.5), p99=_quantile(ms, 0.99), max=round(ms[-1], 1)
    )


def split(
    samples: Iterable[report.Latency], outages: Outages
) -> tuple[list[report.Latency], list[report.Latency]]:
    """Tell alarms that found the way whole from those that had to wait for it."""
    whole: list[report.Latency] = []
    waited: list[report.Latency] = []
    for sample in samples:
        (waited if outages.touch(sample.at, sample.committed_at) else whole).append(sample)
    return whole, waited


def doubles(db: apsw.Connection) -> int:
    """Count what the platform has twice: alarms raised while raised, reports stored again."""
    again = sum(report.raised_twice(db).values())
    return again + sum(count - 1 for count in report.doubled_origins(db).values())


def _quantile(ordered: Sequence[float], share: float) -> float:
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 1)


def _by_body(db: apsw.Connection, table: str, path: str) -> Counter[tuple[str, str]]:
    rows = db.execute(
        f"SELECT a.key, json_extract(t.body, ?), count(*) FROM {table} t"  # noqa: S608 - our own names
        " JOIN alarms a ON a.id = t.alarm GROUP BY 1, 2",
        (path,),
    )
    return Counter({(str(key), str(what)): int(count) for key, what, count in rows})
