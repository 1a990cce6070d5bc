"""Conditions and values in words, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, TypeAlias

from edge.duration import format_duration
from edge.model import Device, Point, Text, Value
from edge.rules.condition import EventSection, When
from edge.rules.limit import Quantity

Devices: TypeAlias = Mapping[str, Device]

UNKNOWN: Final = Text("未知", "unknown")

_TRUTH: Final = {True: Text("是", "yes"), False: Text("否", "no")}
_GROUPS: Final = {
    "all": Text("以下全部成立", "all of these hold"),
    "any": Text("以下至少一条成立", "at least one of these holds"),
    "not": Text("以下不成立", "this does not hold"),
}
_FIGURES: Final = {
    "min": Text("最小值", "lowest"),
    "max": Text("最大值", "highest"),
    "mean": Text("平均值", "mean"),
    "rate": Text("升高", "rise"),
    "change": Text("变化", "change"),
}
_ONLINE: Final = Text("在线", "Online")
_PER: Final = {
    "second": Text("每秒", "per second"),
    "minute": Text("每分钟", "per minute"),
    "hour": Text("每小时", "per hour"),
}


def spoken(value: Value | None, point: Point | None) -> Text:
    """A value as a person reads it: with its unit, or by its label."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return _TRUTH[value]
    if isinstance(value, int) and point and value in point.labels:
        return point.labels[value]
    written = f"{value:.6g}" if isinstance(value, float) else str(value)
    written = f"{written} {point.unit}" if point and point.unit else written
    return Text(written, written)


def point_of(devices: Devices, ref: str) -> Point:
    """The point that `device/name` or `device/component.name` means; `online` of a link is one."""
    device_id, _, name = ref.partition("/")
    own = name.rpartition(".")[2]
    device = devices.get(device_id)
    point = device.points.get(own) if device else None
    return point or Point(name=own, type="bool", text=_ONLINE)


def name_of(devices: Devices, ref: str) -> Text:
    """A point as a person calls it: its device, its component and what it measures."""
    device_id, _, name = ref.partition("/")
    device, component = devices.get(device_id), name.rpartition(".")[0]
    named = device.name if device else Text(device_id, device_id)
    behind = f" [{component}]" if component else ""
    words = point_of(devices, ref).text
    return Text(f"{named.zh}{behind} {words.zh}", f"{named.en}{behind} {words.en}")


def words_of(when: When, devices: Devices) -> Text:
    """What a condition says; the limits of a figure are in the unit of its point."""
    return _lasting(_words(when, devices), when.hold) if not when.absent else _absent(when, devices)


def _words(when: When, devices: Devices) -> Text:  # noqa: PLR0911 - one for each kind of condition
    subject = when.subject
    if subject in _GROUPS:
        return _GROUPS[subject]
    if when.point:
        compared, name = (
            _compared(when, point_of(devices, when.point)),
            name_of(devices, when.point),
        )
        return Text(f"{name.zh} {compared.zh}", f"{name.en} {compared.en}")
    if when.count and when.within:
        event, length = _event(when.count, devices), format_duration(when.within)
        compared = _compared(when, None)
        return Text(
            f"{length} 内 {event.zh} 的次数 {compared.zh}",
            f"{event.en} within {length}: a count {compared.en}",
        )
    if when.event:
        event = _event(
            EventSection(event=when.event, device=when.device, category=when.category), devices
        )
        length = format_duration(when.lasts)
        return Text(f"{length} 内发生过 {event.zh}", f"{event.en} came {length} ago at most")
    if when.alarm:
        return Text(f"报警 {when.alarm} 未消除", f"the alarm {when.alarm} is active")
    if when.during:
        return Text(f"在 {when.during} 时段内", f"it is {when.during}")
    if when.expression:
        named = ", ".join(f"{name} = {point}" for name, point in (when.where or {}).items())
        return Text(f"{when.expression}（{named}）", f"{when.expression} ({named})")
    return _statistic(when, devices)


def _statistic(when: When, devices: Devices) -> Text:
    ref = when.lowest or when.highest or when.mean or when.rate or when.change or ""
    length = format_duration(when.over or when.within or timedelta(0))
    name, compared = name_of(devices, ref), _compared(when, point_of(devices, ref))
    figure = _FIGURES[when.subject]
    if when.rate:
        per = _PER[when.per]
        figure = Text(f"{per.zh}{figure.zh}", f"{figure.en} {per.en}")
    return Text(
        f"{name.zh} {length} 内的{figure.zh} {compared.zh}",
        f"{name.en}: {figure.en} over {length} {compared.en}",
    )


def _absent(when: When, devices: Devices) -> Text:
    length = format_duration(when.hold)
    event = _event(when.absent, devices) if when.absent else UNKNOWN
    return Text(f"{length} 内没有 {event.zh}", f"no {event.en} for {length}")


def _compared(when: When, point: Point | None) -> Text:
    if when.stale is not None:
        length = format_duration(when.stale)
        return Text(f"超过 {length} 没有消息", f"was not heard of for {length}")
    if when.any_of is not None:
        several = [spoken(one, point) for one in when.any_of]
        return Text(
            f"是 {'、'.join(one.zh for one in several)} 之一",
            f"is one of {', '.join(one.en for one in several)}",
        )
    if when.outside is not None:
        low, high = (_limit(limit, point) for limit in when.outside)
        return Text(f"超出 {low} 到 {high}", f"outside {low} to {high}")
    if when.above is not None or when.below is not None:
        limit = _limit(when.above or when.below, point)
        return (
            Text(f"高于 {limit}", f"above {limit}")
            if when.above
            else Text(f"低于 {limit}", f"below {limit}")
        )
    wanted = when.equals if when.equals is not None else when.not_equals
    value = spoken(wanted, point)
    if when.equals is not None:
        return Text(f"为 {value.zh}", f"is {value.en}")
    return Text(f"不为 {value.zh}", f"is not {value.en}")


def _limit(limit: Quantity | None, point: Point | None) -> str:
    number = limit.number if limit else 0
    unit = point.unit if point else ""
    return f"{number:g} {unit}" if unit else f"{number:g}"


def _event(event: EventSection, devices: Devices) -> Text:
    what = f"{event.event} {event.category}" if event.category else event.event
    device = devices.get(event.device)
    if device is None:
        return Text(what, what)
    return Text(f"{device.name.zh} {what}", f"{device.name.en} {what}")


def _lasting(words: Text, hold: timedelta) -> Text:
    if not hold:
        return words
    length = format_duration(hold)
    return Text(f"{words.zh}，持续 {length}", f"{words.en}, for {length}")
