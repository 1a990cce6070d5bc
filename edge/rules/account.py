"""Why one alarm of a site is on, or is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from edge.model import Alarm
from edge.rules.alarm import EventAlarm
from edge.rules.door import DOOR_EVENTS, door_of
from edge.rules.engine import Engine
from edge.rules.explain import Explained, Latest, keys_of
from edge.rules.explaining import explain
from edge.rules.rule import Rule


def account_of(
    engine: Engine, active: Mapping[str, Alarm], key: str, now: datetime, latest: Latest
) -> Explained | None:
    """Return how the rule stands that raises the alarm, condition by condition.

    `active` are the alarms that are on, by their keys: one that is latched is on though its rule
    is not. None when the alarm is off and no rule has its key, nor one in code its name.
    """
    alarm = active.get(key)
    found = engine.look((alarm and alarm.raised.watched_by) or key)
    if found is None and alarm is None:
        holder, _, name = key.rpartition("/")
        in_code = engine.look(f"{holder}/.{name}")
        return replace(explain(*in_code, now, latest), truth=False) if in_code else None
    account = explain(*found, now, latest, key) if found else None
    if found and account:
        account = replace(account, parts=(*account.parts, *_source(engine, found[0], now, latest)))
    if alarm is None:
        return account
    if account is not None and found is not None and key in keys_of(found[0]):
        parts, until = account.parts, account.until
    else:
        parts, until = (account,) if account else (), None
    cause = alarm.raised.cause
    return Explained(
        words=alarm.raised.text,
        truth=True,
        value=cause.value,
        unit=cause.unit,
        since=alarm.since,
        until=until,
        parts=parts,
    )


def _source(
    engine: Engine, rule: Rule[Any], now: datetime, latest: Latest
) -> tuple[Explained, ...]:
    """What tells the event that an alarm waits for, where that is the rule of a door."""
    door = engine.look(door_of(rule.device)) if isinstance(rule, EventAlarm) else None
    if door is None or not isinstance(rule, EventAlarm) or rule.event not in DOOR_EVENTS:
        return ()
    return (explain(*door, now, latest),)
