"""What the guides show of a site file is sound: with a community around it, it loads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from edge.__main__ import main
from edge.config import load
from tests.source_tree import ROOT

BLOCK = re.compile(r"^```(yaml|csv)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GUIDES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
SHOWN = [path for path in GUIDES if "```yaml" in path.read_text(encoding="utf-8")]


def blocks(path: Path, kind: str) -> list[str]:
    """The blocks of a kind, in order."""
    text = path.read_text(encoding="utf-8")
    return [body for found, body in BLOCK.findall(text) if found == kind]


def community() -> dict[str, Any]:
    """What stands around it: two buildings, and two lifts unless the guide brings devices."""
    words = {"zh": "甲", "en": "A"}
    lifts = range(1, 3)
    return {
        "site": {"id": "maple-court", "name": words, "language": "en"},
        "gateway": {"id": "gw-1"},
        "buildings": [
            {
                "id": building,
                "name": words,
                "floors": {"from": -1, "to": 18},
                "units": [{"id": "u1", "name": words}],
            }
            for building in ("b1", "b3")
        ],
        "links": [
            {
                "driver": "modbus",
                "id": f"box-{n}",
                "transport": {"type": "tcp", "host": f"192.0.2.{n}"},
            }
            for n in lifts
        ],
        "devices": [
            {
                "id": f"lift-{n}",
                "link": f"box-{n}",
                "profile": "lifts/ba_box",
                "name": words,
                "location": {"building": "b1"},
            }
            for n in lifts
        ],
    }


def laid_out(guide: Path, folder: Path) -> Path:
    """The site file of a guide, with its table and its secrets beside it."""
    yaml = YAML(typ="safe", pure=True)
    text = blocks(guide, "yaml")[0]
    for name in re.findall(r"secrets/(\w+)", text):
        secret = folder / "secrets" / name
        secret.parent.mkdir(mode=0o700, exist_ok=True)
        secret.write_text("secret", encoding="utf-8")
        secret.chmod(0o600)
    for table in blocks(guide, "csv"):
        (folder / "fire-1.csv").write_text(table, encoding="utf-8")
    site = folder / "site.yaml"
    with site.open("w", encoding="utf-8") as file:
        yaml.dump(community() | yaml.load(text), file)
    return site


@pytest.mark.parametrize("guide", SHOWN, ids=lambda path: path.name)
def test_what_a_guide_shows_loads(guide: Path, tmp_path: Path) -> None:
    """Without a mistake or a warning."""
    found = load(laid_out(guide, tmp_path), language="en")
    assert found.warnings == ()
    assert found.site.devices


@pytest.mark.parametrize("name", ["rule.md", "rule.zh-CN.md"])
def test_the_case_of_the_rule_holds(name: str, tmp_path: Path) -> None:
    """What the guide says that its rule does, it does."""
    guide = next(path for path in GUIDES if path.name == name)
    site = laid_out(guide, tmp_path)
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "rules.yaml").write_text(blocks(guide, "yaml")[1], encoding="utf-8")
    assert main(["rules", "test", str(site)]) == 0


def test_guides_are_found() -> None:
    """Each in both languages, and most show a part of a site file."""
    assert len(GUIDES) % 2 == 0
    assert len(SHOWN) >= 12
