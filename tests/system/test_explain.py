"""`whistle rules explain` asks the gateway that runs, and its journal when none does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from simulators.ports import free_port
from tests.fakes import gb26875
from tests.fakes.process import gateway

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}, language: en}}
gateway: {{id: gw, store: var}}
links:
  - {{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {port}}}}}
devices:
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {{zh: 装置, en: Device}}
    address: {{address: {address}}}
rules:
  - id: two_faults
    when: {{count: {{event: alarm.raised, category: fire.fault}}, within: 1h, above: 1}}
    raise: {{category: fire.faults, severity: 1, lane: info, text: {{zh: 甲, en: A}}}}
"""

ALARM = "fire-1/offline"
RULE = "s/two_faults"


def explained(site: Path, key: str) -> Any:
    """What the command says of an alarm."""
    words = [sys.executable, "-m", "edge", "rules", "explain", str(site), key, "--json"]
    return json.loads(subprocess.run(words, check=True, capture_output=True, timeout=30).stdout)


def test_the_gateway_answers_then_its_journal(tmp_path: Path) -> None:
    """The same tree from both; who says so differs."""
    port = free_port()
    with gateway(tmp_path, SITE.format(port=port, address=gb26875.ADDRESS)) as running:
        running.answers()
        running.connect(port).close()
        told = {key: explained(running.site_file, key) for key in (ALARM, RULE)}
        assert {each["source"] for each in told.values()} == {"gateway"}
        assert running.stop() == 0
    later = explained(tmp_path / "site.yaml", RULE)
    assert later["source"] == "journal"
    assert later["at"] is not None
    assert later["why"]["words"] == told[RULE]["why"]["words"] == {"zh": "甲", "en": "A"}
    assert told[RULE]["why"]["truth"] is False
    assert told[RULE]["why"]["parts"][0]["words"]["en"]
    assert told[ALARM]["why"]["parts"][0]["words"]["en"]
