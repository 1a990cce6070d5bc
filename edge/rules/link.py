"""The alarm that every link has: lost, and with it all that is behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from edge.model import Lane, Text
from edge.rules.alarm import PointAlarm, Words

CATEGORY: Final = "link.offline"

PATIENCE: Final = timedelta(seconds=60)
"""A cable that is out for shorter needs nobody."""

_TEXT: Final = Text(
    "链路中断，其后的设备都无从得知", "Link lost; nothing is known of what is behind it"
)


def group_of(root: str) -> str:
    """The group of all that is lost with a link, or with what several links hang on."""
    return f"offline@{root}"


def link_alarm(link: str, devices: tuple[str, ...] = (), root: str = "") -> PointAlarm:
    """Return the alarm: one for the link, not one for each device behind it.

    `root` is what the link hangs on together with others, where the site file says so.
    """
    return PointAlarm(
        id=f"{link}/offline",
        device=link,
        name="offline",
        point=f"{link}/online",
        words=Words(
            category=CATEGORY,
            severity=600,
            lane=Lane.FAULT,
            text=_TEXT,
            group=group_of(root or link),
            behind=devices,
            condition=Text(f"链路 {link} 中断", f"the link {link} is lost"),
        ),
        holds=lambda value, _: value is False,
        on_delay=PATIENCE,
    )
