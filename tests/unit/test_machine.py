"""How the box is: what is read of it, and what is not there or broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from cloud_bridge.wire import CertificateStatus
from edge.certificate import ensure_certificate
from edge.clock import synchronised, uncertainty
from edge.config import Configuration, load
from edge.config.page_section import PageSection, PageTls
from edge.gateway.machine import look_at
from tests.fakes.time import EPOCH

SITE = """
site: {id: s, name: {zh: 测试, en: Test}}
gateway: {id: gw, store: var}
links: []
devices: []
"""


def site(folder: Path) -> Configuration:
    """A site without anything, that has run before."""
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")
    (folder / "var").mkdir()
    return load(folder / "site.yaml", language="en")


def zone(folder: Path, number: int, said: str) -> None:
    """A sensor of the machine as the kernel shows it."""
    own = folder / f"thermal_zone{number}"
    own.mkdir(parents=True)
    (own / "temp").write_text(said, encoding="ascii")


def test_the_hottest_zone_counts_and_broken_ones_do_not(tmp_path: Path) -> None:
    """Nonsense, an empty file and a sensor that is off its scale say nothing."""
    thermal, configuration = tmp_path / "thermal", site(tmp_path)
    for number, said in enumerate(("48500\n", "61250\n", "", "n/a", "-273150", "999999")):
        zone(thermal, number, said)
    assert look_at(configuration, EPOCH, str, thermal).temperature == 61.25


def test_a_machine_without_sensors_says_nothing_of_them(tmp_path: Path) -> None:
    """As most virtual ones: none is not 0 °C."""
    assert look_at(site(tmp_path), EPOCH, str, tmp_path / "none").temperature is None


def test_the_disk_and_what_the_gateway_takes_of_it(tmp_path: Path) -> None:
    """Databases with their logs; what others have put there is not the gateway's."""
    configuration = site(tmp_path)
    (tmp_path / "var/journal.db").write_bytes(bytes(5_000))
    (tmp_path / "var/journal.db-wal").write_bytes(bytes(700))
    (tmp_path / "var/film.mp4").write_bytes(bytes(10_000))
    machine = look_at(configuration, EPOCH, lambda: "ab12", tmp_path)
    assert machine.store == 5_700
    assert 0 < machine.journal_room <= machine.disk_free
    assert machine.configuration == "ab12"


def test_the_journal_has_its_share_of_the_disk_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it takes counts; where less is free than its share, that is all there is."""
    configuration = site(tmp_path)
    (tmp_path / "var/journal.db").write_bytes(bytes(3_000))
    (tmp_path / "var/journal.db-wal").write_bytes(bytes(1_000))
    (tmp_path / "var/history.db").write_bytes(bytes(7_000))
    for free, room in ((90_000, 46_000), (20_000, 20_000), (0, 0)):
        usage = SimpleNamespace(total=100_000, free=free)
        monkeypatch.setattr("edge.gateway.machine.shutil.disk_usage", lambda _, u=usage: u)
        assert look_at(configuration, EPOCH, str, tmp_path).journal_room == room


def test_the_page_certificate_is_told_once_it_is_there(tmp_path: Path) -> None:
    """Before the page has made it, its absence is no trouble; then it has an end."""
    configuration = site(tmp_path)
    assert look_at(configuration, EPOCH, str, tmp_path).certificates == ()
    made = ensure_certificate(configuration.store, (), lambda: EPOCH)
    assert look_at(configuration, EPOCH, str, tmp_path).certificates == (
        CertificateStatus(use="page", ends=made.not_after),
    )


def test_a_certificate_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    """One that is gone, or has ended, is not passed over."""
    lost = PageTls(cert_file=str(tmp_path / "cert.pem"), key_file=str(tmp_path / "key.pem"))
    configuration = replace(site(tmp_path), page=PageSection(tls=lost))
    [told] = look_at(configuration, EPOCH, str, tmp_path).certificates
    assert told.ends is None
    assert told.problem
    (tmp_path / "cert.pem").write_text("no certificate", encoding="ascii")
    [told] = look_at(configuration, EPOCH, str, tmp_path).certificates
    assert told.ends is None
    assert told.problem


def test_only_a_disciplined_clock_has_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the kernel says of a clock that nobody sets means nothing."""
    error = uncertainty()
    assert (error is not None) is synchronised()
    monkeypatch.setattr("edge.clock._asked", lambda: (False, 16.0))
    assert uncertainty() is None
    monkeypatch.setattr("edge.clock._asked", lambda: (True, 0.004))
    assert uncertainty() == 0.004
