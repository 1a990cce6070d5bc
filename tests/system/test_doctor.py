"""`whistle doctor` on the shipped site: with its gateway, without it, and when things are wrong."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulators.demo.stage import copy_site
from simulators.ports import free_port
from tests.fakes.doctor import Visit, visit, whistle
from tests.fakes.process import gateway
from tests.fakes.servers import require

pytestmark = pytest.mark.timeout(180)

COMES_UP_S = 60.0

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}, language: en}}
gateway: {{id: gw, store: var}}
page: {{serve: "off"}}
links:
  - {{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {port}}}}}
devices:
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {{zh: 装置, en: Device}}
    address: {{address: 3}}
"""

EVERY = {
    "site.file",
    "gateway",
    "sqlite.version",
    "journal.file",
    "journal.check",
    "journal.wal",
    "journal.waiting",
    "journal.oldest",
    "journal.refused",
    "clock.journal",
    "history.file",
    "history.check",
    "history.wal",
    "history.quota",
    "history.follower",
    "disk.kind",
    "disk.space",
    "disk.write",
    "disk.fsync",
    "clock.synchronised",
    "clock.zone",
    "limit.descriptors",
    "certificate.page",
    "secret.mode",
    "port",
    "link",
    "uplink.mqtt",
    "uplink.mqtt.tcp",
}
"""The names that programs go by: one that is changed breaks them."""

# What this machine is like is not what is tested here.
OF_THE_MACHINE = ("disk.", "clock.synchronised", "limit.")


def amiss(found: Visit) -> dict[str, str]:
    """What is wrong with the site and its gateway."""
    return {name: seen for name, seen in found.amiss.items() if not name.startswith(OF_THE_MACHINE)}


@contextmanager
def simulated(site: Path) -> Iterator[None]:
    """The devices and the platform of a site."""
    words = [sys.executable, "-m", "edge", "simulate", str(site)]
    with (site.parent / "simulate.log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)  # then it ends its brokers too
        process.wait(20)


def well(site: Path) -> Visit:
    """Look until nothing is wrong any more."""
    deadline = time.monotonic() + COMES_UP_S
    while amiss(found := visit(site)) or found.of("gateway") != "ok":
        assert time.monotonic() < deadline, found.amiss
        time.sleep(1)
    return found


def test_the_shipped_site_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    """Nothing is there; then all is; then the gateway is gone, then the devices as well."""
    require("mosquitto", "mosquitto")
    copy_site("riverside", tmp_path)
    site = tmp_path / "site.yaml"
    first = visit(site)
    assert first.of("store") == "look"
    assert first.of("link", "lifts-b1") == "wrong"
    with simulated(site):
        with gateway(tmp_path, site.read_text("utf-8")) as life:
            found = well(site)
            assert found.names == EVERY
            assert found.of("port") == "ok"
            assert found.of("uplink.mqtt", "platform") == "ok"
            assert str(life.pid) in found.seen("gateway")
            assert life.stop() == 0
        later = visit(site)
        assert not amiss(later)
        assert later.of("gateway") == "look"
        assert later.seen("port") == "free"
        assert later.of("link", "gates") == "ok"
        assert "a session opens" in later.seen("uplink.mqtt", "platform")
    last = visit(site)
    assert last.of("link", "gates") == "wrong"
    assert last.of("uplink.mqtt.tcp") == "wrong"
    assert last.of("uplink.mqtt") == "look"
    assert not {name for name in last.amiss if name.startswith(("journal", "history", "port"))}


def test_a_gateway_that_is_frozen_does_not_answer(tmp_path: Path) -> None:
    """Its socket is there and says nothing: that is told, and what stands on disk all the same."""
    with gateway(tmp_path, SITE.format(port=free_port())) as life:
        life.answers()
        os.kill(life.pid, signal.SIGSTOP)
        try:
            found = visit(life.site_file)
        finally:
            os.kill(life.pid, signal.SIGCONT)
    assert found.of("gateway") == "wrong"
    assert found.of("journal.check") == "ok"
    assert "a gateway may have them open" in found.seen("link")


def test_another_program_on_a_port_and_a_site_file_that_is_wrong(tmp_path: Path) -> None:
    """Without a gateway; of a wrong file it says the first mistake, and looks at the store."""
    with gateway(tmp_path, SITE.format(port=free_port())) as life:
        life.answers()
        port = free_port()
        life.site_file.write_text(SITE.format(port=port), encoding="utf-8")
        assert life.stop() == 0
    with socket.create_server(("127.0.0.1", port)):
        assert visit(life.site_file).of("port", f"fire 127.0.0.1:{port}") == "wrong"
    life.site_file.write_text(SITE.format(port=99_999), encoding="utf-8")
    found = visit(life.site_file)
    assert found.of("site.file") == "wrong"
    assert found.of("journal.check") == "ok"
    assert "link" not in found.names


def test_a_damaged_journal_is_found_and_set_aside(tmp_path: Path) -> None:
    """Doctor finds it, fsck sets it aside, and the gateway begins anew."""
    with gateway(tmp_path, SITE.format(port=free_port())) as life:
        life.answers()
        assert life.stop() == 0
    body = bytearray(life.journal.read_bytes())
    body[4096 : 4096 * 8] = b"\x55" * (4096 * 7)
    life.journal.write_bytes(body)
    found = visit(life.site_file)
    assert found.of("journal.check") == "wrong"
    assert whistle("journal", "fsck", str(life.site_file)).returncode == 1
    assert whistle("journal", "fsck", str(life.site_file), "--repair").returncode == 0
    with gateway(tmp_path, life.site_file.read_text("utf-8")) as again:
        again.answers()
        mended = visit(again.site_file)
    assert mended.of("journal.check") == "ok"
    assert mended.of("journal.aside") == "look"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_full_disk(tmp_path: Path) -> None:
    """A store in memory without room, then one that is read-only: the databases are read on."""
    store = tmp_path / "var"
    store.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(store)]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("this container may not mount")
    try:
        with gateway(tmp_path, SITE.format(port=free_port())) as life:
            life.answers()
            filling(store / "filler")
            found = visit(life.site_file)
            assert found.of("disk.kind") == "wrong"
            assert found.of("disk.space") == "wrong"
            assert "No space left" in found.seen("disk.write")
            assert found.of("journal.check") == "ok"
            assert not list(store.glob(".doctor-*"))
            (store / "filler").unlink()
            assert visit(life.site_file).of("disk.write") == "ok"
            life.kill()
        subprocess.run(["mount", "-o", "remount,ro", str(store)], check=True)
        still = visit(tmp_path / "site.yaml")
        assert still.seen("disk.write") == "it is mounted read-only"
        assert still.of("journal.check") == "ok"
    finally:
        subprocess.run(["umount", "-l", str(store)], check=True)


def filling(path: Path) -> None:
    """Take all the room that there is."""
    with path.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
