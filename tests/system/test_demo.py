"""A whole evening at the simulated community: every incident becomes exactly what it should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.fakes.servers import require

SECONDS = 95
PROMISED_MS = 1000


def evening(folder: Path, scenario: str, seed: int) -> dict[str, Any]:
    """Run a scenario unattended; return its report."""
    require("mosquitto", "mosquitto")
    words = ["--seconds", str(SECONDS), "--json", "--scenario", scenario, "--seed", str(seed)]
    done = subprocess.run(
        [sys.executable, "-m", "edge", "demo", *words, "--keep", str(folder)],
        capture_output=True,
        timeout=SECONDS + 60,
        check=False,
    )
    assert done.stdout, done.stderr.decode()
    report = msgspec.json.decode(done.stdout, type=dict[str, Any])
    assert done.returncode == (0 if report["ok"] else 1)
    return report


def assert_kept_promise(report: dict[str, Any]) -> None:
    """Nothing lost, nothing twice, and each incident exactly what the scenario expects."""
    told = {name: report[name] for name in ("missing", "unexpected", "lost", "duplicates")}
    assert told == {"missing": [], "unexpected": [], "lost": 0, "duplicates": 0}
    assert report["expected"] > 0
    assert report["issues"] > 0
    assert report["notices"] > 0
    assert report["readings"] > 1000
    assert report["alarm_latency_ms"]["p99"] < PROMISED_MS


@pytest.mark.timeout(SECONDS + 90)
def test_an_evening(tmp_path: Path) -> None:
    """Nothing goes wrong but what the story tells."""
    report = evening(tmp_path, "evening", seed=1)
    assert_kept_promise(report)
    assert report["gateway_starts"] == 1


@pytest.mark.timeout(SECONDS + 90)
def test_an_evening_with_the_broker_killed(tmp_path: Path) -> None:
    """The platform's broker is dead for 20 s: what happened meanwhile arrives after."""
    report = evening(tmp_path, "evening_cloud_cut", seed=2)
    assert_kept_promise(report)
    assert report["outages"] == 1
    assert report["alarm_latency_during_outages_ms"]["count"] > 0


@pytest.mark.timeout(SECONDS + 90)
def test_an_evening_with_the_gateway_killed(tmp_path: Path) -> None:
    """SIGKILL at three random moments: nothing is lost and no alarm is raised twice."""
    report = evening(tmp_path, "evening_gateway_killed", seed=3)
    assert_kept_promise(report)
    assert report["gateway_starts"] == 4
