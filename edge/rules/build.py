"""Turns an alarm as a file describes it into the rule that watches it on one device."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from edge.model import Device, Value
from edge.rules.alarm import EventAlarm, Holds, PointAlarm, StaleAlarm, Words
from edge.rules.template import Template
from edge.schema import AlarmSpec, Condition

EVENT_LASTS = timedelta(minutes=1)
"""How long an alarm from an event stays when its file does not say `clear_for`."""


def build(
    device: Device, name: str, spec: AlarmSpec
) -> PointAlarm | StaleAlarm | EventAlarm | Template:
    """Return the rule; for `*.point` the template that makes one for each component."""
    when, words = spec.when, _words(device, spec)
    own = f"{device.id}/{name}"
    if when.event:
        lasts = spec.off_delay or EVENT_LASTS
        return EventAlarm(
            id=own, device=device.id, name=name, event=when.event, words=words, lasts=lasts
        )
    point = f"{device.id}/{when.point}"
    if when.stale is not None:
        return StaleAlarm(
            id=own, device=device.id, name=name, point=point, words=words, after=when.stale
        )
    make = partial(_point_alarm, device.id, name, spec, words)
    component, dot, suffix = when.point.rpartition(".")
    if dot and component == "*":
        return Template(device=device.id, name=name, suffix=suffix, make=make)
    return make(component)


def _point_alarm(
    device: str, name: str, spec: AlarmSpec, words: Words, component: str
) -> PointAlarm:
    """Return the alarm on a point of the device itself, or of one of its components."""
    point = spec.when.point.rpartition(".")[2]
    return PointAlarm(
        id=f"{device}/{component}/{name}" if component else f"{device}/{name}",
        device=device,
        name=name,
        component=component,
        point=f"{device}/{component}.{point}" if component else f"{device}/{point}",
        words=words,
        holds=comparison(spec.when, spec.deadband),
        on_delay=spec.on_delay,
        off_delay=spec.off_delay,
    )


def comparison(when: Condition, deadband: float) -> Holds:
    """Return the condition as a function; a value of another type never fulfils it."""
    if when.above is not None:
        return _number(_above(when.above, deadband))
    if when.below is not None:
        return _number(_below(when.below, deadband))
    if when.outside is not None:
        low, high = when.outside
        below, above = _below(low, deadband), _above(high, deadband)
        return _number(lambda value, active: below(value, active) or above(value, active))
    if when.equals is not None:
        wanted = when.equals
        return lambda value, _: _same(value, wanted)
    if when.not_equals is not None:
        unwanted = when.not_equals
        return lambda value, _: not _same(value, unwanted)
    several = when.any_of or ()
    return lambda value, _: any(_same(value, one) for one in several)


def _above(limit: float, deadband: float) -> Callable[[float, bool], bool]:
    return lambda value, active: value > (limit - deadband if active else limit)


def _below(limit: float, deadband: float) -> Callable[[float, bool], bool]:
    return lambda value, active: value < (limit + deadband if active else limit)


def _number(compare: Callable[[float, bool], bool]) -> Holds:
    return lambda value, active: (
        isinstance(value, int | float) and not isinstance(value, bool) and compare(value, active)
    )


def _same(value: Value, wanted: Value) -> bool:
    """Compare without taking 1 for true."""
    return isinstance(value, bool) is isinstance(wanted, bool) and value == wanted


def _words(device: Device, spec: AlarmSpec) -> Words:
    when = spec.when
    point = device.points.get(when.point.rpartition(".")[2])
    number = when.above if when.above is not None else when.below
    return Words(
        category=spec.category,
        severity=spec.severity,
        lane=spec.lane,
        text=spec.text.plain(),
        unit=point.unit if point else "",
        limit=number if number is not None else when.equals,
    )
