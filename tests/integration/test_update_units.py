"""The units by which a box updates itself, as systemd judges them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.fakes.servers import require
from tests.source_tree import ROOT

pytestmark = pytest.mark.integration

FILES: Final = ROOT / "scripts" / "package" / "files"
PROGRAM: Final = "/opt/whistle/current/bin/whistle"
MOST_EXPOSED: Final = 25
"""Exposure times ten: it is root, for it restarts the gateway."""


def analyse(*words: str | Path) -> tuple[int, str]:
    """Ask systemd; its exit status and what it says."""
    done = subprocess.run(
        [require("systemd-analyze", "systemd"), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_systemd_understands_what_takes_a_release(tmp_path: Path) -> None:
    """The path that is watched, and the service that it starts."""
    for name in ("whistle.service", "whistle-update.service", "whistle-update.path"):
        text = (FILES / name).read_text().replace(PROGRAM, "/bin/true")
        (tmp_path / name).write_text(text)
    assert analyse("verify", "--man=no", *sorted(tmp_path.iterdir())) == (0, "")


def test_what_is_root_can_do_little_beside_its_work() -> None:
    """It writes two folders and speaks to nobody outside."""
    unit = FILES / "whistle-update.service"
    threshold = f"--threshold={MOST_EXPOSED}"
    status, said = analyse("security", "--offline=true", threshold, "--no-pager", unit)
    assert status == 0, said


def test_what_decides_about_a_trial_is_the_release_before_it() -> None:
    """Be the new one so broken that it does not start; without a trial neither is looked for."""
    gateway = (FILES / "whistle.service").read_text().splitlines()
    assert "ExecStartPre=-+/opt/whistle/before/bin/whistle update count" in gateway
    assert "StartLimitIntervalSec=0" in gateway, "or it would not be started often enough"
    update = (FILES / "whistle-update.service").read_text().splitlines()
    assert [line for line in update if line.startswith("ExecStart")] == [
        "ExecStart=-/opt/whistle/before/bin/whistle update go-on",
        f"ExecStart={PROGRAM} update take",
    ]
