"""Rules written for a small site: a sump with a pump, two gates, a camera."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from edge.model import (
    Access,
    AccessDecision,
    Command,
    Device,
    Event,
    Location,
    Point,
    Quality,
    Reading,
    Record,
    Text,
    Value,
)
from edge.rules.engine import Engine
from edge.rules.rule import Rule
from edge.rules.schedule import Schedule, schedule_of
from edge.rules.spec import RuleSection, ScheduleSection
from edge.rules.writing import write_rule
from edge.rules.written import WrittenRule
from edge.site import Site
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

RAISE: Mapping[str, Any] = {
    "category": "water.flood",
    "severity": 700,
    "lane": "fault",
    "text": {"zh": "{device} 水位 {sump-1/level}", "en": "{device} at {sump-1/level}"},
}
PLAIN: Mapping[str, Any] = {**RAISE, "text": {"zh": "进水", "en": "flood"}}

_POINTS = (
    Point(name="level", type="float", text=Text("水位", "Level"), unit="%"),
    Point(name="running", type="bool", text=Text("运行", "Running")),
    Point(name="mode", type="int", text=Text("模式", "Mode"), labels={1: Text("自动", "auto")}),
    Point(name="says", type="str", text=Text("显示", "Display")),
    Point(name="online", type="bool", text=Text("在线", "Online")),
)


def device(name: str, kind: str, **location: str) -> Device:
    """A device with every point there is."""
    return Device(
        id=name,
        kind=kind,
        name=Text(f"{name}号", name.capitalize()),
        link="l",
        profile="p",
        make="",
        model="",
        location=Location(**location),
        points={point.name: point for point in _POINTS},
    )


def small_site() -> Site:
    """The site that the rules of these tests are about."""
    devices = (
        device("sump-1", "pressure", building="b1"),
        device("sump-2", "pressure", building="b1"),
        device("gate-1", "gate", building="b1", unit="u1"),
        device("camera-1", "camera", building="b1", unit="u1"),
        device("camera-2", "camera", building="b1", unit="u2"),
        device("camera-3", "camera", building="b2"),
    )
    return bare_site(devices={each.id: each for each in devices})


def schedule(written: Mapping[str, Any], **calendar: list[str]) -> Schedule:
    """A schedule as the site file writes it, in Shanghai."""
    section = ScheduleSection.model_validate_json(json.dumps(written))
    days = {
        name: tuple(datetime.fromisoformat(day).date() for day in listed)
        for name, listed in calendar.items()
    }
    return schedule_of(section, days, small_site().timezone)


def rule(when: Mapping[str, Any], **more: Any) -> WrittenRule:
    """A rule as the site file writes it; `raise` is written for it unless it is given."""
    written = {"id": "flood", "when": when, "raise": PLAIN, **more}
    written = {key: value for key, value in written.items() if value is not None}
    section = RuleSection.model_validate_json(json.dumps(written))
    night = schedule({"from": "22:00", "to": "06:00"})
    return write_rule(section, small_site(), {"night": night})


class Scene:
    """One engine in a time of its own; says in words what follows."""

    def __init__(self, *rules: Rule[Any], start: datetime = EPOCH) -> None:
        self.rules = rules
        self.start = start
        self.now = start
        self.engine = Engine(rules)
        self.kept: dict[str, bytes] = {}
        self.said: list[Event | Command] = self.engine.begin(start)

    def at(self, seconds: float) -> Scene:
        """Let time pass, with each wake at its own moment."""
        until = self.start + timedelta(seconds=seconds)
        while (wake := self.engine.wake_at()) is not None and wake <= until:
            assert wake >= self.now, "a wake in the past would be asked for without end"
            self.now = wake
            self._hear(None)
        self.now = until
        return self

    def reads(self, point: str, value: Value | None, quality: Quality = Quality.GOOD) -> Scene:
        """A reading now."""
        return self._hear(Reading(point=point, value=value, at=self.now, quality=quality))

    def passes(self, decision: AccessDecision, gate: str = "gate-1") -> Scene:
        """Somebody at a gate now."""
        return self._hear(Access(device=gate, decision=decision, at=self.now))

    def hears(self, record: Record) -> Scene:
        """Any record."""
        return self._hear(record)

    def restarts(self) -> Scene:
        """Killed after what has changed was kept, and started again at once."""
        self.kept |= self.engine.take_changed()
        self.engine = Engine(self.rules)
        assert self.engine.restore(self.kept) == []
        self.said += self.engine.begin(self.now)
        return self

    @property
    def kinds(self) -> list[str]:
        """What was said and done so far."""
        return [
            f"{each.device}:{each.action}" if isinstance(each, Command) else each.kind
            for each in self.said
        ]

    @property
    def active(self) -> bool:
        """Whether the last that was said of an alarm is that it was raised."""
        alarms = [kind for kind in self.kinds if kind.startswith("alarm.")]
        return bool(alarms) and alarms[-1] == "alarm.raised"

    def _hear(self, record: Record | None) -> Scene:
        self.said += self.engine.feed(record, self.now)
        return self


def encoded(state: object) -> bytes:
    """A state as it is kept."""
    return msgspec.json.encode(state)
