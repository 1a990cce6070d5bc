"""The rules of a site against all that the site has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from edge.choices import choose
from edge.config.condition_checks import Known
from edge.config.rule_checks import check_rules, taken_name
from edge.config.rule_loops import check_loops, knots_of
from edge.config.rule_reading import RuleDraft, names_in
from edge.config.rule_section import SiteRule
from edge.config.site_checks import ids_of
from edge.config.site_reading import Draft
from edge.errors import ConfigError
from edge.files.problems import Problems
from edge.files.yaml_file import Document
from edge.model import Text
from edge.profiles.alarm_checks import Misfit
from edge.rules.build import alarm_key
from edge.rules.catalogue import CATALOGUE
from edge.rules.explain import keys_of
from edge.rules.link import link_alarm
from edge.rules.schedule import schedule_of
from edge.rules.spec import walk
from edge.rules.writing import key_of, write_rule
from edge.rules.written import WrittenRule
from edge.schema import AlarmSpec, Profile
from edge.site import Site

_CORRECT: Final = Text("按提示修改", "correct it")


def check_site_rules(
    document: Document,
    draft: Draft,
    profiles: Mapping[int, Profile],
    alarms: Sequence[tuple[str, str, AlarmSpec]],
    problems: Problems,
) -> None:
    """Tell every mistake in the rules, and every circle that they make."""
    rules = draft.rules.rules
    devices = {draft.devices[index].id: profile for index, profile in profiles.items()}
    links = ids_of(document, "links").values()
    site = draft.site.id if draft.site else ""
    buildings = ids_of(document, "buildings").values()
    names = ids_of(document, "devices").values()
    keys = [f"{device}/{name}" for device, name, _ in alarms]
    keys += [link_alarm(link).id for link in links]
    known = Known(
        devices=devices,
        device_names=frozenset(names),
        holders=frozenset((*names, *links, *buildings, site)),
        alarms={key.rpartition("/")[2]: key for key in reversed(keys)},
        schedules=tuple(names_in(document, "schedules")),
    )
    check_rules(document, rules, known, problems)
    holders = {index: key_of(rule, site).rpartition("/")[0] for index, rule in rules.items()}
    check_loops(document, knots_of(rules, holders, alarms, devices), problems)


def check_built_in(
    document: Document,
    draft: RuleDraft,
    site: Site,
    alarms: Sequence[tuple[str, str, AlarmSpec]],
    problems: Problems,
) -> None:
    """Tell what rules in code find wrong with their options, and with the alarms that rules name.

    Which alarms there are is known once every rule in code could be built.
    """
    own: set[str] = set()
    for each in CATALOGUE:
        try:
            built = tuple(each.build(site, draft.watch[each.name]))
        except ConfigError as error:
            problems.take(error, document, ("watch", each.name), _CORRECT)
        else:
            own |= {key for rule in built for key in keys_of(rule)}
    if problems.found:
        return
    keys = [alarm_key(device, name, spec) for device, name, spec in alarms]
    keys += [link_alarm(link).id for link in site.links]
    keys += [key_of(section, site.id) for section in draft.rules.values() if section.alarm]
    known = dict.fromkeys(sorted({*own, *keys}))
    for index, written in draft.rules.items():
        for misfit in _misnamed(written, site, own, known):
            problems.add(document, ("rules", index, *misfit.steps), misfit.what, misfit.remedy)


def _misnamed(
    rule: SiteRule, site: Site, own: AbstractSet[str], keys: Mapping[str, None]
) -> Iterator[Misfit]:
    """A rule that has the name of an alarm in code, and those that it waits for in vain."""
    key = key_of(rule, site.id)
    if rule.alarm and key in own:
        yield taken_name(key)
    for steps, when in walk(rule.when):
        if when.alarm is not None and not {when.alarm, _of_any_component(when.alarm)} & keys.keys():
            what = Text(f"没有报警 {when.alarm[:80]}", f"there is no alarm {when.alarm[:80]}")
            holder, component = when.alarm.split("/")[:2]
            near = [each.replace("*", component) for each in keys if each.startswith(f"{holder}/")]
            remedy = choose(when.alarm, near)
            yield Misfit(steps=("when", *steps, "alarm"), what=what, remedy=remedy)


def _of_any_component(key: str) -> str:
    """`fire-1/1-1-10-2/fire` as `fire-1/*/fire`, which is how a rule for each of them is called."""
    return re.sub("/.*/", "/*/", key)


def rules_written(draft: RuleDraft, site: Site) -> tuple[WrittenRule, ...]:
    """The rules, once nothing in them is wrong."""
    schedules = {
        name: schedule_of(section, draft.calendar, site.timezone)
        for name, section in draft.schedules.items()
    }
    return tuple(write_rule(rule, site, schedules) for rule in draft.rules.values())
