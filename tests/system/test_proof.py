"""The proof, for half a minute: what was answered arrives, whatever is killed and cut."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source_tree import ROOT

pytestmark = [
    pytest.mark.usefixtures("mosquitto_path"),
    pytest.mark.timeout(150),
    pytest.mark.in_time,
]

PATIENCE_S = 140.0


def test_nothing_that_was_answered_is_lost(tmp_path: Path) -> None:
    """Gateway, broker and platform are killed and hung under a few fires and passages a second."""
    command = [sys.executable, "-m", "tests.system.proof", "--short", "--report", str(tmp_path)]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2_000:]
    [report] = tmp_path.glob("*/report.json")
    told = json.loads(report.read_text("utf-8"))
    assert told["passed"]
    assert told["acknowledged"] > 100
    assert told["faults"]["kill"] >= 3
    assert {"broker_restart", "broker_hung", "platform_kill", "reset"} <= set(told["faults"])
