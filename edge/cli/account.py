"""An account of an alarm as a person reads it: a tree of conditions with their values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from edge.model import Text
from edge.rules.explain import Explained


def lines_of(account: Explained, zone: ZoneInfo, say: Callable[[str, str], str]) -> Iterator[str]:
    """One line for the alarm, and one for each condition below it."""
    stands = say("有效", "is active") if account.truth else say("无效", "is not active")
    yield f"{_in(account.words, say)}: {stands}{_when(account, zone, say)}"
    for part in account.parts:
        yield from _tree(part, "  ", zone, say)


def _tree(
    part: Explained, indent: str, zone: ZoneInfo, say: Callable[[str, str], str]
) -> Iterator[str]:
    mark = {True: "✓", False: "✗", None: "?"}[part.truth]
    yield f"{indent}{mark} {_in(part.words, say)}{_value(part, say)}{_when(part, zone, say)}"
    for inner in part.parts:
        yield from _tree(inner, f"{indent}  ", zone, say)


def _value(part: Explained, say: Callable[[str, str], str]) -> str:
    if part.parts:
        return ""
    if part.value is None:
        return say("  [现值未知]", "  [value unknown]") if part.truth is None else ""
    value = part.value
    if isinstance(value, bool):
        written = say("是", "yes") if value else say("否", "no")
    else:
        written = f"{value:.6g}" if isinstance(value, float) else str(value)
    now = say("现为", "now")
    return f"  [{now} {written}{f' {part.unit}' if part.unit else ''}]"


def _when(part: Explained, zone: ZoneInfo, say: Callable[[str, str], str]) -> str:
    words = []
    if part.since is not None:
        words.append(say(f"自 {_at(part.since, zone)}", f"since {_at(part.since, zone)}"))
    if part.until is not None:
        until = _at(part.until, zone)
        words.append(say(f"到 {until} 改变", f"changes at {until} if nothing else happens"))
    return f"  ({say('，', ', ').join(words)})" if words else ""


def _at(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _in(text: Text, say: Callable[[str, str], str]) -> str:
    return say(text.zh, text.en)
