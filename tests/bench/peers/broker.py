"""The broker of a bench: mosquitto without a disk, which holds no message back for others."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from simulators.ports import LOOPBACK
from tests.bench.peers.processes import REST_CORE, program, started

SETTINGS: Final = """\
listener {port} {host}
allow_anonymous true
persistence false
max_queued_messages 0
set_tcp_nodelay true
log_type error
"""
START_S: Final = 10.0


@contextmanager
def broker(folder: Path, port: int) -> Iterator[int]:
    """Run it until the block ends; its process id."""
    settings = folder / "mosquitto.conf"
    settings.write_text(SETTINGS.format(port=port, host=LOOPBACK), "utf-8")
    command: list[str | Path] = [program("mosquitto"), "-c", settings]
    with started(REST_CORE, command, folder / "mosquitto.log") as process:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                socket.create_connection((LOOPBACK, port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.02)
        yield process.pid
