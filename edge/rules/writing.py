"""Turns a rule as the site file writes it into the rule that watches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from zlib import crc32

from edge.model import Location, Value
from edge.rules.acting import Acts, Order, points_in
from edge.rules.alarm import Words
from edge.rules.comparing import Beyond, comparison_of
from edge.rules.condition import EventSection, Statistic, When, walk
from edge.rules.events import Filter
from edge.rules.expression import Expression, Operand, parse
from edge.rules.nearest import CAPTURE
from edge.rules.schedule import Schedule
from edge.rules.spec import EvidenceSection, RuleSection
from edge.rules.terms import (
    AbsentTerm,
    AlarmTerm,
    DuringTerm,
    EventTerm,
    PointTerm,
    StaleTerm,
    Term,
)
from edge.rules.terms_over_time import CountTerm, ExpressionTerm, StatisticTerm
from edge.rules.tree import Node, Tree
from edge.rules.units import PointType
from edge.rules.windows import Tally, Window
from edge.rules.wording import point_of, words_of
from edge.rules.written import WrittenRule
from edge.site import Site

CAPTURE_WITHIN: Final = timedelta(seconds=10)
"""A picture that is taken later shows something else."""

_PER: Final = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
}
_SHORT: Final = {"second": "s", "minute": "min", "hour": "h"}
_STATISTICS: Final[tuple[Statistic, ...]] = ("min", "max", "mean", "rate", "change")


def write_rule(section: RuleSection, site: Site, schedules: Mapping[str, Schedule]) -> WrittenRule:
    """Return the rule; what it names has to exist (`edge.config` checks that).

    Raises `ExpressionError` for an expression that is not allowed, `KeyError` for a schedule
    that the site does not have.
    """
    acts = _acts(section, site)
    return WrittenRule(
        id=acts.key,
        tree=_tree(section, site, schedules),
        acts=acts,
        on_delay=section.on_delay,
        off_delay=section.off_delay,
    )


def device_of(section: RuleSection) -> str:
    """Whose alarm it is: as written, or the one thing that the condition names; empty for none."""
    if section.alarm and section.alarm.device:
        return section.alarm.device
    named = {ref.partition("/")[0] for _, when in walk(section.when) for ref in _named(when) if ref}
    return named.pop() if len(named) == 1 else ""


def key_of(section: RuleSection, site: str) -> str:
    """The key of a rule's alarm, which is the rule's own id."""
    return f"{device_of(section) or site}/{section.id}"


def expression_of(when: When, site: Site) -> Expression:
    """Compile an expression against the points of the site; raises `ExpressionError`."""
    points = {name: point_of(site.devices, ref) for name, ref in (when.where or {}).items()}
    operands = {name: Operand(point.type, point.unit) for name, point in points.items()}
    return parse(when.expression or "", operands)


def _named(when: When) -> tuple[str, ...]:
    """The points and devices that one condition names itself."""
    events = (when.count, when.absent)
    return (
        when.point or "",
        when.lowest or when.highest or when.mean or when.rate or when.change or "",
        when.device,
        *(event.device for event in events if event),
        when.alarm or "",
        *(when.where or {}).values(),
    )


def _tree(section: RuleSection, site: Site, schedules: Mapping[str, Schedule]) -> Tree:
    steps = [steps for steps, _ in walk(section.when)]
    nodes = []
    for at, when in walk(section.when):
        parts = tuple(steps.index((*at, *further)) for further, _ in when.within_it)
        nodes.append(_node(when, parts, site, schedules))
    mark = crc32(repr(section.when).encode())
    missing = None if section.missing == "keep" else section.missing
    return Tree(nodes=tuple(nodes), mark=f"{mark:08x}", missing=missing)


def _node(
    when: When, parts: tuple[int, ...], site: Site, schedules: Mapping[str, Schedule]
) -> Node:
    words = words_of(when, site.devices)
    match when.subject:
        case "all" | "any" | "not" as join:
            return Node(words=words, join=join, parts=parts, hold=when.hold)
    hold = timedelta(0) if when.absent else when.hold
    unit, limit = _unit(when, site), _limit(when)
    term = _term(when, site, schedules)
    return Node(words=words, term=term, hold=hold, unit=unit, limit=limit)


def _term(  # noqa: PLR0911 - one for each kind of condition
    when: When, site: Site, schedules: Mapping[str, Schedule]
) -> Term:
    if when.point:
        return _point_term(when, when.point, point_of(site.devices, when.point).type)
    if when.event:
        return EventTerm(Filter(when.event, when.device, when.category), when.lasts)
    if when.absent:
        return AbsentTerm(_filter(when.absent), when.hold)
    if when.alarm:
        return AlarmTerm(when.alarm)
    if when.during:
        return DuringTerm(schedules[when.during])
    if when.expression:
        expression, where = expression_of(when, site), when.where or {}
        points = tuple(where[name] for name in expression.names)
        types = tuple(point_of(site.devices, ref).type for ref in points)
        return ExpressionTerm(expression, points, types)
    return _term_over_time(when, site)


def _point_term(when: When, point: str, kind: PointType) -> Term:
    if when.stale is not None:
        return StaleTerm(point, kind, when.stale)
    return PointTerm(point, kind, comparison_of(when))


def _term_over_time(when: When, site: Site) -> Term:
    compared = comparison_of(when)
    beyond = compared if isinstance(compared, Beyond) else Beyond()
    length = when.over or when.within or timedelta(0)
    if when.count:
        return CountTerm(_filter(when.count), Tally(length), beyond)
    ref = when.lowest or when.highest or when.mean or when.rate or when.change or ""
    statistic = next(each for each in _STATISTICS if each == when.subject)
    window = Window(statistic, length, _PER[when.per])
    return StatisticTerm(ref, point_of(site.devices, ref).type, window, beyond)


def _filter(event: EventSection) -> Filter:
    return Filter(event.event, event.device, event.category)


def _unit(when: When, site: Site) -> str:
    ref = when.point or when.lowest or when.highest or when.mean or when.rate or when.change
    unit = point_of(site.devices, ref).unit if ref else ""
    return f"{unit}/{_SHORT[when.per]}" if when.rate else unit


def _limit(when: When) -> Value | None:
    limit = when.above or when.below
    return limit.number if limit else when.equals


def _acts(section: RuleSection, site: Site) -> Acts:
    device = device_of(section)
    known, building = site.devices.get(device), site.buildings.get(device)
    alarm, words = section.alarm, None
    named = known.name if known else building.name if building else site.name
    place = known.location if known else Location(building=device) if building else None
    points: tuple[str, ...] = ()
    if alarm:
        words = Words(
            category=alarm.category,
            severity=alarm.severity,
            lane=alarm.lane,
            text=alarm.text.plain(),
            group=f"{device or site.id}/{alarm.group}" if alarm.group else "",
            latch=alarm.latch,
            realarm=alarm.realarm,
        )
        points = points_in(words.text)
    orders = tuple(
        Order(device=each.device, action=each.action, args=dict(each.args), within=each.within)
        for each in section.commands
    )
    return Acts(
        key=key_of(section, site.id),
        rule=section.id,
        device=device or site.id,
        named=named,
        words=words,
        place=place,
        points={ref: point_of(site.devices, ref) for ref in points},
        orders=(*orders, *_captures(section.evidence, site)),
    )


def _captures(evidence: EvidenceSection | None, site: Site) -> tuple[Order, ...]:
    """The cameras of a device's building; of its unit where one is known on both sides."""
    if evidence is None:
        return ()
    place = site.devices[evidence.near].location
    return tuple(
        Order(device=camera.id, action=CAPTURE, within=CAPTURE_WITHIN)
        for camera in site.devices.values()
        if camera.kind == "camera"
        and camera.location.building == place.building
        and (not (camera.location.unit and place.unit) or camera.location.unit == place.unit)
    )
