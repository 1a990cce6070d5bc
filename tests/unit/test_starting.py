"""What a process does not load, so that it is there sooner."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from edge.drivers import KINDS
from tests.source_tree import ROOT

TOLD = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "

SITE = """
site: {id: s, name: {zh: 测试, en: Test}}
gateway: {id: gw}
links: [{id: box, driver: modbus, transport: {type: tcp, host: 192.0.2.1}}]
devices:
  - id: meter
    link: box
    profile: sensors/leakage_breaker
    name: {zh: 电表, en: Meter}
    address: {unit: 1}
"""


def loaded(code: str, *words: str) -> set[str]:
    """The modules of a process that has run this."""
    program = [sys.executable, "-c", TOLD + code, *words]
    told = subprocess.run(program, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(told.stderr.split())


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_who_asks_what_there_is_waits_for_no_command(word: str) -> None:
    """Nor for what commands are made of."""
    modules = loaded("import edge.__main__; edge.__main__.main(sys.argv[1:])", word)
    assert "edge.cli.parser" in modules
    assert not modules & {"edge.cli.run", "edge.cli.check", "edge.model", "pydantic", "structlog"}


def test_a_gateway_loads_the_drivers_that_its_site_has(tmp_path: Path) -> None:
    """No others; and the doors, which may wait, are loaded once the devices are being read."""
    site = tmp_path / "site.yaml"
    site.write_text(SITE, encoding="utf-8")
    code = "import edge.cli.run, edge.config, pathlib; edge.config.load(pathlib.Path(sys.argv[1]))"
    modules = loaded(code, str(site))
    drivers = {each.split(".")[2] for each in modules if each.startswith("edge.drivers.")}
    assert drivers == {"modbus"}
    assert not modules & {"fastapi", "uvicorn", "jinja2", "edge.access.accounts"}


def test_every_driver_is_registered_by_its_name() -> None:
    """Each folder of a driver is known, and is called what its driver is called in site files."""
    folders = {path.parent.name for path in ROOT.glob("edge/drivers/*/__init__.py")}
    assert {name: kind.name for name, kind in KINDS.items()} == {each: each for each in folders}
    assert "modem" not in KINDS
