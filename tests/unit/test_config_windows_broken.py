"""Broken suppressions and the message that each of them gets, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from edge.config import load
from edge.errors import ConfigError
from edge.files.problems import screen
from edge.profiles import Profiles

CASES = Path(__file__).parent.parent / "cases" / "windows_broken.yaml"
TABLE = YAML(typ="safe", pure=True).load(CASES.read_text(encoding="utf-8"))
NAMES = [each["name"] for each in TABLE["cases"]]
SCHEDULE = "first: {from: '10:00', to: '11:00', days: [wed], nth: [1]}"


@pytest.fixture(scope="module")
def shipped() -> Profiles:
    """The shipped profiles, read once for all cases."""
    return Profiles()


def written(folder: Path, case: dict[str, str]) -> Path:
    """The site file of a case."""
    path = folder / "site.yaml"
    assert SCHEDULE in TABLE["site"]
    site = TABLE["site"].replace(SCHEDULE, case.get("schedules", SCHEDULE))
    path.write_text(site + case["file"], encoding="utf-8")
    return path


def test_the_site_itself_is_sound(tmp_path: Path, shipped: Profiles) -> None:
    """What is told in the cases comes from their suppressions alone; a sound one becomes a rule."""
    good = "suppressions:\n  - {id: t, why: test, schedule: first, building: b1, reason: bells}\n"
    configuration = load(written(tmp_path, {"file": good}), language="en", profiles=shipped)
    assert configuration.warnings == ()
    assert [window.id for window in configuration.windows] == [".window/t"]


@pytest.mark.parametrize("case", TABLE["cases"], ids=NAMES)
def test_message(case: dict[str, str], tmp_path: Path, shipped: Profiles) -> None:
    """The whole message: file, line, column, mistake and remedy; no echo."""
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, case), language="en", profiles=shipped)
    assert str(caught.value) == case["en"].rstrip("\n")
    assert screen(caught.value.problems, "zh") == case["zh"].rstrip("\n")
