"""`whistle rules replay`: what was comes out again, and what other rules would have made of it."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from edge.__main__ import main
from edge.config import load
from edge.model import (
    Access,
    AlarmAcknowledged,
    AlarmReset,
    Covers,
    DeviceChanged,
    DeviceReset,
    Quality,
    Record,
    SuppressionBegan,
    SuppressionEnded,
)
from tests.fakes.dry_runs import SITE, at, read
from tests.fakes.lived import lived

HOURS = 2
FROM, TO = "2026-01-01T08:00", "2026-01-01T10:00"

LATCHED = """
  - id: latched
    when: {point: hydrant-1/tamper, equals: true}
    raise:
      category: x.latched
      severity: 400
      lane: security
      latch: true
      text: {zh: 拆动, en: Tampered}
"""

OTHER_RULES = """
rules:
  - id: low
    when: {point: hydrant-1/pressure, below: 100}
    raise: {category: x.low, severity: 400, lane: fault, text: {zh: 低, en: Low}}
  - id: high
    when: {point: hydrant-1/pressure, above: 290}
    raise: {category: x.high, severity: 400, lane: fault, text: {zh: 高, en: High}}
"""


def story() -> list[Record]:
    """Two hours in which much goes wrong: readings, events of devices, words of people."""
    chance = random.Random(7)  # noqa: S311 - a story
    records: list[Record] = []
    for minute in range(1, HOURS * 60):
        value = chance.choice([300.0, 280.0, 240.5, 190.0, 120.0, 255.0, 310.0])
        quality = Quality.BAD if chance.random() < 0.05 else Quality.GOOD
        if not 40 < minute < 75:  # the hydrant is silent for a while
            records.append(read(minute, value, quality=quality))
        records += [
            read(minute, chance.random() < 0.5, point)
            for point in ("gate-1/door_open", "gate-1/may_open", "fire-1/1-1-1-1.fire")
            if chance.random() < 0.1
        ]
        if chance.random() < 0.15:
            records.append(Access(device="gate-1", decision="denied", at=at(minute)))
    return sorted((*records, *_said()), key=lambda each: each.at)


def _said() -> list[Record]:
    """What devices and people say now and then."""
    test = Covers(device="hydrant-1")
    return [
        DeviceChanged(device="gate-1", state="offline", reason="", at=at(20)),
        DeviceChanged(device="gate-1", state="online", reason="", at=at(33)),
        DeviceReset(device="fire-1", component="", at=at(50)),
        AlarmAcknowledged(alarm="hydrant-1/low", by="ann", at=at(15)),
        read(60, value=True, point="hydrant-1/tamper"),
        read(64, value=False, point="hydrant-1/tamper"),
        AlarmReset(alarm="hydrant-1/latched", by="ann", at=at(70)),
        SuppressionBegan(id="t", why="test", covers=test, by="ann", reason="", at=at(80)),
        SuppressionEnded(id="t", by="ann", at=at(100)),
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose gateway has lived through the story."""
    path = tmp_path_factory.mktemp("court") / "site.yaml"
    path.write_text(SITE.replace("stale: 5min", "stale: 20min") + LATCHED, encoding="utf-8")
    lived(load(path), story(), at(HOURS * 60))
    return path


def replayed(capsys: pytest.CaptureFixture[str], site: Path, *words: str) -> dict[str, Any]:
    """What the command says in JSON."""
    capsys.readouterr()
    assert main(["rules", "replay", str(site), "--from", FROM, "--to", TO, "--json", *words]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_same_alarms_as_the_live_run_gave(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every alarm comes again, raised and cleared in the same microsecond, and no other."""
    told = replayed(capsys, site)
    assert [each for each in told["alarms"] if each["was"] != each["would"]] == []
    keys = {each["key"] for each in told["alarms"]}
    expected = {"low", "mean", "falls", "silent", "quiet", "refused", "broken_in", "latched"}
    assert expected - {key.rpartition("/")[2] for key in keys} <= {"broken_in", "mean"}
    assert any(each["was"]["suppressed"] for each in told["alarms"])
    [day] = told["days"]
    assert day["was"] == day["would"] == day["both"] == len(told["alarms"]) > 20
    assert (told["ended"], told["unread"]) == ("whole", 0)


def test_other_rules_are_tried_beside_what_was(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule of the same id counts instead of the site's, a new one besides; all others go on."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(OTHER_RULES, encoding="utf-8")
    told = replayed(capsys, site, "--rules", str(rules))
    found: dict[str, set[str]] = {"both": set(), "was": set(), "would": set()}
    for each in told["alarms"]:
        side = "was" if each["would"] is None else "would" if each["was"] is None else "both"
        found[side].add(each["key"])
    assert found["would"] == {"hydrant-1/high"}
    assert {"hydrant-1/low", "gate-1/both"} <= found["was"]
    assert {"gate-1/forced", "hydrant-1/falls"} <= found["both"]


def test_a_person_reads_the_days_and_then_each_alarm(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the site's time, with a sign for the side on which an alarm is, in either language."""
    words = [str(site), "--from", FROM, "--to", "2026-01-01T08:10+08:00"]
    assert main(["--lang", "en", "rules", "replay", *words]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "2026-01-01 08:00:00 – 2026-01-01 08:10:00  Asia/Shanghai"
    assert "2026-01-01       2       2       2" in told
    assert told[-2:] == [
        "= 2026-01-01 08:06:03  gate-1/forced  1min / 1min  Door forced open",
        "= 2026-01-01 08:06:30  gate-1/held_open  1min / 1min  Door held open",
    ]
    assert main(["--lang", "zh", "rules", "replay", *words]) == 0
    assert (
        "= 2026-01-01 08:06:03  gate-1/forced  1min / 1min  门被强行打开" in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "yesterday"], "yesterday: no moment"),
        (["--from", "2026-01-02", "--to", "2026-01-01"], "--from 2026-01-02 is not before the end"),
        (
            ["--from", "2026-01-01", "--rules", "{rules}"],
            "rules.yaml:2:5  rules[8].id: id is missing",
        ),
        (["--from", "2026-01-01", "--rules", "{none}"], "none.yaml"),
    ],
)
def test_what_cannot_be_replayed_is_told(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """A time that is none, and mistakes in the other rules, at their place in their own file."""
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules:\n  - when: {point: hydrant-1/pressure, below: 1}\n", encoding="utf-8")
    given = [each.format(rules=rules, none=tmp_path / "none.yaml") for each in words]
    assert main(["--lang", "en", "rules", "replay", str(site), *given]) == 2
    assert said in capsys.readouterr().err
