"""Replays: only what matters is read, and that gives what every single reading would have given."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge.config import Configuration, load
from edge.config.rules_of import rules_of
from edge.history.history_file import HistoryFile
from edge.history.reel import Reel
from edge.history.rows import micros
from edge.model import Access, DeviceChanged, GatewayChanged, Quality, Reading, Record, Value
from edge.trial import replay as module
from edge.trial.chosen import patient
from edge.trial.replay import Heard, Replayed, replay
from edge.trial.stage import Stage
from edge.trial.tally import Tally
from tests.fakes.dry_runs import PRESSURE, SITE, at, court, read

HOURS = 5

OTHER = "hydrant-2/pressure"

RANGES = f"""
  - id: hydrant-2
    link: sensors
    profile: sensors/hydrant_pressure
    name: {{zh: 栓2, en: Hydrant 2}}
    address: {{device_id: h2}}
rules:
  - id: low
    when: {{point: {PRESSURE}, below: 200, deadband: 10}}
    for: 2min
    raise: {{category: x.low, severity: 400, lane: fault, text: {{zh: 低, en: Low}}}}
  - id: very_low
    when: {{point: {PRESSURE}, below: 150}}
    raise: {{category: x.low, severity: 500, lane: fault, text: {{zh: 很低, en: Very low}}}}
  - id: both_low
    when: {{all: [{{point: {PRESSURE}, below: 260}}, {{point: {OTHER}, below: 260, deadband: 5}}]}}
    clear_for: 3min
    raise: {{category: x.both, severity: 300, lane: fault, text: {{zh: 都低, en: Both}}}}
  - id: one_high
    when:
      any:
        - all: [{{point: {PRESSURE}, above: 256}}, {{alarm: hydrant-1/low}}]
        - {{point: {OTHER}, outside: [200, 280]}}
    raise: {{category: x.one, severity: 300, lane: fault, text: {{zh: 高, en: High}}}}
"""
"""Rules on ranges alone, in place of those of the court: most readings are quiet to all of them."""


@pytest.fixture(scope="module")
def every_sort(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """A hydrant, a gate and a panel, with rules of every sort."""
    return court(tmp_path_factory.mktemp("court"))


@pytest.fixture(scope="module")
def ranges(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """Two hydrants, a gate and a panel, with rules on ranges."""
    path = tmp_path_factory.mktemp("ranges") / "site.yaml"
    path.write_text(SITE.partition("alarms:")[0].rstrip() + RANGES, encoding="utf-8")
    return load(path)


def kept(folder: Path, readings: Sequence[Reading], sorted_until: float = HOURS * 60) -> Path:
    """A history of these; what is later than some minute is not sorted yet."""
    path = folder / "history.db"
    file = HistoryFile(path, micros(at(0)))
    for early in (True, False):
        file.write([each for each in readings if (each.at <= at(sorted_until)) is early])
        if early:
            file.sort()
    file.close()
    return path


def replayed(site: Configuration, path: Path, heard: Sequence[Heard] = ()) -> Replayed:
    """Replay all of it."""
    with Reel(path) as reel:
        return replay(site, reel, heard, at(0), at(HOURS * 60))


def one_by_one(site: Configuration, readings: Sequence[Reading], heard: Sequence[Heard]) -> Tally:
    """The same without leaving anything out."""
    rules, templates = rules_of(site)
    stage = Stage(site, at(0), (tuple(map(patient, rules)), templates))
    tally = Tally(stage, at(0), 10_000, lambda _: True)
    given: list[tuple[datetime, int, Record]] = [(each.at, 0, each.event) for each in heard]
    given += [(each.at, 1 + number, each) for number, each in _in_order(readings)]
    for instant_, _, record in sorted(given, key=lambda each: each[:2]):
        assert stage.go_to(instant_ - at(0))
        if isinstance(record, GatewayChanged):
            stage.restart()
        elif isinstance(record, Reading):
            stage.give(record)
        else:
            stage.hear(record)
        tally.take()
    assert stage.go_to(timedelta(hours=HOURS))
    tally.take()
    return tally


def _in_order(readings: Sequence[Reading]) -> Iterator[tuple[int, Reading]]:
    """Each with its point's number, which is in the order in which points first spoke."""
    points = list(dict.fromkeys(each.point for each in readings))
    return ((points.index(each.point), each) for each in readings)


VALUES = (*[300.0, 270, 261.5, 290.0] * 3, 257.0, 255.5, 205.0, 190, 120.0, None, "?", True)


def past(seed: int) -> tuple[list[Reading], list[Heard]]:
    """Some hours of a site where much goes wrong, several things in the same instant."""
    chance = random.Random(seed)  # noqa: S311 - a story
    readings: dict[tuple[str, int], Reading] = {}
    heard: list[Heard] = []
    for minute in range(1, HOURS * 60):
        for point in (PRESSURE, OTHER):
            if chance.random() < 0.4:
                value: Value | None = chance.choice(VALUES)
                quality = chance.choice([Quality.GOOD] * 20 + [Quality.UNCERTAIN, Quality.BAD])
                readings[point, minute] = read(minute, value, point, quality)
        for point in ("gate-1/door_open", "gate-1/may_open", "fire-1/1-1-1-1.fire"):
            if chance.random() < 0.05:
                readings[point, minute] = read(minute, chance.random() < 0.5, point)
        if chance.random() < 0.05:
            heard.append(Heard(at=at(minute), event=_event(chance, minute)))
    return list(readings.values()), heard


def _event(chance: random.Random, minute: float) -> Access | DeviceChanged | GatewayChanged:
    if chance.random() < 0.05:
        return GatewayChanged(state="started", reason="", at=at(minute))
    if chance.random() < 0.2:
        return DeviceChanged(device="gate-1", state="offline", reason="", at=at(minute))
    return Access(device="gate-1", decision="denied", at=at(minute))


@pytest.mark.parametrize(("rules", "seed"), [*(("ranges", n) for n in range(4)), ("every_sort", 1)])
def test_what_is_left_out_changes_nothing(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    rules: str,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same alarms and commands at the same instants as from every reading, one by one."""
    site = request.getfixturevalue(rules)
    readings, heard = past(seed)
    monkeypatch.setattr(module, "ENOUGH", 50)
    run = replayed(site, kept(tmp_path, readings, 3 * 60), heard)
    plain = one_by_one(site, readings, heard)
    assert run.raised == tuple(plain.raised())
    assert run.commands == tuple(plain.commands)
    assert len(run.raised) > 15
    assert run.events == len(heard)
