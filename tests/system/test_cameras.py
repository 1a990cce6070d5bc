"""What cameras see, told in time, with and without models: the demonstration of the cameras."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2
import msgspec
import pytest

from tests.fakes.models import real_models
from tests.fakes.servers import require

pytestmark = pytest.mark.in_time

SECONDS = 32
PATIENCE_S = SECONDS + 100
FIRE = "fire-3/1-1-6-1/fire"
LANE = "cam-lane/lane/lane_occupied"
CABIN = "cam-cabin/cabin/cabin_object"
NATIVE = "cam-hall/native/intrusion"
ILL = {"cam-hall/covered", "cam-waste/frozen", "cam-corridor/offline"}

Demo = tuple["subprocess.Popen[bytes]", Path]


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Demo]]:
    """The same story twice at the same time: a site with models, and one that has none."""
    require("mosquitto", "mosquitto")
    folders = {"models": str(real_models()), "none": str(tmp_path_factory.mktemp("no_models"))}
    running: dict[str, Demo] = {}
    for name, models in folders.items():
        keep = tmp_path_factory.mktemp(f"cameras_{name}")
        command = (sys.executable, "-m", "edge", "demo", "--json", "--seconds", str(SECONDS))
        process = subprocess.Popen(
            [*command, "--scenario", "cameras", "--keep", str(keep)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"WHISTLE_MODELS": models},
            start_new_session=True,
        )
        running[name] = (process, keep)
    yield running
    for process, _ in running.values():
        # With all that it has started: a demonstration that hangs cannot end it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def report_of(demo: Demo) -> dict[str, Any]:
    """Wait for the end; return the report, which has to say of itself that all is well."""
    process, keep = demo
    said, errors = process.communicate(timeout=PATIENCE_S)
    assert said, errors.decode()
    report = msgspec.json.decode(said, type=dict[str, Any])
    told = {name: report[name] for name in ("missing", "unexpected", "lost", "duplicates")}
    log = (keep / "gateway.log").read_text(encoding="utf-8")
    assert told == {"missing": [], "unexpected": [], "lost": 0, "duplicates": 0}, log
    assert process.returncode == 0
    assert report["ok"] is True
    return report


def in_time(report: Mapping[str, Any], what: str) -> set[str]:
    """The alarms that came, or went, within their time."""
    return {
        each["alarm"]
        for each in report["noticed"]
        if each["what"] == what and each["after_s"] <= each["within_s"]
    }


def pictures_of(report: Mapping[str, Any], alarm: str) -> dict[str, Any]:
    """What was kept about an alarm, by its kind."""
    return {each["kind"]: each for each in report["shown"] if each["alarm"] == alarm}


@pytest.mark.timeout(PATIENCE_S + 30)
def test_what_cameras_see(demos: Mapping[str, Demo]) -> None:
    """Covered, frozen, gone: an event each, in time, and over in time; bike and car are seen."""
    report = report_of(demos["models"])
    assert in_time(report, "raised") == {*ILL, NATIVE, LANE, CABIN}
    assert in_time(report, "cleared") == ILL
    fire = pictures_of(report, FIRE)
    assert {kind: each["blurred"] for kind, each in fire.items()} == {
        "still": "faces",
        "clip": "faces",
    }
    assert {each["camera"] for each in fire.values()} == {"cam-corridor"}
    kept = demos["models"][1] / "var" / "evidence"
    still = cv2.imread(str(next(kept.rglob(f"{fire['still']['sha256']}*.jpg"))))
    assert still is not None
    assert still[150:280, 80:145].max() < 40, "the door of a flat is blacked out"


@pytest.mark.timeout(PATIENCE_S + 30)
def test_what_cameras_see_without_models(demos: Mapping[str, Demo]) -> None:
    """All but the car; and where nothing finds faces, the whole picture is made unknowable."""
    report = report_of(demos["none"])
    assert in_time(report, "raised") == {*ILL, NATIVE, CABIN}
    assert in_time(report, "cleared") == ILL
    fire = pictures_of(report, FIRE)
    assert {each["blurred"] for each in fire.values()} == {"whole"}
    assert set(fire) == {"still", "clip"}
