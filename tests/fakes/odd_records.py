"""Records as no device should send them, about a real site."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, get_args

from edge.config.rules_of import rules_of
from edge.model import (
    Access,
    Action,
    AlarmCleared,
    AlarmRaised,
    AlarmReset,
    AlarmUpdated,
    Cause,
    CommandResult,
    DeviceChanged,
    DeviceReset,
    GatewayChanged,
    Lane,
    LinkChanged,
    Location,
    Quality,
    Reading,
    Record,
    Suppression,
    Text,
    Value,
)
from edge.model.alarms import Update
from edge.model.events import AccessDecision
from edge.rules import evidence, nobody_passed, passback
from edge.rules.anomaly import built_in as anomalies
from edge.rules.anomaly.section import AnomaliesOptions
from edge.rules.engine import Engine
from edge.rules.fires import CATEGORIES
from edge.rules.nearest import CAPTURE
from edge.rules.rule import Rule
from edge.site import Site
from tests.fakes.riverside import riverside

VALUES: Final[tuple[Value | None, ...]] = (
    *(True, False, None, 0, 1, -1, 2, 3, 11, 0.0, 0.5, 90.0, 230.5, 310.0),
    *(math.nan, math.inf, -math.inf, 1e308, 10**400, -(10**400), 2**64),
    *("", "open", "true", "1", "词", "x" * 3000),
)
PERSONS: Final = ("", " ", "p1", "p1 王", "p2", "\u2028", "\x00", "p" * 500)
SECONDS: Final = (0, 0, 0, -1, 1, -3600, 3600, -(10**9), 10**9)
"""By so much a record's own instant may be off."""


class OddWorld:
    """The shipped site with gates for one way and a resident to look after, and all its rules."""

    def __init__(self) -> None:
        configuration = riverside()
        site = configuration.site
        gate = next(each for each in site.devices.values() if each.kind == "gate")
        ways = {
            f"gate-{way}": replace(
                gate, id=f"gate-{way}", direction=way, location=Location(building="b9")
            )
            for way in ("in", "out")
        }
        camera = replace(
            gate,
            id="camera",
            kind="camera",
            actions={CAPTURE: Action(text=Text("留证", "Capture"))},
        )
        self._site = replace(site, devices={**site.devices, **ways, camera.id: camera})
        rules, self._templates = rules_of(configuration)
        self._rules = (*rules, *_further(self._site, tuple(ways)))
        devices = tuple(self._site.devices)
        points = {point for rule in self._rules for point in rule.points}
        own = {f"{each.id}/{name}" for each in self._site.devices.values() for name in each.points}
        behind = {f"{each}/9-9-9-9.fire" for each in devices}
        self.points = (*sorted(points | own | behind), "", "/", ".", "a", "nobody/x")
        self.devices = (*devices, *self._site.links, site.id, "nobody", "", "a/b")
        names = ("fire", "fire_confirmed", "main_power_fault", "voltage", "entrapment", "x")
        self.alarms = (*(f"{each}/{name}" for each in self.devices for name in names), "", "/")

    def engine(self) -> Engine:
        """All rules, not begun."""
        return Engine(self._rules, self._templates)

    @property
    def all_rules(self) -> tuple[Rule[Any], ...]:
        """Those that are there before anybody has spoken."""
        return self._rules

    def record(self, chance: Random, hot: Sequence[str], now: datetime) -> Record:
        """Any record; half of them are readings, mostly of the `hot` points."""
        at = now + timedelta(seconds=chance.choice(SECONDS))
        if chance.random() < 0.5:
            return Reading(
                point=chance.choice(hot if chance.random() < 0.7 else self.points),
                value=chance.choice(VALUES),
                at=at,
                quality=chance.choice((Quality.GOOD, *Quality)),
            )
        makers = (self._raised, self._raised, self._of_an_alarm, self._of_a_device, _access)
        return chance.choice(makers)(chance, chance.choice(self.devices), at)

    def _raised(self, chance: Random, device: str, at: datetime) -> AlarmRaised:
        key = chance.choice(self.alarms)
        place = Location(building=chance.choice(("b1", "b3", "b9", "nowhere", "")))
        marks = chance.sample(get_args(Suppression), chance.choice((0, 0, 1, 2)))
        return AlarmRaised(
            alarm=key,
            device=chance.choice((device, key.partition("/")[0])),
            rule=chance.choice((key.rpartition("/")[2], f"code_{chance.randrange(200)}")),
            category=chance.choice((*CATEGORIES, "lift.door", "lift.", "x", "")),
            severity=chance.choice((1, 1000)),
            lane=chance.choice(tuple(Lane)),
            text=Text("词", "words"),
            cause=Cause(point=chance.choice(self.points), value=chance.choice(VALUES)),
            at=at,
            location=chance.choice((None, place)),
            group=chance.choice(("", "storm")),
            suppressed=tuple(marks),
            behind=tuple(chance.sample(self.devices, 2)),
        )

    def _of_an_alarm(self, chance: Random, device: str, at: datetime) -> Record:
        key = chance.choice(self.alarms)
        return chance.choice(
            (
                AlarmCleared(alarm=key, at=at),
                AlarmCleared(alarm=key, at=at),
                AlarmUpdated(alarm=key, why=chance.choice(get_args(Update)), at=at),
                AlarmReset(alarm=key, by=device, at=at),
            )
        )

    def _of_a_device(self, chance: Random, device: str, at: datetime) -> Record:
        return chance.choice(
            (
                DeviceChanged(
                    device=device,
                    state=chance.choice(("online", "offline", "degraded")),
                    reason="",
                    at=at,
                ),
                LinkChanged(link=device, up=chance.random() < 0.5, reason="", at=at),
                DeviceReset(device=device, component=chance.choice(("", "1", "1-1")), at=at),
                CommandResult(
                    command=f".fire_release/{device}/1/1",
                    device=device,
                    action=chance.choice(("open", "release", "")),
                    outcome=chance.choice(("done", "rejected", "expired", "failed")),
                    observed=chance.choice(("", "yes", "no")),
                    issued_by=chance.choice((".fire_release", "")),
                    at=at,
                ),
                GatewayChanged(state="started", reason="", at=at),
            )
        )


def _access(chance: Random, device: str, at: datetime) -> Access:
    decision = chance.choice(get_args(AccessDecision))
    return Access(device=device, decision=decision, at=at, person=chance.choice(PERSONS))


def _further(site: Site, gates: tuple[str, ...]) -> Iterable[Rule[Any]]:
    """The rules that the shipped site has no use for."""
    resident = nobody_passed.Resident(id="p1", gates=gates, agreed="2026-01-01", device=gates[0])
    watched = nobody_passed.NobodyPassedOptions(residents=(resident,))
    yield from nobody_passed.BUILT_IN.build(site, watched)
    yield from evidence.BUILT_IN.build(site, evidence.EvidenceOptions())
    yield from anomalies.BUILT_IN.build(site, _watched())
    pairs = passback.BUILT_IN.build(site, passback.PassbackOptions())
    yield from (rule for rule in pairs if rule.id == ".passback/b9")


def _watched() -> AnomaliesOptions:
    """A point that is watched for everything."""
    lines: list[dict[str, object]] = [
        {"point": "hydrant-1/pressure", "watch": watch}
        for watch in ("usual", "drift", "night", "flat", "jump")
    ]
    lines.append({**lines[0], "watch": "apart", "from": "breaker-1/voltage_a"})
    return AnomaliesOptions.model_validate({"defaults": False, "points": lines}, strict=False)
