"""All rules of a site: its alarms, its doors', those in code, those it has written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from edge.config import Configuration, PlacedAlarm
from edge.config.lifts import ENTRAPMENT
from edge.rules.build import build
from edge.rules.catalogue import CATALOGUE
from edge.rules.door import DoorRule
from edge.rules.offline import BUILT_IN as OFFLINE
from edge.rules.offline import OfflineOptions
from edge.rules.rule import Rule
from edge.rules.template import Template


def rules_of(configuration: Configuration) -> tuple[tuple[Rule[Any], ...], tuple[Template, ...]]:
    """Return the rules of the site, and those that are made for each component as it speaks."""
    roots = _roots(configuration)
    devices = configuration.site.devices
    built = [
        build(device, placed.name, placed.spec, roots.get(device.link, ""))
        for placed in configuration.alarms
        if not _taken_over(configuration, placed)
        for device in (devices[placed.device],)
    ]
    rules = (
        *_doors(configuration),
        *(rule for rule in built if not isinstance(rule, Template)),
        *_built_in(configuration),
        *configuration.windows,
        *configuration.rules,
    )
    return rules, tuple(rule for rule in built if isinstance(rule, Template))


def _roots(configuration: Configuration) -> dict[str, str]:
    """What links hang on, by link, where the site file says so."""
    options = configuration.watch.get(OFFLINE.name)
    behind = options.behind if isinstance(options, OfflineOptions) else {}
    return {link: thing for thing, links in behind.items() for link in links}


def _taken_over(configuration: Configuration, placed: PlacedAlarm) -> bool:
    """Whether the rule that follows a lift's car watches this alarm as well."""
    lift = configuration.site.lifts.get(placed.device)
    return lift is not None and lift.own is not None and placed.name == ENTRAPMENT


def _doors(configuration: Configuration) -> Iterator[DoorRule]:
    for device, door in configuration.doors.items():
        yield DoorRule(
            device=device,
            grant_window=door.grant_window,
            settle=door.settle,
            held_open_after=door.held_open_after,
        )


def _built_in(configuration: Configuration) -> Iterator[Rule[Any]]:
    for rule in CATALOGUE:
        yield from rule.build(configuration.site, configuration.watch[rule.name])
