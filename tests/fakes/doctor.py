"""`whistle doctor` as a process of its own, over a site that a test has written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

WITHIN_S = 40.0


class Visit:
    """What it found: each finding as it is printed for programs."""

    def __init__(self, status: int, findings: list[Any]) -> None:
        self.status = status
        self.findings = findings

    def of(self, check: str, subject: str = "") -> str:
        """The verdict of a check; of several on one thing the worst comes first."""
        found = {
            each["verdict"]
            for each in self.findings
            if each["check"] == check and subject in each["subject"]
        }
        return next(verdict for verdict in ("wrong", "look", "ok") if verdict in found)

    def seen(self, check: str, subject: str = "") -> str:
        """What was seen, in English."""
        found: str = next(
            each["seen"]["en"]
            for each in self.findings
            if each["check"] == check and subject in each["subject"]
        )
        return found

    @property
    def names(self) -> set[str]:
        """Every check that was made."""
        return {each["check"] for each in self.findings}

    @property
    def amiss(self) -> dict[str, str]:
        """What is wrong."""
        return {
            f"{each['check']} {each['subject']}".strip(): each["seen"]["en"]
            for each in self.findings
            if each["verdict"] == "wrong"
        }


def visit(site: Path, *more: str) -> Visit:
    """Run it; its exit status has to fit what it says."""
    done = whistle("doctor", str(site), "--json", *more)
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    found = Visit(done.returncode, findings)
    assert found.status == int(bool(found.amiss)), done.stderr
    return found


def whistle(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `whistle` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "edge", "--lang", "en", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
    )
