"""An instant in a page: its words, with the instant itself behind them; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from markupsafe import Markup


def time_tag(
    at: datetime | None, shown: str, zone: ZoneInfo, runs: Literal["", "ages", "left"] = ""
) -> Markup:
    """The shown words with the full instant behind them; where time `runs` a script counts on."""
    if at is None:
        return Markup("{}").format(shown)
    full = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone.key}"
    tag = '<time datetime="{}" title="{}"{}>{}</time>'
    mark = Markup(f" data-{runs}" if runs else "")  # noqa: S704 - one of three words
    machine = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return Markup(tag).format(machine, full, mark, shown)  # noqa: S704 - as above
