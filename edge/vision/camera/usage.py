"""What a camera's process uses of the machine."""

from __future__ import annotations

import os
import time
from pathlib import Path


def cpu_s() -> float:
    """Seconds of a core since it was forked."""
    return time.process_time()


def memory() -> int:
    """Bytes that it has in memory; what it shares with the nursery counts too."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
