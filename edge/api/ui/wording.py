"""Instants, durations and numbers as a person reads them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from edge.api.words import Language
from edge.model import Point, Text, Value

UNKNOWN: Final = "–"
"""What stands where there is no value; an empty cell could be a mistake."""

_STEPS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_UNITS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"d": " d", "h": " h", "min": " min", "s": " s"},
    "zh": {"d": "天", "h": "小时", "min": "分", "s": "秒"},
}
_YES: Final[Mapping[Language, tuple[str, str]]] = {"en": ("No", "Yes"), "zh": ("否", "是")}

_FINE_S: Final = 10.0
"""Below this, tenths of a second are worth a look; below one second, milliseconds."""


def say(text: Text, language: Language) -> str:
    """The words in one language."""
    return text.zh if language == "zh" else text.en


def lasting(span: timedelta | float | None, language: Language, parts: int = 2) -> str:
    """`3 h 12 min`: the largest units, at most `parts` of them; fine below ten seconds."""
    if span is None:
        return UNKNOWN
    seconds = span.total_seconds() if isinstance(span, timedelta) else float(span)
    sign, seconds = ("−" if seconds < 0 else ""), abs(seconds)
    if 0 < seconds < 1:
        return f"{sign}{seconds * 1000:.0f} ms"
    if 0 < seconds < _FINE_S and seconds % 1:
        return f"{sign}{seconds:.1f}{_UNITS[language]['s']}"
    return sign + _whole(round(seconds), language, parts)


def _whole(left: int, language: Language, parts: int) -> str:
    units, said = _UNITS[language], list[str]()
    for size, unit in _STEPS:
        count, left = divmod(left, size)
        if count or (said and left):
            said.append(f"{count}{units[unit]}")
        if len(said) == parts:
            break
    joint = "" if language == "zh" else " "
    return joint.join(said) or f"0{units['s']}"


def aged(at: datetime | None, now: datetime, language: Language) -> str:
    """`3 min ago`, in one unit."""
    if at is None:
        return UNKNOWN
    passed = max((now - at).total_seconds(), 0.0)
    if passed < 1:
        return "刚刚" if language == "zh" else "just now"
    words = _whole(int(passed), language, 1)
    return f"{words}前" if language == "zh" else f"{words} ago"


def left(at: datetime | None, now: datetime, language: Language) -> str:
    """How long until then, `4 min left`; or since when it is over, `over by 2 min`."""
    if at is None:
        return UNKNOWN
    seconds = round((at - now).total_seconds())
    words = _whole(abs(seconds), language, 2)
    if seconds >= 0:
        return f"还剩{words}" if language == "zh" else f"{words} left"
    return f"已超{words}" if language == "zh" else f"over by {words}"


def told(at: datetime | None, now: datetime, zone: ZoneInfo, *, exact: bool = False) -> str:
    """The site's time: without the date where that is today's; `exact` to the millisecond."""
    if at is None:
        return UNKNOWN
    local, today = at.astimezone(zone), now.astimezone(zone)
    form = "%H:%M:%S"
    if local.year != today.year:
        form = "%Y-%m-%d %H:%M:%S"
    elif local.date() != today.date():
        form = "%m-%d %H:%M:%S"
    end = f".{local.microsecond // 1000:03d}" if exact else ""
    return local.strftime(form) + end


def number(value: Value | None, language: Language, point: Point | None = None) -> str:
    """A value with its unit, an enumeration by its label, a boolean as a word."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return _YES[language][value]
    if isinstance(value, int) and point is not None and value in point.labels:
        return say(point.labels[value], language)
    unit = point.unit if point is not None else ""
    return with_unit(value, unit)


def with_unit(value: float | str, unit: str = "") -> str:
    """`21.5 °C`, `80%`; a float without digits that mean nothing."""
    shown = f"{value:.10g}" if isinstance(value, float) else str(value)
    return f"{shown}{unit}" if unit in {"", "%"} else f"{shown} {unit}"


def size(count: float) -> str:
    """Bytes, in the unit that leaves the fewest digits."""
    units = ["B", "kB", "MB", "GB", "TB"]
    while count >= 999.5 and len(units) > 1:  # noqa: PLR2004 - what would be shown as 1000
        units.pop(0)
        count /= 1000
    digits = 0 if units[0] == "B" or count >= 100 else 1  # noqa: PLR2004 - three digits are enough
    return f"{count:.{digits}f} {units[0]}"
