"""What is remembered of one lift while it is watched for people that it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from edge.rules.lift_facts import Seen
from edge.rules.lift_sensors import Sensors

Source: TypeAlias = Literal["", "device", "facts"]
"""What told the alarm that is on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrapmentState:
    """One lift: the alarm that is on (`source` is what told it), and the times that run.

    `said` is since when the device says so; `since` is since when the facts do, once they had
    done so for a while; `watched` since when without a break. `freed` is when somebody was
    seen to be able to leave.
    """

    source: Source = ""
    said: datetime | None = None
    since: datetime | None = None
    freed: datetime | None = None
    implausible: str = ""
    watched: datetime | None = field(default=None, compare=False)
    seen: dict[str, Seen] = field(default_factory=dict, compare=False)
    sensors: Sensors = field(default=Sensors(), compare=False)
