"""Who passes on what the history keeps."""

from __future__ import annotations

from math import inf
from typing import Final

from edge.config import Configuration, UplinkSection

SERIES: Final = "series"
"""The name under which the database of readings follows."""


def follower_of(uplink: UplinkSection) -> str:
    """Return the name under which an uplink follows the history."""
    return f"uplink.{uplink.id}"


def followers(configuration: Configuration) -> list[str]:
    """Return the names of all that follow, of uplinks those that readings go to."""
    names = [follower_of(each) for each in configuration.uplinks if each.telemetry is not None]
    return [*names, SERIES] if configuration.series is not None else names


def closely_s(configuration: Configuration) -> float:
    """Return within how many seconds a reading is on its way to who waits least for others."""
    sections = (each.telemetry for each in configuration.uplinks)
    return min((each.linger.total_seconds() for each in sections if each), default=inf)
