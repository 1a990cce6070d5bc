"""`whistle simulate` puts the platform's page where a desk of containers can publish it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from simulators.ports import free_port

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}}}
gateway: {{id: gw, store: var}}
links: []
devices: []
uplinks:
  - {{id: platform, type: mqtt, broker: {{host: 127.0.0.1, port: {port}}}}}
"""
START_S = 30.0


def status(url: str, process: subprocess.Popen[bytes]) -> int:
    """The page's answer, as soon as there is one."""
    deadline = time.monotonic() + START_S
    while True:
        try:
            with urlopen(url, timeout=START_S) as answer:  # noqa: S310 - our own server
                found: int = answer.status
        except OSError:
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.05)
        else:
            return found


def test_the_platforms_page_is_where_it_was_wanted(tmp_path: Path) -> None:
    """Otherwise its port is any: nobody could publish it out of a container."""
    site, page = tmp_path / "site.yaml", free_port()
    site.write_text(SITE.format(port=free_port()), encoding="utf-8")
    words = ("simulate", str(site), "--host", "127.0.0.2", "--port", str(page))
    with subprocess.Popen([sys.executable, "-m", "edge", *words]) as process:
        try:
            assert status(f"http://127.0.0.2:{page}/", process) == 200
        finally:
            process.terminate()


@pytest.mark.parametrize("shell", [[], ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]])
def test_who_is_told_to_end_leaves_no_broker_behind(shell: list[str], tmp_path: Path) -> None:
    """Its port is free for the next one: SIGTERM is as Ctrl-C, also behind a script's `&`."""
    site, page, port = tmp_path / "site.yaml", free_port(), free_port()
    site.write_text(SITE.format(port=port), encoding="utf-8")
    words = ("simulate", str(site), "--port", str(page))
    with subprocess.Popen([*shell, sys.executable, "-m", "edge", *words]) as process:
        try:
            assert status(f"http://127.0.0.1:{page}/", process) == 200
            socket.create_connection(("127.0.0.1", port)).close()
        finally:
            process.terminate()
        assert process.wait(START_S) == 130
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
