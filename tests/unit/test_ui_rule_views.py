"""Rules as they are shown: the help beside the editor, a new one's beginning, the time line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from zoneinfo import ZoneInfo

import pytest

from edge.api.ui.rule.alarm_text import alarm_text, options_text
from edge.api.ui.rule.built_in import BUILT_IN
from edge.api.ui.rule.keys import ALARM_KEYS, RULE_KEYS
from edge.api.ui.rule.starts import KINDS, Kind, choices, free, start
from edge.api.ui.rule.timeline import WIDTH, time_line
from edge.config import load
from edge.config.rule_section import SiteRule
from edge.config.site_file import SiteAlarm
from edge.files.yaml_file import parse
from edge.model import Lane, Text
from edge.rules.catalogue import CATALOGUE
from edge.rules.condition import When
from edge.rules.spec import RaiseSection
from edge.trial.dry_run import DryRun
from edge.trial.tally import WouldRaise
from edge.versions.edits import put_item_text
from tests.fakes.house import RIVERSIDE, riverside

SHANGHAI = ZoneInfo("Asia/Shanghai")
SINCE = datetime(2026, 3, 1, 2, tzinfo=UTC)


def names(model: type) -> set[str]:
    """The keys of a section as the file has them."""
    fields = model.model_fields  # type: ignore[attr-defined]
    return {each.alias or name for name, each in fields.items()}


def told(groups: object) -> set[str]:
    """The keys that the help tells of."""
    return {
        name.strip()
        for group in groups  # type: ignore[attr-defined]
        for key in group.keys
        for name in key.name.split(",")
    }


def test_every_key_of_a_rule_is_explained() -> None:
    """Whoever adds a key to rules adds its words, in both languages."""
    known = told(RULE_KEYS)
    assert names(SiteRule) | names(When) | names(RaiseSection) == known
    words = [key.words for group in (*RULE_KEYS, *ALARM_KEYS) for key in group.keys]
    assert all(each.zh and each.en and each.zh != each.en for each in words)
    assert names(SiteAlarm) - {"group", "latch", "realarm"} <= told(ALARM_KEYS)


def test_every_rule_in_code_has_its_words() -> None:
    """And nothing has words that is no rule any more."""
    assert set(BUILT_IN) == {rule.name for rule in CATALOGUE}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_new_rule_begins_with_can_be_applied(kind: Kind, tmp_path: Path) -> None:
    """Of a number with a unit, and of a yes or no."""
    copytree(RIVERSIDE, tmp_path, dirs_exist_ok=True)
    site = tmp_path / "site.yaml"
    text = site.read_text("utf-8")
    points = {each.ref: each for each in choices(riverside().site.devices.values())}
    for number, ref in enumerate(("hydrant-1/pressure", "lift-1/trapped")):
        rule = start(kind, points[ref], points["lift-1/speed"], name=f"mine_{number}")
        text = put_item_text(text, "rules", "", rule)
    site.write_text(text, "utf-8")
    assert len(load(site).rules) == len(riverside().rules) + 2


def test_a_name_that_is_taken_gets_a_number() -> None:
    """As often as it takes."""
    assert free("a", []) == "a"
    assert free("a", ["a", "a_2", "b"]) == "a_3"


def test_a_profiles_alarm_is_written_out_as_a_person_would() -> None:
    """Durations, whole numbers and lanes as in a file; the same alarm when it is read again."""
    placed = next(a for a in riverside().alarms if (a.device, a.name) == ("breaker-1", "leakage"))
    text = alarm_text(placed.spec, "leakage", "breaker-1")
    assert "for: 5s\n" in text
    assert "above: 300}" in text
    assert "lane: life_safety\n" in text
    read = SiteAlarm.model_validate(parse(text, "").tree, strict=False)
    plain = {**read.model_dump(exclude_unset=True)}
    same = placed.spec.model_dump(exclude_unset=True)
    assert {key: plain[key] for key in same} == same


def test_options_of_a_rule_in_code_are_written_out() -> None:
    """All that can be set, as it is now; nothing for one that has nothing."""
    watch = riverside().watch
    assert options_text(watch["denials"]) == (
        "enabled: true\ncount: 5\nwithin: 2min\nclear_for: 5min\n"
    )
    assert options_text(watch["gate_in_fire"]) == ""


def raised(minutes: float, lasted: float) -> WouldRaise:
    """An alarm so many minutes after the beginning."""
    at = SINCE + timedelta(minutes=minutes)
    return WouldRaise(
        at=at,
        key="a/b",
        text=Text("甲", "a"),
        severity=500,
        lane=Lane.FAULT,
        point="a/p",
        value=1,
        lasted=timedelta(minutes=lasted),
        cleared_at=at + timedelta(minutes=lasted),
    )


RUN = DryRun(
    points=("a/p",),
    since=SINCE,
    until=SINCE + timedelta(hours=1),
    readings=9,
    ended="whole",
    complete=True,
    raised_count=3,
    raised=(raised(0, 15), raised(10, 15), raised(59.99, 0)),
    commands=(),
    hours=(),
    days=(),
    unheard=(),
    untried=(),
    silences=(),
)


def test_the_time_line_shows_when_an_alarm_would_have_been_on() -> None:
    """To scale; what lasted no time is still seen, and what overlaps is not counted twice."""
    line = time_line(RUN, RUN.until, SHANGHAI)
    first, second, last = line.bars
    assert (first.x, first.width) == (0.0, WIDTH / 4)
    assert second.x == WIDTH / 6
    assert last.x + last.width == WIDTH
    assert last.width > 0
    assert (line.on, line.longest, line.raised) == (timedelta(minutes=25), timedelta(minutes=15), 3)
    assert [tick.label for tick in line.ticks][:2] == ["10:10", "10:20"]


def test_a_trial_that_was_cut_short_shows_how_far_it_came() -> None:
    """The line goes on to where it was asked for; of a week the days are written."""
    until = SINCE + timedelta(hours=4)
    assert time_line(RUN, until, SHANGHAI).tried == WIDTH / 4
    week = time_line(replace(RUN, raised=()), SINCE + timedelta(days=7), SHANGHAI)
    assert week.ticks[0].label == "03-02"
    assert len(week.ticks) == 7
