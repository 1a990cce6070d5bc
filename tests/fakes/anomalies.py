"""Rules of anomalies that live through weeks of generated values, and what they say of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from heapq import merge
from typing import Any, Final
from zoneinfo import ZoneInfo

from edge.model import AlarmRaised, Quality, Reading
from edge.rules.anomaly.built_in import BUILT_IN
from edge.rules.anomaly.section import AnomaliesOptions
from edge.rules.rule import Quieting, Rule
from edge.site import Site
from simulators.series.doors import turns
from simulators.series.faults import MAKERS, Fault, fault_of
from simulators.series.signals import SIGNALS, Signal, series
from tests.fakes.rule_life import device
from tests.fakes.site import bare_site

BEGINS: Final = datetime(2026, 3, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
"""A Monday, at midnight."""

DAYS: Final = 56

LEARN_DAYS: Final = 14
"""As they are when a site file does not say."""
QUIET_DAYS: Final = 21.0
"""Two weeks are learnt, and one is to be quiet, before a fault begins."""

AFTER: Final = 6.0
"""Days that are left after a fault."""

GRACE: Final = 1.0
"""Days after a fault within which an alarm is still about it."""

SIZES: Final = (0.5, 1.0, 2.0)
"""Of a change that matters."""

SLOWER: Final = 1.0
"""Seconds by which a door cycle becomes slower, where that matters."""

WATCHED: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "usual": (tuple(SIGNALS), ("step",)),
    "usual at night": (("flow", "residual_current"), ("night",)),
    "drift": (("pressure", "residual_current", "voltage", "temperature"), ("ramp",)),
    "night": (("flow", "residual_current"), ("ramp",)),
    "flat": (("pressure", "flow", "voltage", "temperature"), ("stuck",)),
    "jump": (("pressure", "flow", "voltage", "temperature"), ("spike",)),
    "apart": (("pressure",), ("step", "ramp", "stuck")),
    "cycle": (("door",), ("slower",)),
}
"""What each detector is tried on: signals, and kinds of faults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was said of one series, in days; `fault` is none in a healthy one."""

    signal: str
    size: float
    fault: Fault | None
    raised: tuple[float, ...]
    words: tuple[str, ...]

    @property
    def delay(self) -> float | None:
        """Days from the fault's begin until it was told; none when it was not."""
        fault = self.fault
        return (
            next((day - fault.begins for day in self.raised if _about(fault, day)), None)
            if (fault)
            else None
        )

    @property
    def false(self) -> int:
        """Alarms that are about nothing."""
        return sum(self.fault is None or not _about(self.fault, day) for day in self.raised)


def _about(fault: Fault, day: float) -> bool:
    return fault.begins <= day <= fault.ends + GRACE


def site(signal: str) -> Site:
    """Two sensors that stand beside each other."""
    if signal == "door":
        name, lift = device("a", kind="lift", units={"value": ""})
        point = replace(lift.points["value"], type="bool")
        return bare_site(devices={name: replace(lift, points={"value": point})})
    own = SIGNALS[signal]
    made = dict(device(name, kind="pressure", units={"value": own.unit}) for name in "ab")
    points = {"value": replace(made["a"].points["value"], type="float", deadband=own.deadband)}
    return bare_site(devices={name: replace(each, points=points) for name, each in made.items()})


def rule(watch: str, signal: str, learn_days: int = LEARN_DAYS, **more: Any) -> Rule[Any]:
    """The rule that watches the first of them."""
    line = {"point": "a/value", "watch": watch.partition(" ")[0], **more}
    if line["watch"] == "apart":
        line["from"] = "b/value"
    options = AnomaliesOptions.model_validate(
        {"defaults": False, "learn_days": learn_days, "points": [line]}, strict=False
    )
    (made,) = BUILT_IN.build(site(signal), options)
    return made


def live(made: Rule[Any], readings: Iterable[Reading]) -> Iterator[AlarmRaised]:
    """Step a rule as the engine would, and tell what it raises."""
    state, wake = made.start(), None
    ask = made.quiet if isinstance(made, Quieting) else lambda _: None
    quiet = ask(state)
    for reading in readings:
        while wake is not None and wake <= reading.at:
            step = made.step(state, None, wake)
            state, wake = step.state, step.wake
            yield from (each for each in step.out if isinstance(each, AlarmRaised))
            quiet = ask(state)
        if quiet is not None and quiet(reading):
            continue
        step = made.step(state, reading, reading.at)
        state, wake = step.state, step.wake
        yield from (each for each in step.out if isinstance(each, AlarmRaised))
        quiet = ask(state)


def trial(  # noqa: PLR0913 - a series has this many sides
    watch: str, signal: str, seed: str, kind: str = "", size: float = 0.0, *, days: int = DAYS
) -> Trial:
    """Live through one series, healthy or with a fault of that kind and size."""
    chance = random.Random(f"{seed} fault")  # noqa: S311 - a simulated fault needs no secrets
    if signal == "door":
        fault, readings = _door(seed, chance, size, days)
    else:
        own = SIGNALS[signal]
        fault = fault_of(chance, kind, own, size, (QUIET_DAYS, days - AFTER)) if kind else None
        if fault and watch == "night":
            fault = replace(fault, size=abs(fault.size))
        readings = _measured(own, seed, fault, days)
        if watch == "apart":
            readings = merge(readings, _beside(own, seed, chance, days), key=lambda each: each.at)
    told = list(live(rule(watch, signal), readings))
    raised = tuple((each.at - BEGINS).total_seconds() / 86_400 for each in told)
    words = tuple(each.text.en for each in told)
    return Trial(signal=signal, size=size, fault=fault, raised=raised, words=words)


def _measured(signal: Signal, seed: str, fault: Fault | None, days: int) -> Iterator[Reading]:
    change = MAKERS[fault.kind](fault) if fault else lambda _, value: value
    for at, value in series(signal, seed, BEGINS, days, change):
        quality = Quality.BAD if value is None else Quality.GOOD
        yield Reading(point="a/value", value=value, at=at.astimezone(UTC), quality=quality)


def _beside(signal: Signal, seed: str, chance: random.Random, days: int) -> Iterator[Reading]:
    """A second sensor on the same main, higher up: the same course, and noise of its own."""
    lower = chance.uniform(20, 80)
    for at, value in series(signal, seed, BEGINS, days):
        if value is not None:
            shown = float(round(value - lower + chance.gauss(0, 2)))
            yield Reading(point="b/value", value=shown, at=at.astimezone(UTC))


def _door(
    seed: str, chance: random.Random, size: float, days: int
) -> tuple[Fault | None, Iterator[Reading]]:
    lasts = chance.uniform(10, 21)
    begins = chance.uniform(QUIET_DAYS, max(QUIET_DAYS, days - AFTER - lasts))
    fault = Fault(kind="slower", begins=begins, ends=days, size=size * SLOWER)
    told = turns(seed, BEGINS, days, fault.size, (begins, begins + lasts))
    readings = (
        Reading(point="a/value", value=is_open, at=at.astimezone(UTC)) for at, is_open in told
    )
    return fault if size else None, readings
