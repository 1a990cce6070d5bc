"""Whole evenings at the simulated community: every incident becomes exactly what it should."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.fakes.servers import require

SECONDS = 90
PATIENCE_S = SECONDS + 60
PROMISED_MS = 1000
REACTION_MS = 500
SEEDS = {
    "evening": 1,
    "evening_cloud_cut": 2,
    "evening_gateway_killed": 3,
    "unruly_devices": 4,
    "evening_worst": 5,
    "fire_at_night": 1,
}

Evening = tuple["subprocess.Popen[bytes]", Path]


@pytest.fixture(scope="module")
def evenings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Evening]]:
    """All evenings, at the same time: each is a site, a gateway and a platform of its own."""
    require("mosquitto", "mosquitto")
    running: dict[str, Evening] = {}
    for scenario, seed in SEEDS.items():
        keep = tmp_path_factory.mktemp(scenario)
        command = (sys.executable, "-m", "edge", "demo", "--json", "--seconds", str(SECONDS))
        process = subprocess.Popen(
            [*command, "--scenario", scenario, "--seed", str(seed), "--keep", str(keep)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        running[scenario] = (process, keep)
    yield running
    for process, _ in running.values():
        # With all that it has started, which would hold the pipes for ever.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def told_by(evening: Evening) -> dict[str, Any]:
    """Wait for an evening's end; return its report, which has to say of itself that all is well."""
    process, _ = evening
    said, errors = process.communicate(timeout=PATIENCE_S)
    assert said, errors.decode()
    report = msgspec.json.decode(said, type=dict[str, Any])
    told = {name: report[name] for name in ("missing", "unexpected", "lost", "duplicates")}
    assert told == {"missing": [], "unexpected": [], "lost": 0, "duplicates": 0}
    assert report["ok"] is True
    assert process.returncode == 0
    return report


def report_of(evening: Evening) -> dict[str, Any]:
    """Return the report of an evening that has something of everything, told in time."""
    report = told_by(evening)
    assert report["expected"] > 0
    assert report["issues"] > 0
    assert report["notices"] > 0
    assert report["readings"] > 1000
    assert report["alarm_latency_ms"]["p99"] < PROMISED_MS
    return report


@pytest.mark.timeout(PATIENCE_S + 30)
def test_an_evening(evenings: Mapping[str, Evening]) -> None:
    """Nothing goes wrong but what the story tells."""
    report = report_of(evenings["evening"])
    assert report["gateway_starts"] == 1
    assert report["outages"] == 0


@pytest.mark.timeout(PATIENCE_S + 30)
def test_an_evening_with_the_broker_killed(evenings: Mapping[str, Evening]) -> None:
    """The platform's broker is dead for 20 s: what happened meanwhile arrives after."""
    report = report_of(evenings["evening_cloud_cut"])
    assert report["outages"] == 1
    assert report["alarm_latency_during_outages_ms"]["count"] > 0


@pytest.mark.timeout(PATIENCE_S + 30)
def test_an_evening_with_the_gateway_killed(evenings: Mapping[str, Evening]) -> None:
    """SIGKILL at three random moments: nothing is lost and no alarm is raised twice."""
    report = report_of(evenings["evening_gateway_killed"])
    assert report["gateway_starts"] == 4


@pytest.mark.timeout(PATIENCE_S + 30)
def test_an_evening_at_its_worst(evenings: Mapping[str, Evening]) -> None:
    """Both at once."""
    report = report_of(evenings["evening_worst"])
    assert report["gateway_starts"] == 4


@pytest.mark.timeout(PATIENCE_S + 30)
def test_unruly_devices(evenings: Mapping[str, Evening]) -> None:
    """Silence, wrong checksums, flapping, garbage, wrong clocks: only what is real is raised."""
    report = report_of(evenings["unruly_devices"])
    assert report["gateway_starts"] == 1


@pytest.mark.timeout(PATIENCE_S + 30)
def test_a_fire_at_night(evenings: Mapping[str, Evening]) -> None:
    """The cloud cut, the disk full, a gate stuck: both gates are told at once, all arrives once."""
    report = told_by(evenings["fire_at_night"])
    assert report["expected"] == 5
    assert report["reaction_ms"]["count"] == 2
    assert report["reaction_ms"]["max"] < REACTION_MS
    log = (evenings["fire_at_night"][1] / "gateway.log").read_text(encoding="utf-8")
    assert report["gateway_starts"] == 1, log
    assert "log.lines_left_out" in log, "the disk was full for the log as well"
    assert "journal.recovered" in log
