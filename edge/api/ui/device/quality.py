"""How well a device answers, in numbers and in one word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.api.ui.device.reasons import device_reason
from edge.model import Text
from edge.trace import Tally

Verdict: TypeAlias = Literal["good", "fault", "unknown"]

SOUND: Final = 0.99
"""The share of good answers from which a line is called sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One way in which it failed, and how often."""

    what: Text
    said: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was counted since the gateway began; times in seconds, `share` from 0 to 1.

    `spoken_to` is whether the gateway asks it, and does not only listen.
    """

    verdict: Verdict
    share: float | None
    sent: int
    heard: int
    good: int
    failed: int
    last_good: datetime | None
    last_failure: datetime | None
    round_trip: float | None
    longest: float | None
    resting_until: datetime | None
    failures: tuple[Failure, ...]


def quality_of(tally: Tally) -> Quality:
    """The numbers of a tally, the commonest failure first."""
    asked = tally.good + tally.failed
    share = tally.good / asked if asked else None
    return Quality(
        verdict="unknown" if share is None else "good" if share >= SOUND else "fault",
        share=share,
        sent=tally.sent,
        heard=tally.heard,
        good=tally.good,
        failed=tally.failed,
        last_good=tally.last_good,
        last_failure=tally.last_failure,
        round_trip=tally.round_trip,
        longest=tally.longest,
        resting_until=tally.resting_until,
        failures=tuple(
            Failure(what=device_reason(said).what, said=said, count=count)
            for said, count in sorted(tally.reasons.items(), key=lambda each: -each[1])
        ),
    )
