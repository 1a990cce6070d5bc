"""One rule as its page shows it: how it stands, why, and where it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from edge.api.running import Running
from edge.api.ui.change.items import Written
from edge.api.ui.change.typed import Change, Edit
from edge.api.ui.rule.alarm_text import alarm_text
from edge.api.ui.rule.built_in import named
from edge.api.ui.rule.listing import Whose, built_in_rules, filled
from edge.config import PlacedAlarm
from edge.config.site_file import SiteAlarm
from edge.model import Alarm, Text
from edge.rules.explain import Explained, keys_of
from edge.rules.explaining import explain
from edge.rules.rule import Rule

MOST_ACCOUNTS: Final = 30
"""Of a rule that has made one for each lift or detector; the others are on the alarms' pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """What is shown; `first` is the line of the site file that the text begins with, if it does.

    `edit` is where it can be changed, `dropped` the change that takes it out of the site file.
    """

    whose: Whose
    path: str
    title: Text
    about: Text
    accounts: tuple[Explained, ...]
    more: int
    points: tuple[str, ...]
    devices: Collection[str]
    kinds: tuple[str, ...]
    alarms: tuple[Alarm, ...]
    source: Text
    text: str
    first: int
    edit: str
    edit_words: Text
    dropped: Change | None


def written_view(
    running: Running, own: Written | None, now: datetime, name: str
) -> RuleView | None:
    """A rule that the site file holds; `own` is how."""
    rule = next((r for r in running.configuration.rules if r.id.rpartition("/")[2] == name), None)
    if rule is None:
        return None
    return _view(
        running,
        now,
        [rule],
        whose="written",
        path=f"/rules/written/{name}",
        title=filled(running.engine, rule),
        about=Text("", ""),
        source=_IN_FILE,
        text=own.text if own else "",
        first=own.line if own else 1,
        edit=edit_path("rules", name),
        edit_words=_EDIT,
        dropped=_dropped("rules", name),
    )


def alarm_view(
    running: Running, own: Written | None, now: datetime, device: str, name: str
) -> RuleView | None:
    """An alarm of a device: the profile's, or in its place the site's, `own`."""
    placed = next(
        (a for a in running.configuration.alarms if (a.device, a.name) == (device, name)), None
    )
    if placed is None:
        return None
    found = running.engine.look(f"{device}/{name}")
    here = isinstance(placed.spec, SiteAlarm)
    own = own if here else None
    holder = running.configuration.site.devices[device].name
    return _view(
        running,
        now,
        [found[0]] if found else [],
        whose="alarm",
        path=f"/rules/alarm/{device}/{name}",
        title=placed.spec.text.plain(),
        about=holder,
        source=_IN_FILE if here else _IN_PROFILE,
        text=own.text if own else alarm_text(placed.spec, name, device),
        first=own.line if own else 1,
        edit=edit_path("alarms", name if here else "", device=device, name=name),
        edit_words=_EDIT if here else _OVERRIDE,
        dropped=_dropped("alarms", name) if own else None,
    )


def built_in_view(
    running: Running, own: Written | None, now: datetime, name: str
) -> RuleView | None:
    """A rule in code, with all that it has made for this site; `own` are the options written."""
    rules = built_in_rules(running.configuration).get(name)
    if rules is None:
        return None
    words = named(name)
    return _view(
        running,
        now,
        [found[0] for rule in rules if (found := running.engine.look(rule.id))],
        whose="built_in",
        path=f"/rules/built_in/{name}",
        title=words.name,
        about=words.purpose,
        source=_OPTIONS,
        text=own.text if own else "",
        first=own.line if own else 1,
        edit=edit_path("watch", name),
        edit_words=_SET,
        dropped=_dropped("watch", name) if own else None,
    )


def edit_path(section: str, key: str, **more: str) -> str:
    """Where an item that is a rule is changed; without a key a new one is written."""
    return f"/rules/edit?{urlencode({'section': section, 'key': key, **more})}"


def new_alarm(placed: Iterable[PlacedAlarm], device: str, name: str) -> str:
    """What an alarm of this site begins with: what the profile says; empty for none."""
    found = next((a for a in placed if (a.device, a.name) == (device, name)), None)
    return alarm_text(found.spec, name, device) if found else ""


def _view(running: Running, now: datetime, rules: Sequence[Rule[Any]], **said: Any) -> RuleView:
    keys = [(rule, key) for rule in rules for key in keys_of(rule)]
    active = running.alarms.active.values()
    names = {key for _, key in keys}
    return RuleView(
        accounts=tuple(_account(running, now, *each) for each in keys[:MOST_ACCOUNTS]),
        more=max(0, len(keys) - MOST_ACCOUNTS),
        points=tuple(dict.fromkeys(point for rule in rules for point in rule.points)),
        devices=running.configuration.site.devices.keys(),
        kinds=tuple(dict.fromkeys(kind for rule in rules for kind in rule.kinds)),
        alarms=tuple(each for each in active if each.active and each.key in names),
        **said,
    )


def _account(running: Running, now: datetime, rule: Rule[Any], key: str) -> Explained:
    found = running.explain(key)
    if found is not None:
        return found
    looked = running.engine.look(rule.id)
    state = looked[1] if looked else rule.start()
    return explain(rule, state, now, running.state.readings, key)


def _dropped(section: str, key: str) -> Change:
    return Change(edits=(Edit(what="dropped", name=section, key=key),), back="/rules")


_IN_FILE: Final = Text("站点文件里的写法", "As the site file has it")
_IN_PROFILE: Final = Text(
    "型号文件里的写法（写进本站点时的样子）", "As the profile has it, written out for this site"
)
_OPTIONS: Final = Text("站点文件里设的选项", "The options that the site file sets")
_EDIT: Final = Text("修改", "Change it")
_OVERRIDE: Final = Text("为本站点另设", "Set it for this site")
_SET: Final = Text("设置选项", "Set its options")
