"""Processes of a bench: started on one core, asked by lines, measured from outside."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
END_S: Final = 15.0
SUBJECT_CORE: Final = "0"
REST_CORE: Final = "1"
"""Of the broker, the devices and whoever listens."""


def program(name: str) -> str:
    """Where a program is; Debian keeps daemons out of the path of an ordinary account."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin"
    return shutil.which(name, path=path) or ""


def can_measure() -> bool:
    """Whether this machine has what a bench of whole processes takes; says what is missing."""
    cores = os.sched_getaffinity(0)
    if program("mosquitto") and program("taskset") and {0, 1} <= cores:
        return True
    sys.stderr.write(
        "需要 mosquitto、taskset 和两个核心，跳过 / "
        "this takes mosquitto, taskset and two cores: skipped\n"
    )
    return False


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used: seconds of a core, MB of memory that lie there now."""

    cpu_s: float
    memory_mb: float


def usage(pid: int) -> Usage:
    """As the kernel accounts it, threads and children that ended included."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    [resident] = re.findall(r"VmRSS:\s+(\d+)", status)
    return Usage(sum(map(int, fields[11:15])) / TICKS, int(resident) / 1024)


@contextmanager
def started(
    core: str,
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str] | None = None,
    **how: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program on one core until the block ends; what it says goes into the log."""
    with log.open("ab") as said:
        process = subprocess.Popen(
            ["taskset", "-c", core, *command],
            stdin=subprocess.PIPE,
            stdout=how.pop("stdout", said),
            stderr=said,
            env=os.environ | dict(env or {}),
            **how,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Asked:
    """A module of this bench in a process of its own, that answers every line with one object."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid
        assert self._line() == b"ready\n"

    def ask(self) -> dict[str, Any]:
        """What happened since the last time it was asked."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._line())
        return told

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def asked(core: str, module: str, *words: object, log: Path) -> Iterator[Asked]:
    """Start a module of `tests.bench.peers`, and wait until it is ready."""
    command = [sys.executable, "-m", f"tests.bench.peers.{module}", *map(str, words)]
    with started(core, command, log, stdout=subprocess.PIPE) as process:
        yield Asked(process)
