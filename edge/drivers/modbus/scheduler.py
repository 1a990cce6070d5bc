"""Whose turn it is on a link: the earliest deadline first."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """Something that wants the line every so many seconds until it is cancelled."""

    every: float
    due: float = 0.0
    cancelled: bool = False


@dataclass(slots=True)
class Schedule:
    """Jobs by the time they are due, then by their deadline: due + every.

    A slow job has the later deadline and lets fast ones pass, but its deadline comes; so
    neither starves on a line that is too slow for both.
    """

    _waiting: list[tuple[float, int, Job]] = field(default_factory=list)
    _ready: list[tuple[float, int, Job]] = field(default_factory=list)
    _ticket: count[int] = field(default_factory=count)

    def put(self, job: Job, due: float) -> None:
        """Let a job wait until it is due."""
        job.due = due
        heapq.heappush(self._waiting, (due, next(self._ticket), job))

    def again(self, job: Job, now: float) -> None:
        """Put a job back after its turn: in step with its period, without catching up."""
        due = job.due + job.every
        self.put(job, max(now, due))

    def next(self, now: float) -> Job | None:
        """Remove and return the job whose turn it is or, where none is due, that will be next."""
        waiting = self._waiting
        if not self._ready and len(waiting) == 1 and not waiting[0][2].cancelled:
            return waiting.pop()[2]
        job = self.take(now)
        if job is None and (due := self.next_due()) is not None:
            return self.take(due)
        return job

    def take(self, now: float) -> Job | None:
        """Remove and return the job whose turn it is."""
        while self._waiting and self._waiting[0][0] <= now:
            _, ticket, job = heapq.heappop(self._waiting)
            heapq.heappush(self._ready, (job.due + job.every, ticket, job))
        while self._ready:
            _, _, job = heapq.heappop(self._ready)
            if not job.cancelled:
                return job
        return None

    def late(self, now: float) -> float:
        """How far the job that has waited longest is beyond its deadline; below 0: none is."""
        while self._ready and self._ready[0][2].cancelled:
            heapq.heappop(self._ready)
        self.next_due()
        waiting = [heap[0][2] for heap in (self._ready, self._waiting) if heap]
        return max((now - job.due - job.every for job in waiting), default=-1.0)

    def next_due(self) -> float | None:
        """When the next job is due, if any waits."""
        while self._waiting and self._waiting[0][2].cancelled:
            heapq.heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else None
