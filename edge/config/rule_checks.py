"""Whether the rules of a site fit it: what they name, command, and what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from edge.choices import choose
from edge.config.condition_checks import (
    STATISTICS,
    Known,
    kinds_of,
    misfits_of,
    points_of,
    unknown_device,
    unknown_point,
)
from edge.config.rule_section import SiteRule
from edge.files.problems import Problems
from edge.files.yaml_file import Document, Steps
from edge.model import Text
from edge.profiles.alarm_checks import Misfit
from edge.rules.condition import When
from edge.rules.interlock import BY_RULES
from edge.rules.spec import CommandSection, RaiseSection, fields_of, walk

MOST_ON_A_POINT: Final = 100
"""Rules that look at one point; most of its readings are nothing new to them, at 0.5 µs each."""

MOST_CONDITIONS: Final = 500
"""Conditions in those rules, at up to 10 µs each where a reading is new to all of them."""

MOST_STATISTICS: Final = 50
"""Statistics in those rules: each is brought up to date with every reading, at up to 40 µs."""

MOST_ON_AN_EVENT: Final = 500
"""Rules that listen to one kind of event: each event steps all of them, at up to 30 µs."""

MOST_WINDOWS: Final = 2_000
"""Statistics and counts over a time: each remembers up to 64 parts of its time, some kilobytes."""


def check_rules(
    document: Document, rules: Mapping[int, SiteRule], known: Known, problems: Problems
) -> None:
    """Tell every mistake in every rule."""
    for index, rule in rules.items():
        for misfit in _misfits(rule, known):
            steps: Steps = ("rules", index, *misfit.steps)
            if misfit.letter is None:
                problems.add(document, steps, misfit.what, misfit.remedy)
            else:
                problems.add_within(document, steps, misfit.letter, misfit.what, misfit.remedy)
    for index, misfit in _costs(rules):
        problems.add(document, ("rules", index, *misfit.steps), misfit.what, misfit.remedy)


def _misfits(rule: SiteRule, known: Known) -> Iterator[Misfit]:
    yield from _taken_name(rule, known)
    for steps, when in walk(rule.when):
        for misfit in misfits_of(when, known):
            yield replace(misfit, steps=("when", *steps, *misfit.steps))
    if rule.alarm is not None:
        yield from _wrong_alarm(rule.alarm, known)
    for number, command in enumerate(rule.commands):
        yield from _wrong_command(("command", number), command, known)
    if rule.evidence is not None:
        yield from unknown_device(("evidence", "near"), rule.evidence.near, known)


def _taken_name(rule: SiteRule, known: Known) -> Iterator[Misfit]:
    """What people know by this name is another alarm."""
    key = known.alarms.get(rule.id)
    if key is not None:
        yield taken_name(key)


def taken_name(key: str) -> Misfit:
    """A rule is called like an alarm that is there without it."""
    what = Text(f"{key} 已是一条报警", f"{key} is an alarm already")
    return Misfit(steps=("id",), what=what, remedy=Text("换一个名字", "give the rule another id"))


def _wrong_alarm(alarm: RaiseSection, known: Known) -> Iterator[Misfit]:
    if alarm.device:
        yield from unknown_device(("raise", "device"), alarm.device, known)
    for language, text in (("zh", alarm.text.zh), ("en", alarm.text.en)):
        for name in fields_of(text):
            if "/" in name:
                yield from unknown_point(("raise", "text", language), name, known)


def _wrong_command(steps: Steps, command: CommandSection, known: Known) -> Iterator[Misfit]:
    yield from unknown_device((*steps, "device"), command.device, known)
    profile = known.devices.get(command.device)
    if profile is None:
        return
    if profile.kind == "lift":
        yield Misfit(
            steps=(*steps, "device"),
            what=Text("电梯只读，从不下命令", "a lift is read and never told anything"),
            remedy=Text(
                "删去这条命令；报警由人处理", "take the command out; raise an alarm for a person"
            ),
        )
    elif command.action not in profile.actions:
        what = Text(
            f"{command.device} 没有动作 {command.action[:40]}",
            f"{command.device} has no action {command.action[:40]}",
        )
        remedy = choose(command.action, tuple(profile.actions))
        yield Misfit(steps=(*steps, "action"), what=what, remedy=remedy)
    elif profile.actions[command.action].effect not in BY_RULES:
        what = Text("规则不能关闭或锁住通道", "a rule may not shut or lock a way")
        remedy = Text("删去这条命令；由人来做", "take it out; a person has to answer for it")
        yield Misfit(steps=(*steps, "action"), what=what, remedy=remedy)


def _costs(rules: Mapping[int, SiteRule]) -> Iterator[tuple[int, Misfit]]:
    """What would make a reading, an event or the memory cost more than is good."""
    listening: Counter[str] = Counter()
    conditions: Counter[str] = Counter()
    statistics: Counter[str] = Counter()
    windows = 0
    for index, rule in rules.items():
        whens = [when for _, when in walk(rule.when)]
        over_time = sum(when.subject in STATISTICS for when in whens)
        for point in sorted(_points(rule, whens)):
            listening[point] += 1
            conditions[point] += len(whens)
            statistics[point] += over_time
            noun = Text(f"看 {point} 的规则", f"rules that look at {point}")
            parts = Text(f"{noun.zh}里的条件", f"conditions in {noun.en}")
            figures = Text(f"{noun.zh}里的统计", f"statistics in {noun.en}")
            yield from _too_many(index, noun, listening[point], MOST_ON_A_POINT)
            yield from _too_many(index, parts, conditions[point], MOST_CONDITIONS)
            yield from _too_many(index, figures, statistics[point], MOST_STATISTICS)
        for kind in sorted({kind for when in whens for kind in kinds_of(when)}):
            listening[kind] += 1
            noun = Text(f"听 {kind} 的规则", f"rules that listen to {kind}")
            yield from _too_many(index, noun, listening[kind], MOST_ON_AN_EVENT)
        windows += over_time + sum(when.count is not None for when in whens)
        if over_time or any(when.count for when in whens):
            noun = Text("统计与计数", "statistics and counts")
            yield from _too_many(index, noun, windows, MOST_WINDOWS)


def _points(rule: SiteRule, whens: Iterable[When]) -> set[str]:
    """The points that a rule looks at: in its conditions and in its text."""
    text = (*fields_of(rule.alarm.text.zh), *fields_of(rule.alarm.text.en)) if rule.alarm else ()
    return {*(name for name in text if "/" in name), *(p for w in whens for p in points_of(w))}


def _too_many(index: int, noun: Text, count: int, most: int) -> Iterator[tuple[int, Misfit]]:
    if count > most:
        what = Text(f"{noun.zh}太多", f"there are too many {noun.en}")
        remedy = Text(
            f"最多 {most} 个；删去一些，或合并", f"{most} at most; take some out, or join them"
        )
        yield index, Misfit(steps=("when",), what=what, remedy=remedy)
