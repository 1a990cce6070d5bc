"""Storms: many alarms of one kind from one device in a short time become one with a count."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from edge.model import AlarmRaised, Text

LIMIT = 10
"""More alarms than this within `WITHIN` nobody can follow one by one (ISA-18.2: 10 in 10 min)."""

WITHIN = timedelta(minutes=10)

RULE = "flood"

MARK = "/.flood/"


class Floods:
    """Counts raises by device and category, for as long as any of them counts."""

    def __init__(self) -> None:
        self.raised: dict[str, tuple[datetime, ...]] = {}

    def count(self, key: str, now: datetime) -> bool:
        """Take one raise; return whether it is one too many."""
        recent = (at for at in self.raised.get(key, ()) if now - at <= WITHIN)
        self.raised[key] = (*recent, now)[-LIMIT - 1 :]
        return len(self.raised[key]) > LIMIT

    def quiet_at(self, key: str) -> datetime | None:
        """When the storm is over if nothing more comes; none when nothing counts any more."""
        times = self.raised.get(key)
        return times[-1] + WITHIN if times else None


def key_of(raised: AlarmRaised) -> str:
    """The key of the alarm that stands for the storm."""
    return f"{raised.device}{MARK}{raised.category}"


def storm(raised: AlarmRaised, now: datetime) -> AlarmRaised:
    """The alarm that stands for all further ones."""
    return replace(
        raised,
        alarm=key_of(raised),
        rule=RULE,
        watched_by="",
        text=Text(
            f"短时间内大量报警（{raised.text.zh}），已合并计数",
            f"A storm of alarms ({raised.text.en}), counted as one",
        ),
        at=now,
        group="",
        latch=False,
        realarm=None,
        suppressed=(),
    )
