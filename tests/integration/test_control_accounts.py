"""The accounts' file is damaged: the doors stay shut, and a fire is told all the same."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from edge.drivers.gb26875 import frames
from edge.local_socket import NAME
from simulators.ports import free_port
from tests.fakes import gb26875
from tests.fakes.process import GatewayUnderTest, gateway

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}}}
gateway: {{id: gw, store: var}}
page: {{serve: 'off'}}
links:
  - {{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {port}}}}}
devices:
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {{zh: 装置, en: Device}}
    address: {{address: {address}}}
"""
FIRE = 0b10
CONFIRM = 3
PATIENCE_S = 40.0


def confirmed(running: GatewayUnderTest, port: int) -> bool:
    """Whether a fire is confirmed, which it is only when it is kept."""
    with running.connect(port) as line:
        line.sendall(frames.encode(gb26875.frame(gb26875.component(FIRE, point=1), serial=1)))
        answer = line.recv(64)
    return len(answer) > CONFIRM and answer[26] == CONFIRM


def waited_for(log: Path, word: str) -> str:
    """The log, as soon as it says so."""
    deadline = time.monotonic() + PATIENCE_S
    while word not in (text := log.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline, text
        time.sleep(0.1)
    return text


def test_a_damaged_file_of_accounts_keeps_no_fire_from_being_told(tmp_path: Path) -> None:
    """Told in words and left as it is; when a person has moved it away, the doors open."""
    port = free_port()
    store = tmp_path / "var"
    store.mkdir()
    damaged = b"\xff damaged" * 3000
    (store / "access.db").write_bytes(damaged)
    with gateway(tmp_path, SITE.format(port=port, address=gb26875.ADDRESS)) as running:
        assert confirmed(running, port)
        told = waited_for(tmp_path / "gateway.log", "doors.changed")
        assert "access.db" in told
        assert not (store / NAME).exists()
        assert (store / "access.db").read_bytes() == damaged
        (store / "access.db").rename(store / "access.damaged")
        running.answers()
        assert running.stop() == 0
