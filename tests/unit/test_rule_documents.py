"""What the documents say of rules: the case they show passes, every rule in code is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edge.config import load
from edge.config.site_alarms import IN_CODE
from edge.rules.catalogue import CATALOGUE
from edge.trial.case_file import load_cases
from edge.trial.report import told_of
from edge.trial.run import run_case
from tests.source_tree import ROOT

DOCUMENTS = ("docs/site-file.md", "docs/site-file.zh-CN.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \| .+ \| (.+) \|$", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_case_of_the_document_passes(document: str, tmp_path: Path) -> None:
    """It is run against the site file that the document shows."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = [body for kind, body in BLOCK.findall(text) if kind == "yaml"]
    site = "\n".join(body for body in blocks if not re.match(r"# [\w./-]+\.yaml\n", body))
    (case,) = (body for body in blocks if body.startswith("# cases/rules.yaml\n"))
    (table,) = (body for kind, body in BLOCK.findall(text) if kind == "csv")
    for name, body in (("site.yaml", site), ("rules.yaml", case), ("fire-1.csv", table)):
        (tmp_path / name).write_text(body, encoding="utf-8")
    found = load(tmp_path / "site.yaml", language="en")
    links = [link.id for link in found.links]
    (placed,) = load_cases([tmp_path / "rules.yaml"], found.site, links, "en")
    outcome = run_case(found, placed.case)
    assert outcome.passed, "\n" + "\n".join(told_of(placed, outcome, lambda _, en: en))
    assert outcome.met


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_rule_in_code_is_named(document: str) -> None:
    """Each with the categories of its alarms, which policies go by."""
    text = (ROOT / document).read_text(encoding="utf-8")
    rows = dict(ROW.findall(text))
    assert {rule.name for rule in CATALOGUE} <= rows.keys()
    named = {
        category for rule in CATALOGUE for category in re.findall(r"`([a-z_.]+)`", rows[rule.name])
    }
    assert named == set(IN_CODE)
