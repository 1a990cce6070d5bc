"""The built-in rules: one line each."""

from __future__ import annotations

from typing import Any, Final

from edge.rules import (
    barrier,
    denials,
    entrapment,
    evidence,
    fire,
    gate_in_fire,
    leakage,
    mains,
    maintenance,
    nobody_passed,
    offline,
    passback,
    tailgating,
)
from edge.rules.anomaly import built_in as anomalies
from edge.rules.rule import BuiltIn

CATALOGUE: Final[tuple[BuiltIn[Any], ...]] = (
    anomalies.BUILT_IN,
    barrier.BUILT_IN,
    denials.BUILT_IN,
    entrapment.BUILT_IN,
    evidence.BUILT_IN,
    fire.BUILT_IN,
    gate_in_fire.BUILT_IN,
    leakage.BUILT_IN,
    mains.BUILT_IN,
    maintenance.BUILT_IN,
    nobody_passed.BUILT_IN,
    offline.BUILT_IN,
    passback.BUILT_IN,
    tailgating.BUILT_IN,
)
