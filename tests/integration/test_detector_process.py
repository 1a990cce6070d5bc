"""The detector as a process: how it behaves, how it ends, how a camera gets over its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from edge.vision.detect.asking import Answer, Unable
from edge.vision.detect.client import Detector
from edge.vision.humble import POLICY
from tests.fakes.models import lay_tiny, squares
from tests.source_tree import ROOT

BLUE = squares((1, 2, "blue"))
START_S = 20.0
PARENT = """
import subprocess, sys
started = subprocess.Popen([sys.executable, "-m", "edge.vision.detect.service", *sys.argv[1:]])
print(started.pid, flush=True)
sys.stdin.read()
"""


def words(folder: Path) -> list[str]:
    """What it is started with."""
    socket = str(folder / "detector.sock")
    return ["--socket", socket, "--models", str(folder / "models"), "--log", "json"]


@contextmanager
def started(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The process; killed at the end at the latest."""
    process = subprocess.Popen(
        [sys.executable, "-m", "edge.vision.detect.service", *words(folder)],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def until(true: Callable[[], bool]) -> None:
    """Wait for it."""
    deadline = time.monotonic() + START_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answered(detector: Detector) -> bool:
    """Whether somebody answers."""
    return isinstance(detector.ask(BLUE, "tiny", START_S), Answer)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the tiny model."""
    lay_tiny(tmp_path / "models")
    return tmp_path


def test_it_lives_humbly_and_is_got_over(folder: Path) -> None:
    """Last in line, no dump; killed, a camera says that nobody answers, and asks the next one."""
    detector = Detector(str(folder / "detector.sock"), "camera-1")
    missing = detector.ask(BLUE, "tiny", 1.0)
    assert isinstance(missing, Unable)
    assert "no detector answers at" in missing.reason
    with started(folder) as process:
        until(lambda: answered(detector))
        assert os.sched_getscheduler(process.pid) == POLICY
        limits = Path(f"/proc/{process.pid}/limits").read_text(encoding="ascii")
        assert "Max core file size        0" in limits
        process.kill()
        process.wait()
        assert isinstance(detector.ask(BLUE, "tiny", 1.0), Unable)
    with started(folder) as process:
        until(lambda: answered(detector))
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=START_S)
    assert process.returncode == 0
    assert '"runs_on": "CPU"' in told
    assert told.count("detector.model_loaded") == 1
    assert not (folder / "detector.sock").exists()
    detector.close()


def test_a_new_one_is_not_noticed(folder: Path) -> None:
    """Between two questions it was started anew: the second is answered all the same."""
    detector = Detector(str(folder / "detector.sock"), "camera-1")
    for _ in range(2):
        with started(folder):
            other = Detector(str(folder / "detector.sock"), "other")
            until(partial(answered, other))
            assert answered(detector)
            other.close()
    detector.close()


def test_it_ends_with_who_started_it(folder: Path) -> None:
    """A gateway that is killed leaves no detector behind, which would keep models in memory."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, *words(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        detector = Detector(str(folder / "detector.sock"), "camera-1")
        until(lambda: answered(detector))
        detector.close()
        parent.kill()
        parent.wait()
    until(lambda: not _runs(pid))


def _runs(pid: int) -> bool:
    """Whether it runs: nobody may reap it here, so a zombie is as good as gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.rpartition(")")[2].split()[0] not in "ZX"
