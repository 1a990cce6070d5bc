"""A process whose log file may not grow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CHILD = """
import resource, sys
import structlog
from edge import logs

logs.configure("json", sys.stderr)
log = structlog.get_logger()
log.info("before")
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
for _ in range(10_000):
    log.error("while.full", reason="x" * 100)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
log.info("after")
"""


def test_a_process_outlives_its_log(tmp_path: Path) -> None:
    """No byte may be written to any file; the real configuration, the real kernel's refusal."""
    log = tmp_path / "log"
    with log.open("wb") as to:
        done = subprocess.run([sys.executable, "-c", CHILD], stderr=to, check=False, timeout=60)
    assert done.returncode == 0
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert events[0] == "before"
    assert events[-1] == "after"
    assert "log.lines_left_out" in events
