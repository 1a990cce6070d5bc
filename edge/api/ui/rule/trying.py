"""Tries a rule that is being written on what was read lately; nothing is told, nothing is done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from edge.api.house import House
from edge.api.ui.rule.listing import built_in_rules
from edge.api.ui.rule.timeline import TimeLine, time_line
from edge.config import Configuration
from edge.files.yaml_file import parse
from edge.rules.explain import keys_of
from edge.trial.chosen import NoSuchRule
from edge.trial.dry_run import DryRun, dry_run, points_of

MOST_READINGS: Final = 200_000
"""Of one try: some seconds of work in a thread."""

MOST_CHOICES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What would have followed, and how it is drawn; `kept` is from when on there is a record."""

    run: DryRun
    line: TimeLine
    kept: datetime | None


def to_try(configuration: Configuration, section: str, key: str, text: str) -> tuple[str, ...]:
    """The rules, or keys of alarms, that an item makes and that can be tried; often just one."""
    document = parse(text, "")
    name = document.at(("id",))
    match section:
        case "rules":
            ids = [r.id for r in configuration.rules if r.id.rpartition("/")[2] == name]
        case "alarms":
            found = [each for each in configuration.alarms if each.name == name]
            ids = [f"{each.device}/{each.name}" for each in found]
        case _:
            rules = built_in_rules(configuration).get(key, ())
            ids = [each for rule in rules for each in keys_of(rule)[:1]]
    return tuple(ids[:MOST_CHOICES])


async def try_rule(
    house: House, configuration: Configuration, rule: str, hours: int, zone: ZoneInfo
) -> Tried | None:
    """Run it over the last hours; none where there is no such rule."""
    history, until = house.running.history, house.now()
    since = until - timedelta(hours=hours)
    try:
        points = await asyncio.to_thread(points_of, configuration, rule)
        readings = await history.readings(points, since, until, MOST_READINGS)
        work = partial(dry_run, most=MOST_READINGS, kept_since=history.since)
        run = await asyncio.to_thread(work, configuration, rule, readings, since, until)
    except NoSuchRule:
        return None
    return Tried(run=run, line=time_line(run, until, zone), kept=history.since)
