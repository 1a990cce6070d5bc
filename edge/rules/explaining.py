"""Says of any rule how it stands and why, for a person to read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from edge.model import Quality, Text
from edge.rules.alarm import AlarmState, EventAlarm, PointAlarm, StaleAlarm
from edge.rules.explain import Accounting, Explained, Explaining, Latest
from edge.rules.reasons import unreached
from edge.rules.rule import Rule

_SILENT = Text("这条规则由程序写成，不逐条说明", "a rule in code, which does not list conditions")


def explain(
    rule: Rule[Any], state: Any, now: datetime, latest: Latest, alarm: str = ""
) -> Explained:
    """Explain a rule in one of its states: how `alarm` stands, or else all that it may raise."""
    match rule:
        case PointAlarm():
            return _point(rule, state, latest)
        case StaleAlarm():
            return _stale(rule, state, now, latest)
        case EventAlarm():
            return _event(rule, state)
        case Explaining():
            return rule.explain(state, now, latest)
        case Accounting(raises=alarms):
            if alarm in alarms:
                alarms = (alarm,)
            parts = tuple(rule.account(each, state, now, latest) for each in alarms)
            return parts[0] if len(parts) == 1 else _all(rule, parts)
    return Explained(words=_SILENT, truth=getattr(state, "active", None))


def _all(rule: Rule[Any], parts: tuple[Explained, ...]) -> Explained:
    """Every alarm of a rule that was asked for by its own name."""
    truth = any(part.truth for part in parts)
    return Explained(words=Text(rule.id, rule.id), truth=truth, parts=parts)


def _point(rule: PointAlarm, state: AlarmState, latest: Latest) -> Explained:
    reading = latest.get(rule.point)
    value = reading.value if reading else state.cause.value if state.cause else None
    known = value is not None and not (reading and reading.quality is Quality.BAD)
    condition = Explained(
        words=_condition(rule, rule.point),
        truth=rule.holds(value, state.active) if known and value is not None else None,
        value=value,
        unit=rule.words.unit,
    )
    delay = rule.off_delay if state.active else rule.on_delay
    behind = tuple(_behind(each, latest) for each in rule.words.behind)
    return _whole(rule, state, condition, state.since and state.since + delay, behind)


def _stale(rule: StaleAlarm, state: AlarmState, now: datetime, latest: Latest) -> Explained:
    reading = latest.get(rule.point)
    due = state.seen + rule.after if state.seen and not state.active else None
    condition = Explained(
        words=_condition(rule, rule.point),
        truth=state.active or (due is not None and due <= now),
        value=reading.value if reading else None,
        unit=rule.words.unit,
        since=state.seen,
        until=due,
    )
    return _whole(rule, state, condition, due)


def _event(rule: EventAlarm, state: AlarmState) -> Explained:
    until = state.since + rule.lasts if state.since and state.active else None
    condition = Explained(
        words=_condition(rule, f"{rule.device} {rule.event}"),
        truth=state.active,
        since=state.since,
        until=until,
    )
    return _whole(rule, state, condition, until)


def _whole(
    rule: PointAlarm | StaleAlarm | EventAlarm,
    state: AlarmState,
    condition: Explained,
    until: datetime | None,
    behind: tuple[Explained, ...] = (),
) -> Explained:
    """The alarm over its one condition; `since` is when that began to differ from it."""
    return Explained(
        words=rule.words.text,
        truth=state.active,
        since=state.since,
        until=until,
        parts=(condition, *behind),
    )


def _behind(device: str, latest: Latest) -> Explained:
    """What a link's alarm concerns."""
    heard = latest.get(f"{device}/online")
    lost = heard.value is not True if heard else None
    return unreached(device, lost=lost, since=heard.at if heard and lost else None)


def _condition(rule: PointAlarm | StaleAlarm | EventAlarm, otherwise: str) -> Text:
    words = rule.words.condition or Text(otherwise, otherwise)
    if not isinstance(rule, PointAlarm) or not rule.component:
        return words
    return Text(f"{words.zh} [{rule.component}]", f"{words.en} [{rule.component}]")
