"""Suppression by schedule: tests and maintenance that come again, such as the monthly fire test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from edge.model import Covers, Record, SuppressionBegan, SuppressionEnded
from edge.rules.rule import Step
from edge.rules.schedule import Schedule

GRACE: Final = timedelta(minutes=5)
"""A window ends by itself this long after its time, should its rule be gone by then."""


@dataclass(frozen=True, slots=True)
class WindowState:
    """When the window was last said to begin; none while it is not its time."""

    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRule:
    """Begins and ends one suppression at the borders of a schedule.

    The suppression has the name of the window. Who ends it before its time ends it until the
    schedule begins anew.
    """

    name: str
    why: Literal["test", "maintenance"]
    covers: Covers
    reason: str
    schedule: Schedule

    @property
    def id(self) -> str:
        """One for each window of the site."""
        return f".window/{self.name}"

    @property
    def points(self) -> tuple[str, ...]:
        """No readings: only the time counts."""
        return ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """No events."""
        return ()

    @property
    def raises(self) -> tuple[str, ...]:
        """No alarm."""
        return ()

    def start(self) -> WindowState:
        """Begin outside."""
        return WindowState()

    def step(self, state: WindowState, record: Record | None, now: datetime) -> Step[WindowState]:
        """Look at the time of the day, again and again: it may be set."""
        del record
        wake = self.schedule.wake(now)
        if not self.schedule.applies(now):
            if state.since is None:
                return Step(state, wake=wake)
            ended = SuppressionEnded(id=self.name, by="", at=now)
            return Step(WindowState(), (ended,), wake)
        if state.since is not None and now < self._until(state.since):
            return Step(state, wake=wake)
        began = SuppressionBegan(
            id=self.name,
            why=self.why,
            covers=self.covers,
            by="",
            reason=self.reason,
            at=now,
            until=self._until(now) + GRACE,
        )
        return Step(WindowState(now), (began,), wake)

    def _until(self, since: datetime) -> datetime:
        """The next border: what is without a gap is begun anew there, before it runs out."""
        return self.schedule.until(since) or since
