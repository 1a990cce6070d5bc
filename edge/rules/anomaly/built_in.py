"""Makes the rules of anomalies that a site has, or says what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, Final, TypeAlias, TypedDict
from zoneinfo import ZoneInfo

from edge.choices import choose
from edge.errors import ConfigError, Problem
from edge.model import Device, Lane, Point, Text, Value
from edge.rules.alarm import PointAlarm, Words
from edge.rules.anomaly.cycle import CycleRule
from edge.rules.anomaly.daily import ALL_DAY, NIGHT, DailyRule
from edge.rules.anomaly.extreme import ExtremeRule
from edge.rules.anomaly.seasonal import SeasonalRule
from edge.rules.anomaly.section import AnomaliesOptions, AnomalySection
from edge.rules.anomaly.watched import CATEGORIES, Watch
from edge.rules.comparing import Beyond
from edge.rules.rule import BuiltIn, Rule
from edge.site import Site

BACK: Final = 0.01
"""Of the range; a value has to come back into it so far."""

HALF: Final = 0.5
"""Of a point's deadband: a mean of many values is finer than each."""

LEAST_CYCLE: Final = 0.1
"""Seconds by which the figure of a door's cycles strays at least."""

_AT_ONCE: Final = timedelta(seconds=10)
_OVER: Final = timedelta(minutes=1)


Misfit: TypeAlias = tuple[str, Text, Text]
"""The key that does not fit, what is wrong with it, and what would be right."""

_NUMBERS: Final = ("int", "float")


class Told(TypedDict):
    """What every rule is told."""

    device: str
    link: str
    point: Point
    watch: Watch
    zone: ZoneInfo
    learn_days: int
    severity: int
    anew: str


def _build(site: Site, options: AnomaliesOptions) -> Iterable[Rule[Any]]:
    """Return the rules; all that is wrong is told together."""
    written: dict[tuple[str, str], AnomalySection] = {}
    problems: list[Problem] = []
    for number, each in enumerate(options.points):
        for key, what, remedy in _misfits(site, each):
            steps = ("points", number, key)
            problems.append(Problem(file="", what=what, remedy=remedy, steps=steps))
        if written.setdefault((each.point, each.watch), each) is not each:
            what = Text("这个点已有同样的 watch", "this point has the same watch already")
            remedy = Text("删去一行", "take one of the lines out")
            steps = ("points", number, "watch")
            problems.append(Problem(file="", what=what, remedy=remedy, steps=steps))
    if problems:
        text = "; ".join(problem.what.en for problem in problems)
        raise ConfigError(text, tuple(problems))
    if options.defaults:
        written = {(e.point, e.watch): e for e in _unwritten(site)} | written
    return [_rule(site, each, options) for each in written.values()]


def _unwritten(site: Site) -> Iterator[AnomalySection]:
    """What is watched on every site: residual currents at night, doors whose state is known."""
    for device in site.devices.values():
        for point in device.points.values():
            ref = f"{device.id}/{point.name}"
            if device.kind == "electric" and point.unit == "mA":
                yield AnomalySection(point=ref, watch="night")
            if device.kind == "lift" and _opens(site, ref) is not None:
                yield AnomalySection(point=ref, watch="cycle")


def _rule(site: Site, section: AnomalySection, options: AnomaliesOptions) -> Rule[Any]:
    device, _, name = section.point.partition("/")
    told = Told(
        device=device,
        link=site.devices[device].link,
        point=site.devices[device].points[name],
        watch=section.watch,
        zone=site.timezone,
        learn_days=options.learn_days,
        severity=section.severity or options.severity,
        anew=section.anew,
    )
    least = HALF * told["point"].deadband
    match section.watch:
        case "usual" | "apart":
            neighbour = section.neighbour or ""
            behind = site.devices[neighbour.partition("/")[0]].link if neighbour else ""
            return SeasonalRule(**told, neighbour=neighbour, behind=behind)
        case "drift":
            return DailyRule(**told, least=least, hours=ALL_DAY)
        case "night":
            return DailyRule(**told, least=least, hours=NIGHT, falling=False)
        case "flat" | "jump":
            return ExtremeRule(**told)
        case "cycle":
            opens = _opens(site, section.point) or bool
            return CycleRule(**told, least=LEAST_CYCLE, falling=False, opens=opens)
        case "range":
            return _range(told, section)


def _range(told: Told, section: AnomalySection) -> PointAlarm:
    """What cannot be needs no learning: an alarm like any other."""
    low, high = (limit.number for limit in section.between or ())
    point, name = told["point"], f"{told['point'].name}_range"
    return PointAlarm(
        id=f"{told['device']}/{name}",
        device=told["device"],
        name=name,
        point=section.point,
        holds=Beyond(low, high, BACK * (high - low)),
        on_delay=_AT_ONCE,
        off_delay=_OVER,
        words=Words(
            category=CATEGORIES["range"],
            severity=told["severity"],
            lane=Lane.FAULT,
            unit=point.unit,
            text=Text(
                f"{point.text.zh}：超出可能的范围 {low:g} 至 {high:g} {point.unit}",
                f"{point.text.en}: cannot be outside {low:g} to {high:g} {point.unit}",
            ),
            condition=Text(
                f"{section.point} 低于 {low:g} 或高于 {high:g} {point.unit}",
                f"{section.point} below {low:g} or above {high:g} {point.unit}",
            ),
        ),
    )


def _opens(site: Site, ref: str) -> Callable[[Value], bool] | None:
    """What tells of a point's value that the lift's door is open; none where nothing does."""
    lift = site.lifts.get(ref.partition("/")[0])
    facts = lift.facts if lift else {}
    own = [claim.holds for claim in facts.get("door_open", ()) if claim.point == ref]
    if own:
        return lambda value: any(holds(value) for holds in own)
    shut = [claim.holds for claim in facts.get("door_closed", ()) if claim.point == ref]
    return (lambda value: not any(holds(value) for holds in shut)) if shut else None


def _misfits(site: Site, section: AnomalySection) -> Iterator[Misfit]:
    """What of a line does not fit the site."""
    for key, ref in (("point", section.point), ("from", section.neighbour or "")):
        device = site.devices.get(ref.partition("/")[0])
        point = device.points.get(ref.partition("/")[2]) if device else None
        if not ref:
            continue
        if point is None:
            yield key, *_unknown(site, ref, device)
        elif section.watch != "cycle" and (point.type not in _NUMBERS or point.labels):
            what = Text(f"{ref} 的值没有大小", f"{ref} is not a number with a size")
            yield key, what, Text("改看一个测量值", "watch a value that is measured")
        elif section.watch == "cycle" and point.type != "bool" and _opens(site, ref) is None:
            what = Text(f"{ref} 不表示门开或门关", f"{ref} does not tell whether a door is open")
            yield key, what, Text("写一个布尔点", "name a point that is true or false")
        elif {each.unit for each in section.between or ()} - {"", point.unit}:
            unit = Text(point.unit or "无", point.unit or "no unit")
            what = Text(f"{ref} 的单位是 {unit.zh}", f"{ref} is in {unit.en}")
            yield "between", what, Text("换算后写", "convert the limits")


def _unknown(site: Site, ref: str, device: Device | None) -> tuple[Text, Text]:
    name, _, point = ref.partition("/")
    if device is None:
        what = Text(f"没有设备 {name}", f"there is no device {name}")
        return what, choose(name, sorted(site.devices))
    what = Text(f"{name} 没有点 {point}", f"{name} has no point {point}")
    return what, choose(point, sorted(device.points))


BUILT_IN: Final = BuiltIn("anomalies", AnomaliesOptions, _build)
