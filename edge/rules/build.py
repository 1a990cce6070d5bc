"""Turns an alarm as a file describes it into the rule that watches it on one device."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from edge.model import Device, Text, Value
from edge.rules import wording
from edge.rules.alarm import EventAlarm, Holds, PointAlarm, StaleAlarm, Words
from edge.rules.comparing import Beyond
from edge.rules.condition import When
from edge.rules.link import group_of
from edge.rules.template import Template
from edge.schema import AlarmSpec, Condition

OFFLINE = "device.offline"
"""The category of devices that do not answer: all on a link that is lost have that one cause."""

EVENT_LASTS = timedelta(minutes=1)
"""How long an alarm from an event stays when its file does not say `clear_for`."""


def alarm_key(device: str, name: str, spec: AlarmSpec) -> str:
    """The id of the rule that watches an alarm; for `*.point` the pattern of all their ids."""
    component = spec.when.point.rpartition(".")[0]
    apart = not spec.when.event and spec.when.stale is None
    return _key(device, component if apart else "", name)


def _key(device: str, component: str, name: str) -> str:
    return f"{device}/{component}/{name}" if component else f"{device}/{name}"


def build(
    device: Device, name: str, spec: AlarmSpec, root: str = ""
) -> PointAlarm | StaleAlarm | EventAlarm | Template:
    """Return the rule; for `*.point` the template that makes one for each component.

    `root` is what is lost together with the device, when it is not its link alone.
    """
    when, words = spec.when, words_of(device, spec, root)
    own = alarm_key(device.id, name, spec)
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
        id=_key(device, component, name),
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
    low, high = when.outside or (when.below, when.above)
    if low is not None or high is not None:
        return Beyond(low, high, deadband)
    if when.equals is not None:
        wanted = when.equals
        return lambda value, _: _same(value, wanted)
    if when.not_equals is not None:
        unwanted = when.not_equals
        return lambda value, _: not _same(value, unwanted)
    several = when.any_of or ()
    return lambda value, _: any(_same(value, one) for one in several)


def _same(value: Value, wanted: Value) -> bool:
    """Compare without taking 1 for true."""
    return isinstance(value, bool) is isinstance(wanted, bool) and value == wanted


def words_of(device: Device, spec: AlarmSpec, root: str = "") -> Words:
    """What an alarm says of itself on this device."""
    lost = group_of(root or device.link) if spec.category == OFFLINE else ""
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
        group=f"{device.id}/{spec.group}" if spec.group else lost,
        latch=spec.latch,
        realarm=spec.realarm,
        condition=_condition(device, when),
    )


def _condition(device: Device, when: Condition) -> Text:
    """What the condition says, in the words of written rules."""
    if when.event:
        return wording.words_of(When(event=when.event, device=device.id), {device.id: device})
    own = when.point.rpartition(".")[2]
    compared = {name: getattr(when, name) for name in when.comparisons()}
    written = When.model_validate({"point": f"{device.id}/{own}", **compared})
    return wording.words_of(written, {device.id: device})
