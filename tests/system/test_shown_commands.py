"""What README and tutorial show is typed here, in their order, beside one running demonstration."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from tests.source_tree import ROOT

pytestmark = pytest.mark.timeout(240)

BLOCK: Final = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE: Final = re.compile(r"^\| `(whistle [^`]+)` \|", re.MULTILINE)
SHOWN_NUMBER: Final = "4711"
SHOWN_DAY: Final = "2026-10-01"
START_S: Final = 60.0
ANSWER_S: Final = 30.0

# What is not typed here: the test that does it, and the word by which it can be found there.
ELSEWHERE: Final = {
    "./run": ("tests/unit/test_setup_scripts.py", "run"),
    "./run --setup": ("tests/unit/test_setup_scripts.py", "setup"),
    "./check": ("tests/unit/test_setup_scripts.py", "check"),
    "whistle demo": ("tests/system/test_demo.py", "demo"),
    "whistle demo --scenario evening_worst": ("tests/system/test_demo.py", "evening_worst"),
    "whistle demo --scenario fire_at_night": ("tests/system/test_demo.py", "fire_at_night"),
    "whistle demo --scenario cameras": ("tests/system/test_cameras.py", "cameras"),
    "whistle run SITE": ("tests/fakes/process.py", '"run"'),
}
# The doctor may find a machine odd that only runs tests.
MAY_FAIL: Final = ("doctor",)


def shown(document: str) -> list[str]:
    """The commands of a document: in blocks for the shell, and in its table."""
    text = (ROOT / document).read_text(encoding="utf-8")
    lines = [
        line.split("  #")[0].strip() for body in BLOCK.findall(text) for line in body.splitlines()
    ]
    lines += INLINE.findall(text)
    return [line.removeprefix(".venv/bin/") for line in lines if line]


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type it; the program is that of the environment the tests run in."""
    words = [sys.executable, "-m", "edge", *shlex.split(command)[1:]]
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=ANSWER_S, check=False, env=_env()
    )


def _env() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "WHISTLE_LANG": "en"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the commands are typed; the tutorial's own demonstration runs until they have been."""
    place = tmp_path_factory.mktemp("shown")
    command = next(each for each in shown("docs/tutorial.md") if "--keep" in each)
    with (place / "demo.txt").open("wb") as said:
        words = [sys.executable, "-m", "edge", *shlex.split(command)[1:]]
        running = subprocess.Popen(words, cwd=place, stdout=said, stderr=said, env=_env())
    try:
        deadline = time.monotonic() + START_S
        while not _number(place):
            assert running.poll() is None, (place / "demo.txt").read_text(encoding="utf-8")
            assert time.monotonic() < deadline, "nobody was trapped"
            time.sleep(0.5)
        yield place
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(START_S)


def _number(folder: Path) -> str:
    """The number of the first alarm, once it is there."""
    answer = typed("whistle alarms list trial/site.yaml --json", folder)
    found = json.loads(answer.stdout) if answer.returncode == 0 else []
    return next((str(each["id"]) for each in found if "entrapment" in each["key"]), "")


def _as_here(command: str, folder: Path) -> str:
    """With what the demonstration has for what stands for the reader's own."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    command = command.replace(SHOWN_DAY, today)
    here = command.replace("SITE", "trial/site.yaml").replace("ALARM", "lift-3/entrapment")
    return here.replace(SHOWN_NUMBER, _number(folder)) if SHOWN_NUMBER in here else here


def test_what_is_shown_works(folder: Path) -> None:
    """Each command ends well, one after the other, and what it prints is no complaint."""
    wrong = {}
    both = [*shown("docs/tutorial.md"), *shown("README.md")]
    here = [
        _as_here(each, folder) for each in both if each not in ELSEWHERE and "--keep" not in each
    ]
    for command in dict.fromkeys(here):
        answer = typed(command, folder)
        allowed = {0, 1} if command.split()[1] in MAY_FAIL else {0}
        if answer.returncode not in allowed or "Traceback" in answer.stderr:
            wrong[command] = f"{answer.returncode}: {answer.stdout[-500:]}{answer.stderr[-500:]}"
    assert wrong == {}


def test_what_is_typed_elsewhere_is_shown() -> None:
    """An exception that nothing needs any more is taken out, and its test is there."""
    everywhere = {*shown("README.md"), *shown("docs/tutorial.md")}
    assert [each for each in ELSEWHERE if each not in everywhere] == []
    for test, word in ELSEWHERE.values():
        assert word in (ROOT / test).read_text(encoding="utf-8"), test


def test_commands_are_found() -> None:
    """A pattern that finds none would pass."""
    assert len(shown("README.md")) > 8
    assert len(shown("docs/tutorial.md")) > 10
