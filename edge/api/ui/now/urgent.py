"""What is most urgent now: the alarms at the head of the first page; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Final

from edge.api.running import Running
from edge.api.sight import Sight
from edge.api.ui.alarms.lines import AlarmLine, line_of, urgency

MOST_SHOWN: Final = 8
"""Of a storm; the others are a click away, and all that stands below them stays in reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """The first few; `more` are not shown, `waiting` are over but for somebody's word."""

    lines: tuple[AlarmLine, ...]
    more: int
    waiting: int


def urgent_of(running: Running, sight: Sight, at: datetime) -> Urgent:
    """The alarms that are active, as far as somebody sees."""
    seen = [each for each in running.alarms.all.values() if sight.alarm(each)]
    active = [each for each in seen if each.active]
    first = nsmallest(MOST_SHOWN, active, key=urgency)
    site = running.configuration.site
    return Urgent(
        lines=tuple(line_of(each, site, at) for each in first),
        more=max(0, len(active) - MOST_SHOWN),
        waiting=len(seen) - len(active),
    )
