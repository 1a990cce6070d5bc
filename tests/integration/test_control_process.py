"""What the gateway's process leaves for other accounts of the machine: nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from edge.drivers.gb26875 import frames
from simulators.ports import free_port
from tests.fakes import gb26875
from tests.fakes.process import gateway

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


def test_a_gateway_leaves_no_dump(tmp_path: Path) -> None:
    """Passwords and keys are in its memory; nobody may allow a dump later on either."""
    with gateway(tmp_path, SITE.format(port=free_port(), address=gb26875.ADDRESS)) as running:
        running.answers()
        limits = Path(f"/proc/{running.pid}/limits").read_text(encoding="ascii").splitlines()
    (core,) = (line.split() for line in limits if line.startswith("Max core file size"))
    assert core[4:6] == ["0", "0"]


def test_what_it_keeps_is_its_own(tmp_path: Path) -> None:
    """Journal, readings, accounts: none of it can be read by another account, nor its folder."""
    port = free_port()
    before = os.umask(0o022)  # as a shell or systemd has it
    try:
        with gateway(tmp_path, SITE.format(port=port, address=gb26875.ADDRESS)) as running:
            running.answers()
            with running.connect(port) as line:
                app = gb26875.component(FIRE, point=1)
                line.sendall(frames.encode(gb26875.frame(app, serial=1)))
                assert line.recv(64)
            store = running.journal.parent
            assert running.stop() == 0
    finally:
        os.umask(before)
    kept = [store, *store.rglob("*")]
    assert {"journal.db", "history.db", "access.db"} <= {path.name for path in kept}
    others = stat.S_IRWXG | stat.S_IRWXO
    assert [path.name for path in kept if path.lstat().st_mode & others] == []
