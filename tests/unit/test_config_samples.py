"""Each driver's sample, put into a site file, is loaded as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from edge.config import load
from edge.driver import DriverKind
from edge.drivers import KINDS
from edge.files.yaml_file import Tree, parse

HEAD = """site: {id: sample, name: {zh: 示例, en: Sample}, language: en}
gateway: {id: gw-1}
buildings: []
"""
PLACES = "system_type,system_address,zone,point,building,unit,floor,room,text\n1,1,10,2,,,,,x\n"


def _named(node: Tree, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the key and name of every file that the sample refers to."""
    if isinstance(node, dict):
        for inner, value in node.items():
            yield from _named(value, inner)
    elif isinstance(node, list):
        for value in node:
            yield from _named(value, key)
    elif isinstance(node, str) and (key.endswith("_file") or key == "places"):
        yield key, node


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_sample(tmp_path: Path, kind: DriverKind) -> None:
    """The sample's links are bound, its devices have points, and nothing has to be warned of."""
    sample = Path(str(files(f"edge.drivers.{kind.name}"))) / "sample.yaml"
    text = HEAD + sample.read_text(encoding="utf-8")
    document = parse(text, "site.yaml")
    for key, name in _named(document.tree):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PLACES if key == "places" else "secret\n", encoding="utf-8")
        path.chmod(0o600)
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    configuration = load(tmp_path / "site.yaml", language="en")
    assert len(configuration.links) == document.size(("links",)) > 0
    assert len(configuration.site.devices) == document.size(("devices",)) > 0
    assert configuration.warnings == ()
