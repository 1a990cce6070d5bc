"""The reference says what the code says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from edge.config.json_schema import site_schema
from edge.profiles import Profiles, shipped
from tests.reference import pages
from tests.reference.pages import FOLDER
from tests.source_tree import ROOT

RENEW = "renew it: .venv/bin/python -m tests.reference"


@pytest.fixture(scope="module")
def made() -> Mapping[str, str]:
    """Every page, made once."""
    return pages()


def test_the_reference_is_up_to_date(made: Mapping[str, str]) -> None:
    """Made again each page is the same, and none is left of what is gone."""
    there = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (*(ROOT / FOLDER).glob("*.md"), ROOT / "SUPPORTED.md")
    }
    assert there.keys() == made.keys(), RENEW
    assert [name for name, text in made.items() if text != there[name]] == [], RENEW


def test_every_key_of_the_site_file_is_told(made: Mapping[str, str]) -> None:
    """In both languages: a section that nobody reaches would be missing silently."""
    schema = site_schema()
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema))) - {"Text", "TemplateText"}
    sections = [schema["$defs"][name] for name in used - {"SiteFile"}]
    keys = {key for section in sections for key in section.get("properties", {})}
    assert len(keys) > 100
    for name in (f"{FOLDER}/site-file.md", f"{FOLDER}/site-file.zh-CN.md"):
        told = set(re.findall(r"^\| (?:\*\*)?`(\w+)`", made[name], re.MULTILINE))
        assert keys - told == set(), name


def test_every_metric_is_told(made: Mapping[str, str]) -> None:
    """Also those that a gateway shows only at times."""
    source = (ROOT / "edge/api/metrics.py").read_text(encoding="utf-8")
    named = set(re.findall(r'"(whistle_[a-z_]+)"', source))
    assert len(named) > 10
    told = made[f"{FOLDER}/metrics.md"]
    assert [name for name in named if f"`{name}`" not in told] == []


def test_every_profile_is_in_the_list_of_what_is_supported(made: Mapping[str, str]) -> None:
    """With its source; and nothing is said to have been seen on a real device."""
    for name in Profiles(shipped()).ids():
        assert f"[{name}](" in made["SUPPORTED.md"]
        assert f"**{name}**: " in made["SUPPORTED.md"]
    rows = [line for line in made["SUPPORTED.md"].splitlines() if line.startswith("| [")]
    assert {row.split(" | ")[-1] for row in rows} == {"not yet |"}
