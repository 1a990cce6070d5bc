"""The rules that one rule needs to be tried, and what of it past readings cannot show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Final

from edge.config import Configuration
from edge.config.rules_of import rules_of
from edge.history.noted import REPEATED
from edge.model import Text
from edge.rules.alarm import EventAlarm, PointAlarm, StaleAlarm
from edge.rules.door import DOOR_EVENTS, DoorRule, door_of
from edge.rules.explain import keys_of
from edge.rules.rule import Rule
from edge.rules.template import Template, Templates
from edge.rules.terms import AlarmTerm, StaleTerm, Term
from edge.rules.tree import Node
from edge.rules.written import WrittenRule

SHORTEST_SILENCE: Final = REPEATED + timedelta(minutes=1)
"""A value that stays the same is recorded this seldom: less is no silence."""

ANY: Final = "*"
"""Stands for every component of a device."""

PANEL: Final = "fire_panel"
"""The kind of device that resets what it has told."""

_OF_DOORS: Final = (*DOOR_EVENTS, "access.closed")


class NoSuchRule(ValueError):
    """The configuration has no rule of this name, and none that raises such an alarm."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rule that is tried, or the template of several, with the rules that it follows.

    `untried` are the conditions that no reading fulfils, `silences` those that were made longer.
    """

    rules: tuple[Rule[Any], ...]
    template: Template | None
    followed: tuple[Rule[Any], ...]
    untried: tuple[Text, ...]
    silences: tuple[Text, ...]

    @property
    def points(self) -> tuple[str, ...]:
        """The points that all of them listen to; of a template a pattern."""
        points = [point for rule in (*self.rules, *self.followed) for point in rule.points]
        return tuple(dict.fromkeys([*points, *([self.template.point] if self.template else [])]))

    def is_own(self, rule: str) -> bool:
        """Whether what this rule says is what is tried."""
        if self.template is not None:
            return fnmatchcase(rule, self.template.id)
        return any(rule == each.id for each in self.rules)


def choose_rules(configuration: Configuration, name: str) -> Chosen:
    """Find the rule by its id, by the key of an alarm that it raises, or by its name in the file.

    Of an alarm on each component of a device the name is `fire-1/*/fire`, or that of one of them.
    """
    rules, templates = rules_of(configuration)
    rule = _named(name, rules) or (_made(name, templates) if "*" not in name else None)
    template = None if rule else next((each for each in templates if each.id == name), None)
    if rule is None and template is None:
        raise NoSuchRule(f"there is no rule {name[:80]}")
    own = (rule,) if rule else ()
    followed = _followed(own, rules, templates)
    every = (*own, *((template.make(ANY),) if template else ()), *followed)
    there = {key for each in every for key in keys_of(each)} | {each.id for each in followed}
    return Chosen(
        rules=tuple(patient(each) for each in own),
        template=template,
        followed=(*map(patient, followed), *configuration.windows),
        untried=_told(each for rule in every for each in _untried(rule, there, configuration)),
        silences=_told(each for rule in every for each in silences_of(rule)),
    )


def _named(name: str, rules: Iterable[Rule[Any]]) -> Rule[Any] | None:
    named = [rule for rule in rules if name == rule.id or name in keys_of(rule)]
    written = [rule for rule in rules if isinstance(rule, WrittenRule) and rule.acts.rule == name]
    return next(iter((*named, *written)), None)


def _made(key: str, templates: Iterable[Template]) -> PointAlarm | None:
    """The rule of one component, as it is made when that first speaks."""
    return Templates(templates).shown(key)


def _followed(
    own: Sequence[Rule[Any]], rules: Sequence[Rule[Any]], templates: Sequence[Template]
) -> tuple[Rule[Any], ...]:
    """The rules whose alarms and findings these hear of, and those that they hear of."""
    makers = {key: rule for rule in rules for key in keys_of(rule)}
    doors = [rule for rule in rules if isinstance(rule, DoorRule)]
    found: dict[str, Rule[Any]] = {}
    ahead = list(own)
    while ahead:
        rule = ahead.pop()
        heard: list[Rule[Any] | None] = [door for door in doors if _hears(rule, door)]
        for _, term in _terms(rule):
            if isinstance(term, AlarmTerm):
                heard.append(makers.get(term.key) or _made(term.key, templates))
        for each in heard:
            if each is not None and each.id not in found and each not in own:
                found[each.id] = each
                ahead.append(each)
    return tuple(found.values())


def _hears(rule: Rule[Any], door: DoorRule) -> bool:
    kinds = set(rule.kinds)
    return any({kind, f"{door.device}/{kind}"} & kinds for kind in _OF_DOORS)


def _terms(rule: Rule[Any]) -> Iterator[tuple[Node, Term]]:
    nodes = rule.tree.nodes if isinstance(rule, WrittenRule) else ()
    return ((node, node.term) for node in nodes if node.term is not None)


def _untried(
    rule: Rule[Any], there: Collection[str], configuration: Configuration
) -> Iterator[Text]:
    """What of a rule waits for something that is not in the history."""
    match rule:
        case WrittenRule():
            for node, term in _terms(rule):
                if isinstance(term, AlarmTerm):
                    tried = term.key in there
                else:
                    tried = all(_is_of_door(kind, there) for kind in term.kinds)
                if not tried:
                    yield node.words
        case EventAlarm():
            if not all(_is_of_door(kind, there) for kind in rule.kinds):
                yield rule.words.condition or rule.words.text
        case PointAlarm():
            device = configuration.site.devices.get(rule.device)
            if device is not None and device.kind == PANEL:
                yield Text("主机复位", "a reset of the panel")
        case _:
            for kind in rule.kinds:
                yield Text(f"事件 {kind}", f"the event {kind}")


def _is_of_door(kind: str, there: Collection[str]) -> bool:
    """Whether the rule of a door is there that tells it."""
    device, slash, event = kind.rpartition("/")
    return bool(slash) and event in _OF_DOORS and door_of(device) in there


def silences_of(rule: Rule[Any]) -> Iterator[Text]:
    """The silences of a rule that are too short to be seen."""
    if isinstance(rule, StaleAlarm) and rule.after < SHORTEST_SILENCE:
        yield rule.words.condition or rule.words.text
    for node, term in _terms(rule):
        if isinstance(term, StaleTerm) and term.after < SHORTEST_SILENCE:
            yield node.words


def patient(rule: Rule[Any]) -> Rule[Any]:
    """The same rule, but with no silence that is shorter than what can be seen."""
    if isinstance(rule, StaleAlarm):
        return replace(rule, after=max(rule.after, SHORTEST_SILENCE))
    if not isinstance(rule, WrittenRule):
        return rule
    nodes = tuple(
        replace(node, term=replace(node.term, after=max(node.term.after, SHORTEST_SILENCE)))
        if isinstance(node.term, StaleTerm)
        else node
        for node in rule.tree.nodes
    )
    return replace(rule, tree=replace(rule.tree, nodes=nodes))


def _told(texts: Iterable[Text]) -> tuple[Text, ...]:
    """Each once."""
    return tuple(dict.fromkeys(texts))
