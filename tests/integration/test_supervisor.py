"""A gateway under something like systemd: ready, alive, reloading, stopping, and stuck."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from edge.notify import Supervisor
from simulators.ports import free_port
from tests.fakes.supervisor import Heard, supervised

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

PATIENCE_S = 30.0
WATCHDOG_S = 0.6

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}}}
gateway: {{id: gw, store: var}}
page: {{listen: {{host: 127.0.0.1, port: {port}}}}}
links:
  - {{id: lifts, driver: modbus, transport: {{type: tcp, host: 127.0.0.1, port: {nobody}}}}}
devices:
  - id: lift-1
    link: lifts
    profile: lifts/ba_box
    address: {{unit: 1}}
    name: {{zh: 电梯, en: Lift}}
"""

# A loop that a mistake keeps: the handler runs in its thread, while all other threads go on.
STUCK = """
import signal, sys, time
signal.signal(signal.SIGUSR1, lambda *_: time.sleep(3600))
from edge.__main__ import main
sys.exit(main())
"""


@contextmanager
def gateway(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Heard]]:
    """A gateway whose supervisor waits for a sign of life, not long."""
    site = folder / "site.yaml"
    site.write_text(SITE.format(port=free_port(), nobody=free_port()), encoding="utf-8")
    with supervised(folder) as (address, heard), (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", STUCK, "--lang=en", "run", str(site), "--log", "json"],
            env={
                **os.environ,
                "NOTIFY_SOCKET": address,
                "WATCHDOG_USEC": str(int(WATCHDOG_S * 1_000_000)),
            },
            stdout=log,
            stderr=log,
        )
        try:
            yield process, heard
        finally:
            process.kill()
            process.wait()


def until(heard: Heard, word: str) -> dict[str, str]:
    """Return the first message that has this word."""
    while word not in (message := heard.next(PATIENCE_S)):
        pass
    return dict(message)


def test_it_is_ready_lives_and_says_that_it_stops(tmp_path: Path) -> None:
    """A page that answers is there when it is ready; the words are those of who asks systemd."""
    with gateway(tmp_path) as (process, heard):
        first = until(heard, "READY")
        assert (tmp_path / "var" / "whistle.sock").exists()
        assert first["STATUS"].startswith("0 of 1 links up, 0 of 0 platforms, 0 alarms open")
        assert "`whistle enrol`" in first["STATUS"]
        assert until(heard, "WATCHDOG")["READY"] == "1"
        process.send_signal(signal.SIGTERM)
        until(heard, "STOPPING")
        assert process.wait(PATIENCE_S) == 0


def test_a_stuck_loop_gives_no_sign_of_life(tmp_path: Path) -> None:
    """Its other threads go on; what watches devices does not, so systemd has to end it."""
    with gateway(tmp_path) as (process, heard):
        until(heard, "READY")
        process.send_signal(signal.SIGUSR1)
        with suppress(TimeoutError):
            while True:
                heard.next(WATCHDOG_S * 5)
        assert process.poll() is None


def test_a_supervisor_that_does_not_listen_disturbs_nobody(tmp_path: Path) -> None:
    """Neither one that is gone, nor one whose queue is full, holds up the gateway."""
    Supervisor(str(tmp_path / "nobody"), None).tell("READY=1")
    with supervised(tmp_path) as (address, heard):
        for _ in range(5_000):
            Supervisor(address, None).tell("WATCHDOG=1")
        assert 0 < len(heard.all()) < 5_000


def test_an_address_without_a_file_is_spoken_to() -> None:
    """The kernel's own names, which begin with a zero byte, are written with an @."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0whistle-test-{os.getpid()}")
        Supervisor(f"@whistle-test-{os.getpid()}", None).tell("READY=1", "STATUS=well")
        assert listening.recv(100) == b"READY=1\nSTATUS=well"
