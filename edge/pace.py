"""How fast one link may tell of events: at once what any device has to say, then slower."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from edge.driver import Report
from edge.model import Block, Reading

A_SECOND: Final = 500
"""Events of one link, in the long run. A fire alarm system tells a few a second; what comes
faster would keep the disk busy, and the commits of every other link waiting for it."""

AT_ONCE: Final = 1000
"""Events that are taken as fast as they come: each component of a large panel."""


@dataclass(slots=True)
class Pace:
    """A bucket of tokens, told as the instant, in seconds, at which it would be full."""

    full_at: float = float("-inf")

    def wait(self, report: Report, now: float) -> float:
        """Count a report; return for how many seconds nothing more is to be taken.

        Readings cost nothing, as they wait for no commit; a report that is confirmed costs one
        at least, though it be known.
        """
        records = report.records
        if report.kept is None and len(records) == 1 and type(records[0]) is Block:
            return 0.0  # what a poll makes, a thousand times a second
        told = sum(type(record) not in (Reading, Block) for record in records)
        cost = max(told, report.weight, report.kept is not None)
        if not cost:
            return 0.0
        self.full_at = max(self.full_at, now) + cost / A_SECOND
        return max(self.full_at - now - AT_ONCE / A_SECOND, 0.0)
