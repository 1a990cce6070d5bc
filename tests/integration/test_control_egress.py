"""What the firewall's rules of a site hold, tried with the kernel's own firewall."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.fakes.servers import require

pytestmark = pytest.mark.integration

SITE = """\
site: {id: s, name: {zh: 测试, en: Test}}
gateway: {id: gw}
page: {serve: off}
links:
  - {id: lift, driver: modbus, transport: {type: tcp, host: 192.0.2.2, port: 5020}}
devices: []
"""
NOBODY = "65534"
CALL = (
    "import encodings.idna, os, socket;"  # before it may read nothing of ours any more
    " os.setuid({user}); socket.create_connection(({host!r}, {port}), 3)"
)
LISTEN = (
    "import socket, sys; held = [socket.create_server((h, p)) for h in ('192.0.2.2', '192.0.2.3')"
    " for p in (5020, 5021)]; print('ready', flush=True); sys.stdin.read()"
)
HERE, THERE = f"whistle-a{os.getpid()}", f"whistle-b{os.getpid()}"


def run(*words: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run a program."""
    return subprocess.run(words, capture_output=True, check=check)


@pytest.fixture
def networks() -> Iterator[None]:
    """Two networks with a cable between them; servers in the far one."""
    require("nft", "nftables")
    require("ip", "iproute2")
    if os.geteuid() != 0 or run("ip", "netns", "add", HERE, check=False).returncode:
        pytest.skip("needs network namespaces, which take root")
    with ExitStack() as stack:
        stack.callback(run, "ip", "netns", "del", HERE, check=False)
        run("ip", "netns", "add", THERE)
        stack.callback(run, "ip", "netns", "del", THERE, check=False)
        ends = ("va", "netns", HERE, "type", "veth", "peer", "name", "vb", "netns", THERE)
        run("ip", "link", "add", *ends)
        for name, device, address in ((HERE, "va", "1"), (THERE, "vb", "2"), (THERE, "vb", "3")):
            run("ip", "-n", name, "address", "add", f"192.0.2.{address}/24", "dev", device)
            run("ip", "-n", name, "link", "set", device, "up")
            run("ip", "-n", name, "link", "set", "lo", "up")
        server = subprocess.Popen(
            ["ip", "netns", "exec", THERE, sys.executable, "-c", LISTEN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        stack.callback(server.wait)
        stack.callback(server.terminate)
        assert server.stdout is not None
        stack.enter_context(server.stdout)
        assert server.stdin is not None
        stack.enter_context(server.stdin)
        assert server.stdout.readline() == b"ready\n"
        yield


def reached(host: str, port: int, user: str) -> bool:
    """Whether a process of this user gets through."""
    call = CALL.format(host=host, port=port, user=user)
    words = ("ip", "netns", "exec", HERE, sys.executable, "-c", call)
    return run(*words, check=False).returncode == 0


@pytest.mark.usefixtures("networks")
def test_only_listed_addresses_can_be_called(tmp_path: Path) -> None:
    """The listed address at its port; not at another, not another; others' processes as before."""
    site = tmp_path / "site.yaml"
    site.write_text(SITE, encoding="utf-8")
    assert reached("192.0.2.3", 5020, NOBODY), "without rules all can be reached"
    made = run(sys.executable, "-m", "edge", "egress", str(site), "--user", NOBODY)
    rules = tmp_path / "egress.nft"
    rules.write_bytes(made.stdout)
    for _ in range(2):  # loaded anew they take the place of those before
        run("ip", "netns", "exec", HERE, "nft", "-f", str(rules))
    assert reached("192.0.2.2", 5020, NOBODY)
    assert not reached("192.0.2.2", 5021, NOBODY)
    assert not reached("192.0.2.3", 5020, NOBODY)
    assert reached("192.0.2.3", 5020, "0")
