"""A dry run over the kept history gives what the gateway did."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.config import Configuration
from edge.config.rules_of import rules_of
from edge.history import History
from edge.model import AlarmCleared, AlarmRaised, Event, Quality, Reading
from edge.trial.dry_run import dry_run, points_of
from edge.trial.stage import Stage
from tests.fakes.dry_runs import at, court, read
from tests.fakes.history import live


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """A hydrant, a gate and a panel, with rules."""
    return court(tmp_path_factory.mktemp("court"))


END = at(120)
LEVELS = st.lists(
    st.tuples(st.sampled_from((100.0, 180.0, 205.0, 240.0, 300.0, None)), st.integers(1, 20)),
    min_size=1,
    max_size=7,
)


def raw_of(levels: Sequence[tuple[float | None, int]]) -> list[Reading]:
    """A hydrant that is read each half minute."""
    values = [value for value, minutes in levels for _ in range(2 * minutes)]
    return [
        read(index / 2, value, quality=Quality.BAD if value is None else Quality.GOOD)
        for index, value in enumerate(values)
    ]


def as_it_was(site: Configuration, readings: Sequence[Reading], key: str) -> list[Event]:
    """What the rule raised and cleared when it was fed with every reading."""
    rules = [rule for rule in rules_of(site)[0] if rule.id == key]
    gateway = Stage(site, at(0), (rules, ()))
    for reading in readings:
        gateway.go_to(reading.at - at(0))
        gateway.give(reading)
    gateway.go_to(END - at(0))
    return [
        each.follow
        for each in gateway.happened
        if isinstance(each.follow, AlarmRaised | AlarmCleared) and each.follow.alarm == key
    ]


@settings(max_examples=15)
@given(levels=LEVELS, rule=st.sampled_from(("low", "mean", "falls", "pressure_low")))
def test_the_history_shows_what_the_gateway_did(
    levels: list[tuple[float | None, int]], rule: str, site: Configuration
) -> None:
    """Over the changes that were kept a rule does what it did when it heard every reading."""
    raw, key = raw_of(levels), f"hydrant-1/{rule}"

    async def story(history: History) -> Sequence[Reading]:
        for reading in raw:
            history.add(reading)
        await history.flush()
        return await history.readings(points_of(site, key), at(0), END, 10_000)

    with tempfile.TemporaryDirectory() as store:
        kept = live(Path(store), story)
    run = dry_run(site, key, kept, at(0), END)
    expected = as_it_was(site, raw, key)
    raised = [each for each in expected if isinstance(each, AlarmRaised)]
    assert [(each.at, each.text) for each in run.raised] == [
        (each.at, each.text) for each in raised
    ]
    cleared = [each.at for each in expected if isinstance(each, AlarmCleared)]
    assert [each.cleared_at for each in run.raised if each.cleared_at] == cleared
