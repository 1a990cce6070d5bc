"""The proof finds out gateways that break the promise on purpose; and how it cuts the power."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source_tree import ROOT
from tests.system.proof import loop_disk
from tests.system.proof.sabotage import FOUND_BY, WRAPPERS

pytestmark = [pytest.mark.usefixtures("mosquitto_path"), pytest.mark.timeout(200)]

PATIENCE_S = 190.0
SHOWN_IN_CI = "synchronous_normal"
"""The others take a minute each: they run wherever nobody waits."""

MINUTES = "0.3"
SEED = "2"


def without(name: str) -> str:
    """What keeps this from being shown here, in a word."""
    if os.environ.get("CI") == "true" and name != SHOWN_IN_CI:
        return "one of them is enough in CI"
    lacking = [program for program in WRAPPERS.get(name, ()) if loop_disk.program(program) is None]
    return f"needs {', '.join(lacking)}" if lacking else loop_disk.missing()


@pytest.mark.parametrize("name", sorted(FOUND_BY))
def test_a_gateway_that_breaks_the_promise_is_found_out(name: str, tmp_path: Path) -> None:
    """Something that was answered is lost, or two events have one id."""
    if why := without(name):
        pytest.skip(why)
    words = ["--sabotage", name, "--minutes", MINUTES, "--seed", SEED, "--report", str(tmp_path)]
    command = [sys.executable, "-m", "tests.system.proof", *words]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr[-2_000:]
    [report] = tmp_path.glob("*/report.json")
    told = json.loads(report.read_text("utf-8"))
    assert not told["passed"]
    assert told["lost"] or told["altered"]
