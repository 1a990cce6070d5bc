"""Whether the conditions of a rule fit the site: what they name, and how they compare it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from edge.choices import choose
from edge.files.yaml_file import Steps
from edge.model import Text
from edge.profiles.alarm_checks import KINDS, Misfit, comparable, never_over
from edge.rules.condition import EventSection, When
from edge.rules.expression import ExpressionError, Operand, parse
from edge.rules.limit import Quantity
from edge.schema import PointSpec, Profile, Scalar

STATISTICS: Final = ("min", "max", "mean", "rate", "change")
NUMERIC: Final = ("above", "below", "outside")

_PER: Final = {"second": "s", "minute": "min", "hour": "h"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What rules may name; of `devices` those that are sound, of all other things every name.

    `holders` is what may have an alarm; `alarms` one key for each name that alarms of files have.
    """

    devices: Mapping[str, Profile]
    device_names: frozenset[str]
    holders: frozenset[str]
    alarms: Mapping[str, str]
    schedules: tuple[str, ...]

    def point(self, reference: str) -> PointSpec | None:
        """The point, when its device is sound and has it."""
        device, _, name = reference.partition("/")
        profile = self.devices.get(device)
        return profile.point(name) if profile else None


def misfits_of(when: When, known: Known) -> Iterator[Misfit]:
    """Tell each thing in which one condition, without those within it, does not fit."""
    for name, reference in _points(when):
        yield from unknown_point((name,), reference, known)
    if (named := _of(when.event, when.device)) is not None:
        yield from unknown_device(("device",), named, known)
    for name, events in (("count", when.count), ("absent", when.absent)):
        if events is not None:
            yield from _wrong_event(name, events, known)
    if when.during is not None and when.during not in known.schedules:
        what = Text(f"没有时段 {when.during[:40]}", f"there is no schedule {when.during[:40]}")
        remedy = Text("在 schedules 下定义它", "define it under schedules")
        if known.schedules:
            remedy = choose(when.during, known.schedules)
        yield Misfit(steps=("during",), what=what, remedy=remedy)
    if when.alarm is not None:
        yield from _unknown_alarm(when.alarm, known)
    yield from _wrong_comparison(when, known)
    if when.expression is not None:
        yield from _wrong_expression(when.expression, when.where or {}, known)


def points_of(when: When) -> Iterator[str]:
    """The points that one condition names, those within it not counted."""
    yield from (reference for _, reference in _points(when))
    yield from (when.where or {}).values()


def kinds_of(when: When) -> Iterator[str]:
    """The kinds of events that one condition listens to, of one device or of all."""
    if when.alarm:
        yield "alarm.raised"
    if when.event:
        yield f"{when.device}/{when.event}".lstrip("/")
    for each in (when.count, when.absent):
        if each:
            yield f"{each.device}/{each.event}".lstrip("/")


def _of(kind: str | None, device: str) -> str | None:
    return device if kind is not None and device else None


def _points(when: When) -> Iterator[tuple[str, str]]:
    """The points that a condition names beside its subject, outside an expression."""
    named = {
        "point": when.point,
        "min": when.lowest,
        "max": when.highest,
        "mean": when.mean,
        "rate": when.rate,
        "change": when.change,
    }
    yield from ((name, reference) for name, reference in named.items() if reference)


def unknown_point(steps: Steps, reference: str, known: Known) -> Iterator[Misfit]:
    """Tell of a point that no device has."""
    device, _, name = reference.partition("/")
    if device not in known.device_names:
        yield from unknown_device(steps, device, known)
    elif device in known.devices and known.point(reference) is None:
        profile = known.devices[device]
        points = ["online", *profile.points]
        if "." in name:
            before = name.rpartition(".")[0]
            points = [f"{before}.{own}" for own in profile.component_points]
        what = Text(f"{device} 没有点 {name[:40]}", f"{device} has no point {name[:40]}")
        yield Misfit(steps=steps, what=what, remedy=choose(name, points))


def unknown_device(steps: Steps, device: str, known: Known) -> Iterator[Misfit]:
    """Tell of a device that the site does not have."""
    if device not in known.device_names:
        what = Text(f"没有设备 {device[:40]}", f"there is no device {device[:40]}")
        yield Misfit(steps=steps, what=what, remedy=choose(device, sorted(known.device_names)))


def _wrong_event(name: str, events: EventSection, known: Known) -> Iterator[Misfit]:
    if events.device:
        yield from unknown_device((name, "device"), events.device, known)


def _unknown_alarm(key: str, known: Known) -> Iterator[Misfit]:
    """The holder has to exist; what alarms it has, rules in code know better."""
    holder = key.partition("/")[0]
    if holder not in known.holders:
        what = Text(f"没有设备 {holder[:40]}", f"there is no device {holder[:40]}")
        yield Misfit(steps=("alarm",), what=what, remedy=choose(holder, sorted(known.holders)))


def _wrong_expression(text: str, where: Mapping[str, str], known: Known) -> Iterator[Misfit]:
    """An expression is looked at when all that it names is known."""
    for name, reference in where.items():
        yield from unknown_point(("where", name), reference, known)
    points = {name: known.point(reference) for name, reference in where.items()}
    operands = {name: Operand(p.type, p.unit) for name, p in points.items() if p is not None}
    if len(operands) < len(where):
        return
    try:
        expression = parse(text, operands)
    except ExpressionError as error:
        yield Misfit(
            steps=("expression",), letter=error.column, what=error.what, remedy=error.remedy
        )
        return
    for name in where:
        if name not in expression.names:
            what = Text(f"表达式里没有用到 {name}", f"the expression does not use {name}")
            yield Misfit(steps=("where", name), what=what, remedy=Text("删去它", "take it out"))


def _wrong_comparison(when: When, known: Known) -> Iterator[Misfit]:
    if when.outside is not None:
        low, high = when.outside
        yield from never_over(low.number, high.number, when.deadband)
    if when.count is not None:
        yield from _units(when, "")
        return
    for name, reference in _points(when):
        point = known.point(reference)
        if point is None:
            continue
        if name in STATISTICS and not _measured(point):
            yield _no_number((name,), reference, point)
        elif when.comparison in NUMERIC and not _measured(point):
            yield _no_number((when.comparison,), reference, point)
        else:
            yield from _never_equal(when, reference, point)
            per = f"/{_PER[when.per]}" if name == "rate" else ""
            yield from _units(when, point.unit, per)


def _measured(point: PointSpec) -> bool:
    """Whether the value is a number that has a size, and no name for a state."""
    return point.type in ("int", "float") and not point.labels


def _no_number(steps: Steps, reference: str, point: PointSpec) -> Misfit:
    kind = KINDS[point.type]
    if point.labels:
        number, label = next(iter(sorted(point.labels.items())))
        kind = Text(
            f"状态代码，如 {number} {label.zh}", f"a code of states such as {number} {label.en}"
        )
    return Misfit(
        steps=steps,
        what=Text(
            f"{reference} 的值（{kind.zh}）不能比大小或计算",
            f"{reference} is {kind.en} and has no size",
        ),
        remedy=Text("改用 point 与 equals 或 any_of", "use point with equals or any_of instead"),
    )


def _never_equal(when: When, reference: str, point: PointSpec) -> Iterator[Misfit]:
    limits: tuple[tuple[Steps, Scalar | None], ...] = (
        (("equals",), when.equals),
        (("not_equals",), when.not_equals),
        *((("any_of", index), limit) for index, limit in enumerate(when.any_of or ())),
    )
    for steps, limit in limits:
        if limit is None or comparable(point, limit):
            continue
        kind = KINDS[point.type]
        meant = [n for n, label in point.labels.items() if limit in (label.zh, label.en)]
        remedy = Text(f"改写为：{kind.zh}", f"write {kind.en}")
        if meant:
            remedy = Text(f"写它的代码 {meant[0]}", f"write its number, {meant[0]}")
        yield Misfit(
            steps=steps,
            what=Text(
                f"{reference} 的值（{kind.zh}）不会等于它",
                f"{reference} is {kind.en} and never equals this",
            ),
            remedy=remedy,
        )


def _units(when: When, unit: str, per: str = "") -> Iterator[Misfit]:
    """A limit has no unit, or that of what it limits; a rate's may be written with its time."""
    limits: tuple[tuple[Steps, Quantity | None], ...] = (
        (("above",), when.above),
        (("below",), when.below),
        *((("outside", index), limit) for index, limit in enumerate(when.outside or ())),
    )
    for steps, limit in limits:
        if limit is None or limit.unit in ("", unit, f"{unit}{per}"):
            continue
        own = f"{unit}{per}" if unit else ""
        value = Text(f"比较的值是 {own}", f"the value is in {own}")
        remedy = Text(f"换算后写 {own}", f"convert it and write {own}")
        if not own:
            value = Text("比较的值没有单位", "the value has no unit")
            remedy = Text("只写数字", "write the number alone")
        what = Text(f"单位是 {limit.unit}，{value.zh}", f"this is in {limit.unit}, {value.en}")
        yield Misfit(steps=steps, what=what, remedy=remedy)
