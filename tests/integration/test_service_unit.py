"""The units that the package installs, as systemd itself judges them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.fakes.servers import require
from tests.source_tree import ROOT

pytestmark = pytest.mark.integration

FILES = ROOT / "scripts" / "package" / "files"
UNITS = sorted(FILES.glob("*.service"))
GATEWAY = FILES / "whistle.service"
PROGRAM = "/opt/whistle/current/bin/whistle"

# Exposure times ten: 2.0 of 10 at most.
MOST_EXPOSED = 20

# Line by line: of most of them the measure above does not notice that they are gone.
SANDBOX = """\
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateMounts=yes
PrivateUsers=yes
DevicePolicy=closed
CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallFilter=adjtimex clock_adjtime
SystemCallErrorNumber=EPERM
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
KeyringMode=private
"""


def analyse(*words: str | Path) -> tuple[int, str]:
    """Ask systemd; its exit status and what it says."""
    program = require("systemd-analyze", "systemd")
    done = subprocess.run(
        [program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


def test_the_gateway_can_do_little_beside_its_work() -> None:
    """Whoever takes it over finds a system that is read-only, no privileges and few calls."""
    threshold = f"--threshold={MOST_EXPOSED}"
    status, said = analyse("security", "--offline=true", threshold, "--no-pager", GATEWAY)
    assert status == 0, said


def test_no_line_of_the_sandbox_is_lost() -> None:
    """Each of them is what stands between somebody who has taken it over and the box."""
    assert set(SANDBOX.splitlines()) <= set(GATEWAY.read_text().splitlines())


def test_what_was_left_open_is_noticed(tmp_path: Path) -> None:
    """The measure measures: without the sandbox the same service is refused."""
    bare = tmp_path / GATEWAY.name
    kept = re.compile(r"(\[|Type|ExecStart|User|WantedBy)")
    bare.write_text(
        "\n".join(line for line in GATEWAY.read_text().splitlines() if kept.match(line))
    )
    threshold = f"--threshold={MOST_EXPOSED}"
    status, _ = analyse("security", "--offline=true", threshold, "--no-pager", bare)
    assert status != 0


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_every_line(unit: Path, tmp_path: Path) -> None:
    """A key that is misspelt, or in the wrong section, is silently ignored on a box."""
    there = tmp_path / unit.name
    there.write_text(unit.read_text().replace(PROGRAM, "/bin/true"))
    status, said = analyse("verify", "--man=no", there)
    assert (status, said) == (0, "")


def test_the_service_is_what_the_gateway_speaks_to() -> None:
    """It says that it is ready and lives, and is started again for ever when it does not."""
    lines = set(GATEWAY.read_text().splitlines())
    assert {"Type=notify", "WatchdogSec=30s", "Restart=always", "StartLimitIntervalSec=0"} <= lines
    assert {
        "LimitCORE=0",
        "UMask=0077",
        "CapabilityBoundingSet=",
        "ReadWritePaths=/etc/whistle",
    } <= lines
