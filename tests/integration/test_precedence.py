"""Who goes first on a box: what an alarm waits for, and nothing else of the gateway's."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from simulators.ports import free_port
from tests.fakes import gb26875
from tests.fakes.process import FIRST, GatewayUnderTest, gateway
from tests.integration.test_control_process import SITE

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]


def policies(running: GatewayUnderTest) -> Counter[int]:
    """How many threads of it run by which policy, less the bit that children do not inherit it."""
    threads = (int(each.name) for each in Path(f"/proc/{running.pid}/task").iterdir())
    return Counter(os.sched_getscheduler(each) & ~os.SCHED_RESET_ON_FORK for each in threads)


def test_two_threads_go_first(tmp_path: Path) -> None:
    """The one that hears and the one that writes the journal; whoever computes beside does not."""
    if subprocess.run([*FIRST, "true"], check=False).returncode:
        pytest.skip("only root starts a program so")
    site = SITE.format(port=free_port(), address=gb26875.ADDRESS)
    with gateway(tmp_path, site, first=True) as running:
        running.answers()
        found = policies(running)
    assert found[os.SCHED_RR] == 2
    assert found.keys() == {os.SCHED_RR, os.SCHED_OTHER}


def test_nobody_goes_first_who_was_not_granted_it(tmp_path: Path) -> None:
    """A gateway started by hand, by root too, runs like any program."""
    with gateway(tmp_path, SITE.format(port=free_port(), address=gb26875.ADDRESS)) as running:
        running.answers()
        assert policies(running).keys() == {os.SCHED_OTHER}
