"""The alarm that every link has: lost, and with it all that is behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from edge.model import Lane, Text
from edge.rules.alarm import PointAlarm, Words

CATEGORY: Final = "link.offline"

PATIENCE: Final = timedelta(seconds=60)
"""A cable that is out for shorter needs nobody."""

_WORDS: Final = Words(
    category=CATEGORY,
    severity=600,
    lane=Lane.FAULT,
    text=Text("链路中断，其后的设备都无从得知", "Link lost; nothing is known of what is behind it"),
)


def link_alarm(link: str) -> PointAlarm:
    """Return the alarm: one for the link, not one for each device behind it."""
    return PointAlarm(
        id=f"{link}/offline",
        device=link,
        name="offline",
        point=f"{link}/online",
        words=_WORDS,
        holds=lambda value, _: value is False,
        on_delay=PATIENCE,
    )
