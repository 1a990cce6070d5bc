"""Every rule of the site as it is listed: the site's own, those in code, the alarms of devices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from edge.api.ui.rule.built_in import named
from edge.config import Configuration
from edge.config.site_file import SiteAlarm
from edge.model import Alarm, Device, Lane, Text
from edge.rules.catalogue import CATALOGUE
from edge.rules.engine import Engine
from edge.rules.explain import keys_of
from edge.rules.rule import Rule
from edge.rules.written import WrittenRule

Whose: TypeAlias = Literal["written", "built_in", "alarm"]
"""Written in the site file over several points; in code; an alarm of one point of a device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A rule in a list; `active` is none for one that has several answers, or has none yet.

    `open` counts the alarms of it that are on; `listens` are its points and kinds of events.
    """

    whose: Whose
    path: str
    id: str
    text: Text
    about: Text | None = None
    active: bool | None = None
    open: int = 0
    listens: tuple[str, ...] = ()
    severity: int = 0
    lane: Lane | None = None
    here: bool = False


Active: TypeAlias = Mapping[str, Alarm]


def written_rows(configuration: Configuration, engine: Engine, active: Active) -> list[Row]:
    """The rules that the site file holds, as they stand there."""
    return [
        Row(
            whose="written",
            path=f"/rules/written/{rule.id.rpartition('/')[2]}",
            id=rule.id.rpartition("/")[2],
            text=filled(engine, rule),
            active=_is_active(engine, rule.id),
            open=_open([rule], active),
            listens=_listens(rule),
            severity=rule.acts.words.severity if rule.acts.words else 0,
            lane=rule.acts.words.lane if rule.acts.words else None,
            here=True,
        )
        for rule in configuration.rules
    ]


def filled(engine: Engine, rule: WrittenRule) -> Text:
    """A rule's words with the names and values of now in them."""
    words, found = rule.acts.words, engine.look(rule.id)
    if words is None:
        return rule.acts.named
    state = found[1] if found else rule.start()
    return rule.acts.filled(words.text, state.shown)


def built_in_rows(configuration: Configuration, active: Active) -> list[Row]:
    """The rules in code, each with all that it has made for this site."""
    rows: list[Row] = []
    for name, rules in built_in_rules(configuration).items():
        words = named(name)
        listens = dict.fromkeys(each for rule in rules for each in _listens(rule))
        opened = _open(rules, active)
        rows.append(
            Row(
                whose="built_in",
                path=f"/rules/built_in/{name}",
                id=name,
                text=words.name,
                about=words.purpose,
                active=bool(opened) if rules else None,
                open=opened,
                listens=tuple(listens),
            )
        )
    return rows


def alarm_rows(
    configuration: Configuration, engine: Engine, active: Active, device: str = ""
) -> list[Row]:
    """The alarms of devices: of one, or of all."""
    devices = configuration.site.devices
    return [
        Row(
            whose="alarm",
            path=f"/rules/alarm/{each.device}/{each.name}",
            id=f"{each.device}/{each.name}",
            text=each.spec.text.plain(),
            about=devices[each.device].name,
            active=_is_active(engine, f"{each.device}/{each.name}"),
            open=_of_alarm(each.device, each.name, active),
            listens=(_heard(each.device, each.spec.when.point or each.spec.when.event),),
            severity=each.spec.severity,
            lane=each.spec.lane,
            here=isinstance(each.spec, SiteAlarm),
        )
        for each in configuration.alarms
        if device in {"", each.device}
    ]


def with_alarms(configuration: Configuration) -> Iterator[Device]:
    """The devices that have alarms, in the site's order."""
    known = {each.device for each in configuration.alarms}
    return (each for each in configuration.site.devices.values() if each.id in known)


def built_in_rules(configuration: Configuration) -> Mapping[str, Sequence[Rule[Any]]]:
    """What each rule of the catalogue has made for this site."""
    return {
        each.name: tuple(each.build(configuration.site, configuration.watch[each.name]))
        for each in CATALOGUE
        if each.name in configuration.watch
    }


def _is_active(engine: Engine, name: str) -> bool | None:
    found = engine.look(name)
    return getattr(found[1], "active", None) if found else None


def _open(rules: Iterable[Rule[Any]], active: Active) -> int:
    keys = {key for rule in rules for key in keys_of(rule)}
    return sum(alarm.active for key, alarm in active.items() if key in keys)


def _of_alarm(device: str, name: str, active: Active) -> int:
    """Those of the device itself, and of what hangs behind it."""
    return sum(
        alarm.active
        for key, alarm in active.items()
        if key.partition("/")[0] == device and key.rpartition("/")[2] == name
    )


def _listens(rule: Rule[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*rule.points, *rule.kinds)))


def _heard(device: str, what: str) -> str:
    return f"{device}/{what}"
