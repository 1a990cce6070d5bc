"""No rule fails, whatever it is told: one that rests would be silent in the next fire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Final

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.model import Command, Event, GatewayChanged
from edge.rules.catalogue import CATALOGUE
from edge.rules.engine import Engine
from tests.fakes.odd_records import OddWorld
from tests.fakes.time import EPOCH

RECORDS: Final = 150
WAITS: Final = (0.0, 0.0, 0.5, 1, 5, 30, 90, 3600, 86_400)
JUMPS: Final = (0, -100, 100, -(10**7), 10**7)
"""Seconds that pass between records, and by which a clock is set."""

LARGEST: Final = 256 * 1024
"""Bytes of one state; the largest is bounded by its own constants far below."""

world = cache(OddWorld)


def failed(told: Sequence[Event | Command]) -> list[str]:
    """What rules said of themselves that had failed."""
    return [
        each.reason
        for each in told
        if isinstance(each, GatewayChanged) and each.state == "degraded"
    ]


def woken(engine: Engine, now: datetime) -> list[Event | Command]:
    """All that is due; an engine that never comes to an end would hang here."""
    told: list[Event | Command] = []
    for _ in range(1000):
        if (due := engine.wake_at()) is None or due > now:
            return told
        told += engine.feed(None, now)
    raise AssertionError("a rule asks to be woken for ever")


def kept(engine: Engine) -> dict[str, bytes]:
    """What the rules want kept; each of it can be read again, and says the same."""
    changed = engine.take_changed()
    for name, body in changed.items():
        found = engine.look(name)
        assert found is not None, name
        start = found[0].start()
        again = msgspec.json.decode(body, type=type(start))
        assert msgspec.json.encode(again) == body, name
        assert len(body) < LARGEST, name
    return changed


def test_every_rule_in_code_is_told() -> None:
    """A rule that this site has no use for would go through unseen."""
    makers = {rule.build.__module__.rpartition(".")[2] for rule in CATALOGUE}
    there = {type(rule).__module__.rpartition(".")[2] for rule in world().all_rules}
    elsewhere = {"built_in": "seasonal", "fire": "fire_confirmed", "offline": "common_cause"}
    assert {elsewhere.get(name, name) for name in makers} <= there


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_no_record_makes_a_rule_fail(seed: int) -> None:
    """Any records in any order, with restarts and clocks that are set; states are read again."""
    chance, now, disk = Random(seed), EPOCH, dict[str, bytes]()  # noqa: S311 - odd records, no secrets
    engine = world().engine()
    told = list(engine.begin(now))
    hot = chance.sample(world().points, chance.choice((1, 3, 8)))
    for _ in range(RECORDS):
        now += timedelta(seconds=chance.choice(WAITS))
        told += engine.feed(world().record(chance, hot, now), now)
        told += woken(engine, now)
        match chance.randrange(60):
            case 0:
                disk |= kept(engine)
                engine, now = world().engine(), now + timedelta(seconds=chance.choice(JUMPS))
                assert engine.restore(disk) == []
                told += engine.begin(now)
            case 1:
                step = timedelta(seconds=chance.choice(JUMPS))
                engine.shift(step)
                now += step
            case 2:
                disk |= kept(engine)
    kept(engine)
    assert failed(told) == []
