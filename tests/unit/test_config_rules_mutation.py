"""Random changes to good rules: refused with places and remedies, or rules that never break."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from edge.config import Configuration, load
from edge.config.rules_of import rules_of
from edge.errors import ConfigError, Problem
from edge.files.yaml_file import parse
from edge.model import Access, GatewayChanged, Quality, Reading, Value
from edge.profiles import Profiles
from edge.rules.engine import Engine
from tests.fakes.time import EPOCH

CASES = Path(__file__).parent.parent / "cases"
SITE = YAML(typ="safe", pure=True).load((CASES / "rules_broken.yaml").read_text("utf-8"))["site"]
RULES = (CASES / "rules_good.yaml").read_text(encoding="utf-8")
SECTIONS = ("schedules", "calendar", "suppressions", "rules")

NUMBERS = [None, True, 0, -1, 1e300, 10**30, 70000]
TEXTS = ["", "x", "0s", "1ms", "3660d", "{place", "{a/b.c}", "a/b", "court/a", "gate-1/online"]
FORMULAS = ["a**b", "a[0]", "().__class__", "a if p else b", "-" * 400 + "a", "ａ > 1", "a < b < 1"]
LIMITS = ["80 %", "80 kPa", "1e5", "2026-02-30", "24:00", "access.denied", "alarm.raised", "night"]
GROUPS: list[Any] = [[], {}, [[]], {"": 1}, {"all": []}, [1, 2], [2, 1], ["a", "a"]]
ODD: st.SearchStrategy[Any] = st.sampled_from([*NUMBERS, *TEXTS, *FORMULAS, *LIMITS, *GROUPS])
VALUES: tuple[Value | None, ...] = (None, True, False, 0, -5, 3.5, 150.0, 1e308, 10**400, "x")


@cache
def _profiles() -> Profiles:
    return Profiles()


def _nodes(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    steps: list[Any] = []
    if isinstance(tree, dict | list):
        steps = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    return [(tree, step) for step in steps] + [p for step in steps for p in _nodes(tree[step])]


def _changed(data: st.DataObject) -> str:
    """The site with some values of its rules replaced, taken out, doubled or renamed."""
    tree: Any = parse(SITE + RULES, "").tree
    for _ in range(data.draw(st.integers(0, 3))):
        nodes = _nodes({name: tree[name] for name in SECTIONS if name in tree})
        container, key = nodes[data.draw(st.integers(0, len(nodes) - 1))]
        match data.draw(st.sampled_from(["replace", "remove", "double", "rename"])):
            case "replace":
                container[key] = deepcopy(data.draw(ODD))
            case "remove":
                del container[key]
            case "double" if isinstance(container, list):
                container.append(deepcopy(container[key]))
            case _ if isinstance(container, dict):
                container[data.draw(st.sampled_from(["for", "all", "not"]))] = container.pop(key)
            case _:
                container[key] = [container[key]]
    return json.dumps(tree)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data(), waits=st.lists(st.sampled_from([0, 1, 5, 61, 4000, 90_000]), max_size=25))
def test_changed_rules(tmp_path: Path, data: st.DataObject, waits: list[int]) -> None:
    """Nothing but `ConfigError` for the file; no rule rests for a fault, whatever comes in."""
    path = tmp_path / "site.yaml"
    path.write_text(_changed(data), encoding="utf-8")
    found: Configuration | None = None
    problems: tuple[Problem, ...] = ()
    try:
        found = load(path, profiles=_profiles())
    except ConfigError as error:
        problems = error.problems
    if found is None:
        assert problems
        for each in problems:
            assert each.line
            assert each.what.zh
            assert each.remedy.zh
            assert each.remedy.en
        return
    engine, now = Engine(*rules_of(found)), EPOCH
    out = engine.begin(now)
    points = sorted({point for rule in found.rules for point in rule.points})
    for wait in waits:
        now += timedelta(seconds=wait)
        quality = data.draw(st.sampled_from(Quality))
        for point in points:
            value = data.draw(st.sampled_from(VALUES))
            out += engine.feed(Reading(point=point, value=value, at=now, quality=quality), now)
        out += engine.feed(Access(device="gate-1", decision="denied", at=now), now)
    assert [each.reason for each in out if isinstance(each, GatewayChanged)] == []
    kept = engine.take_changed()
    assert Engine(*rules_of(found)).restore(kept) == []
