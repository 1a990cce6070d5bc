"""Whether rules go round in a circle: one that follows from what it causes itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from typing import Final

from edge.config.rule_section import SiteRule
from edge.files.problems import MOST_LINES, Problems
from edge.files.yaml_file import Document
from edge.model import Text
from edge.rules.condition import When
from edge.rules.spec import walk
from edge.schema import AlarmSpec, Profile, Scalar

_OPENING: Final = ("opens", "releases")


@dataclass(frozen=True, slots=True, kw_only=True)
class Knot:
    """A rule, an alarm or a door: what it hears, and what it tells.

    Points go with the value that matters, none for any; events with device and category,
    empty for any.
    """

    name: str
    rule: int | None = None
    hears_points: Sequence[tuple[str, Scalar | None]] = ()
    hears_events: Sequence[tuple[str, str, str]] = ()
    hears_alarms: Sequence[str] = ()
    tells_points: Sequence[tuple[str, Scalar]] = ()
    tells_events: Sequence[tuple[str, str, str]] = ()
    tells_alarm: str = ""


def check_loops(document: Document, knots: Sequence[Knot], problems: Problems) -> None:
    """Tell each circle once, at the first of its rules, with everything in it."""
    heard_by = _heard_by(knots)
    cut: set[int] = set()
    while len(cut) < MOST_LINES and (circle := _circle(knots, heard_by, cut)):
        rules = [index for knot in circle if (index := knots[knot].rule) is not None]
        first = next(at for at, knot in enumerate(circle) if knots[knot].rule == min(rules))
        turned = [*circle[first:], *circle[:first], circle[first]]
        names = " → ".join(knots[knot].name for knot in turned)
        problems.add(
            document,
            ("rules", min(rules), "when"),
            Text(f"规则绕成一圈：{names}", f"rules go round in a circle: {names}"),
            Text(
                "断开一环：规则不能由它自己引起的事触发",
                "take one link out: a rule must not follow from what it causes itself",
            ),
        )
        cut.add(turned[0])


def knots_of(
    rules: Mapping[int, SiteRule],
    holders: Mapping[int, str],
    alarms: Iterable[tuple[str, str, AlarmSpec]],
    devices: Mapping[str, Profile],
) -> list[Knot]:
    """All that may hear of each other; `holders` is whose alarm each rule raises."""
    return [
        *(_of_rule(index, rule, holders[index], devices) for index, rule in rules.items()),
        *(_of_alarm(device, name, spec) for device, name, spec in alarms),
        *(_of_door(name) for name, profile in devices.items() if profile.door),
    ]


def _of_rule(index: int, rule: SiteRule, holder: str, devices: Mapping[str, Profile]) -> Knot:
    heard = _Heard()
    for steps, when in walk(rule.when):
        heard.add(when, turned="not" in steps)
    raised = rule.alarm
    return Knot(
        name=rule.id,
        rule=index,
        hears_points=heard.points,
        hears_events=heard.events,
        hears_alarms=heard.alarms,
        tells_points=[
            each
            for command in rule.commands
            if command.device in devices
            for each in _written(command.device, command.action, devices[command.device])
        ],
        tells_events=[("alarm.raised", holder, raised.category)] if raised else [],
        tells_alarm=f"{holder}/{rule.id}" if raised else "",
    )


@dataclass(slots=True)
class _Heard:
    """What the conditions of one rule listen to."""

    points: list[tuple[str, Scalar | None]] = field(default_factory=list)
    events: list[tuple[str, str, str]] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    def add(self, when: When, *, turned: bool) -> None:
        """Add what one condition listens to; `turned` when it stands within a `not`."""
        if when.point:
            wanted = when.equals if not turned else None
            self.points.append((when.point, wanted))
        others = (when.lowest, when.highest, when.mean, when.rate, when.change)
        self.points += [(point, None) for point in (*others, *(when.where or {}).values()) if point]
        if when.event:
            self.events.append((when.event, when.device, when.category))
        self.events += [
            (each.event, each.device, each.category) for each in (when.count, when.absent) if each
        ]
        if when.alarm:
            self.alarms.append(when.alarm)


def _written(device: str, action: str, profile: Profile) -> Iterator[tuple[str, Scalar]]:
    """The points that change when an action is done."""
    spec = profile.actions.get(action)
    if spec is None:
        return
    if spec.observe is not None:
        yield f"{device}/{spec.observe.point}", spec.observe.equals
    if profile.door is not None and spec.effect in _OPENING:
        yield f"{device}/door_open", True


def _of_alarm(device: str, name: str, spec: AlarmSpec) -> Knot:
    when = spec.when
    return Knot(
        name=f"{device}/{name}",
        hears_points=[(f"{device}/{when.point}", when.equals)] if when.point else [],
        hears_events=[(when.event, device, "")] if when.event else [],
        tells_events=[("alarm.raised", device, spec.category)],
        tells_alarm=f"{device}/{name}",
    )


def _of_door(device: str) -> Knot:
    """A door that opens may be told as forced or held open."""
    return Knot(
        name=f"{device}/door_open",
        hears_points=[(f"{device}/door_open", True)],
        tells_events=[(f"access.{word}", device, "") for word in ("forced", "held_open")],
    )


def _heard_by(knots: Sequence[Knot]) -> list[set[int]]:
    """For each knot, those that hear what it tells."""
    by_point: dict[str, list[tuple[int, Scalar | None]]] = defaultdict(list)
    by_kind: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    by_alarm: dict[str, list[int]] = defaultdict(list)
    for at, knot in enumerate(knots):
        for point, wanted in knot.hears_points:
            by_point[point].append((at, wanted))
        for kind, device, category in knot.hears_events:
            by_kind[kind].append((at, device, category))
        for alarm in knot.hears_alarms:
            by_alarm[alarm].append(at)
    found: list[set[int]] = []
    for knot in knots:
        own = set(by_alarm[knot.tells_alarm]) if knot.tells_alarm in by_alarm else set()
        for point, value in knot.tells_points:
            own |= {at for at, wanted in by_point[point] if wanted is None or wanted == value}
        for kind, device, category in knot.tells_events:
            own |= {
                at
                for at, wanted, pattern in by_kind[kind]
                if wanted in ("", device) and (not pattern or fnmatchcase(category, pattern))
            }
        found.append(own)
    return found


def _circle(knots: Sequence[Knot], heard_by: Sequence[set[int]], cut: set[int]) -> list[int] | None:
    """One circle, in the order in which one thing leads to the next; none when there is none."""
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for at in range(len(knots)):
        for listener in heard_by[at] if at not in cut else ():
            sorter.add(listener, at)
    try:
        sorter.prepare()
    except CycleError as error:
        circle: list[int] = error.args[1]
        return circle[:-1]
    return None
