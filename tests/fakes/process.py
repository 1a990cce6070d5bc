"""The real gateway as a process of its own, over a site file that a test writes."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.local_socket import NAME, connect

START_S = 20.0

FIRST = ("chrt", "--rr", "1")
"""Who may starts a program so that it has a core as soon as it wants one."""


class GatewayUnderTest:
    """`whistle run` in a folder of its own."""

    def __init__(self, folder: Path, site: str, *, first: bool = False) -> None:
        """`first` starts it so that what an alarm waits for goes first, as the package does."""
        self.folder = folder
        self._command = [*(FIRST if first else ()), sys.executable, "-m", "edge", "run"]
        self.site_file = folder / "site.yaml"
        self.site_file.write_text(site, encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def journal(self) -> Path:
        """Where it keeps its events."""
        return self.folder / "var" / "journal.db"

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it; what it says goes to a file beside its site."""
        with (self.folder / "gateway.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, str(self.site_file), "--log", "json"], stderr=log
            )

    def kill(self) -> None:
        """SIGKILL, and see it gone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def fill_disk(self) -> None:
        """Let it write to no file any more."""
        assert self._process is not None
        _, most = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (0, most))

    def stop(self) -> int:
        """Ask it to end; return its exit status."""
        assert self._process is not None
        self._process.terminate()
        status = self._process.wait(START_S)
        self._process = None
        return status

    def answers(self) -> None:
        """Return once it answers at its local socket."""
        deadline = time.monotonic() + START_S
        while True:
            try:
                connect(self.folder / "var" / NAME, START_S).close()
            except OSError:
                if time.monotonic() > deadline or self._process is None:
                    raise
                time.sleep(0.05)
            else:
                return

    def connect(self, port: int) -> socket.socket:
        """Connect to a port of its as soon as it listens."""
        deadline = time.monotonic() + START_S
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=START_S)
            except OSError:
                if time.monotonic() > deadline or self._process is None:
                    raise
                os.sched_yield()


@contextmanager
def gateway(folder: Path, site: str, *, first: bool = False) -> Iterator[GatewayUnderTest]:
    """A gateway that is started, and killed at the end at the latest."""
    under_test = GatewayUnderTest(folder, site, first=first)
    under_test.start()
    try:
        yield under_test
    finally:
        under_test.kill()
