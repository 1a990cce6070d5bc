"""A box without a battery for its clock: it begins in 1970, and a time server sets it."""

from __future__ import annotations

import json
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPSConnection
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography import x509

from simulators.ports import free_port

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

PATIENCE_S = 60.0
CODE = re.compile(r"^ +([0-9A-Z]{5}(?:-[0-9A-Z]{5})+)$", re.MULTILINE)

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}}}
gateway: {{id: gw, store: var}}
page: {{listen: {{host: 127.0.0.1, port: {port}}}}}
links: []
devices: []
"""

# The wall clock of the process, and of nothing else on this machine.
BATTERY_EMPTY = """
import signal, sys, time
real, behind = time.time, [time.time()]
time.time = lambda: real() - behind[0]
signal.signal(signal.SIGUSR1, lambda *_: behind.__setitem__(0, 0.0))
from edge.__main__ import main
sys.exit(main())
"""

T = TypeVar("T")


class Box:
    """A gateway that began in 1970."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, port: int) -> None:
        self._process = process
        self._log = log
        self._port = port

    def set_clock(self) -> None:
        """A time server answers."""
        self._process.send_signal(signal.SIGUSR1)

    def codes(self) -> list[str]:
        """What stood on its console."""
        return CODE.findall(self._log.read_text())

    def certificate(self) -> x509.Certificate:
        """What it shows a browser."""
        shown = ssl.get_server_certificate(("127.0.0.1", self._port), timeout=PATIENCE_S)
        return x509.load_pem_x509_certificate(shown.encode())

    def enrol(self, code: str) -> int:
        """Type a code on the page; the status of the answer."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with closing(
            HTTPSConnection("127.0.0.1", self._port, context=context, timeout=PATIENCE_S)
        ) as page:
            body = {"code": code, "name": "wang", "password": "a long walk along the river"}
            told = {"content-type": "application/json"}
            page.request("POST", "/api/v1/enrol", json.dumps(body), told)
            return page.getresponse().status


@contextmanager
def box(folder: Path) -> Iterator[Box]:
    """Start one."""
    port = free_port()
    site, log = folder / "site.yaml", folder / "log"
    site.write_text(SITE.format(port=port), encoding="utf-8")
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", BATTERY_EMPTY, "run", str(site)], stdout=said, stderr=said
        )
    try:
        yield Box(process, log, port)
    finally:
        process.kill()
        process.wait()


def until(look: Callable[[], T], enough: Callable[[T], bool]) -> T:
    """Look again and again; return what is enough."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            if enough(found := look()):
                return found
        except OSError:
            if time.monotonic() > deadline:
                raise
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_clock_that_is_set_leaves_nobody_outside(tmp_path: Path) -> None:
    """Certificate and code are made anew: those of 1970 would be over for everybody."""
    with box(tmp_path) as under_test:
        (first,) = until(under_test.codes, bool)
        assert until(under_test.certificate, bool).not_valid_after_utc < datetime(
            1972, 1, 1, tzinfo=UTC
        )
        under_test.set_clock()
        codes = until(under_test.codes, lambda codes: len(codes) > 1)
        now = datetime.now(UTC)
        shown = until(under_test.certificate, lambda it: it.not_valid_after_utc > now)
        assert shown.not_valid_before_utc < now
        assert under_test.enrol(first) == 401
        assert under_test.enrol(codes[-1]) == 200
