"""A fire at the worst time: the cloud cut, the disk full, a gate stuck."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.fakes.servers import require

SECONDS = 80
PATIENCE_S = SECONDS + 60
SLOWEST_MS = 500


@pytest.mark.timeout(PATIENCE_S + 30)
def test_a_fire_at_night(tmp_path: Path) -> None:
    """Both gates are told at once; all that happened arrives after, each thing exactly once."""
    require("mosquitto", "mosquitto")
    command = (sys.executable, "-m", "edge", "demo", "--json", "--seconds", str(SECONDS))
    done = subprocess.run(
        [*command, "--scenario", "fire_at_night", "--keep", str(tmp_path)],
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.stdout, done.stderr.decode()
    report = msgspec.json.decode(done.stdout, type=dict[str, Any])
    told = {name: report[name] for name in ("missing", "unexpected", "lost", "duplicates")}
    assert told == {"missing": [], "unexpected": [], "lost": 0, "duplicates": 0}
    assert report["ok"] is True
    assert done.returncode == 0
    assert report["expected"] == 5
    assert report["reaction_ms"]["count"] == 2
    assert report["reaction_ms"]["max"] < SLOWEST_MS
    log = (tmp_path / "gateway.log").read_text(encoding="utf-8")
    assert report["gateway_starts"] == 1, log
    assert "log.lines_left_out" in log, "the disk was full for the log as well"
    assert "journal.recovered" in log
