"""Amounts and times as a person reads them, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from edge.model import Text

_STEPS: Final = (
    (86_400, "天", "day"),
    (3_600, "小时", "hour"),
    (60, "分钟", "minute"),
    (1, "秒", "second"),
)


def size(count: float) -> str:
    """Return an amount of bytes, the same in every language."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:  # noqa: PLR2004 - what the next unit begins with
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def span(time: timedelta) -> Text:
    """Return a time in its largest unit."""
    seconds = abs(time.total_seconds())
    for step, zh, en in _STEPS:
        if (count := int(seconds // step)) >= 1:
            return Text(f"{count} {zh}", f"{count} {en}{'' if count == 1 else 's'}")
    return Text("不到 1 秒", "less than a second")


def both(text: str) -> Text:
    """Return what is the same in both languages, such as what a library says."""
    return Text(text, text)
