"""The right to offer in a site file, the message that makes use of it, and what the box says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloud_bridge.order_keys import SigningKey, VerifyingKey
from cloud_bridge.wire.offers import read_offer
from cloud_bridge.wire.orders import open_envelope
from edge.__main__ import main
from edge.cli import update_offered
from edge.config import load
from tests.fakes.releases import NEW, released
from tests.fakes.small_site import lay_out

KEY = SigningKey.new("city")
SITE = """
site: {id: s, name: {zh: 测试, en: Test}, language: en}
gateway: {id: gw}
links: []
devices: []
commands: {remote: true, keys: [{id: city, public_key: %s, updates: true}]}
"""
STANDING: dict[str, Any] = {
    "offer": 3,
    "release": NEW,
    "state": "waiting",
    "had": 60_000_000,
    "size": 60_000_000,
    "reason": {"zh": "着火", "en": "it burns"},
    "begins": "02:00",
    "ends": "05:00",
    "expires": "2026-06-08T12:00:00Z",
}


def signed(folder: Path, release: Path, *more: str) -> list[str]:
    """The words that sign an offer."""
    (folder / "city.key").write_bytes(KEY.pem())
    words = ["--lang", "en", "command", "offer", str(release), "--key", str(folder / "city.key")]
    words += ["--key-id", "city", "--site", "s", "--gateway", "gw", "--by", "li", "--offer", "3"]
    return [*words, *more]


def test_the_right_is_off_unless_it_is_written(tmp_path: Path) -> None:
    """And a key that has it need have no other."""
    site = tmp_path / "site.yaml"
    site.write_text(SITE % KEY.public, encoding="utf-8")
    [grant] = load(site).commands.keys.values()
    assert (grant.updates, grant.configuration, grant.actions) == (True, False, frozenset())


def test_an_offer_says_of_a_release_what_it_says_of_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Version, size and hash are those of the file; the topic stands beside the message."""
    release = released(tmp_path / "r")
    more = ["--url", "https://releases.example/r", "--window", "02:00-05:00"]
    assert main(signed(tmp_path, release, *more)) == 0
    told = capsys.readouterr()
    assert told.err == "community/v1/s/gw/update\n"
    sealed = open_envelope(told.out.strip().encode())
    assert VerifyingKey(KEY.public).has_signed(sealed)
    offer = read_offer(sealed.signed)
    assert (offer.offer, offer.version, offer.size) == (3, NEW, release.stat().st_size)
    assert offer.window is not None
    assert (offer.window.begins, offer.window.ends) == ("02:00", "05:00")


@pytest.mark.parametrize("more", [["--url", "http://a.example/r"], ["--url", "https://a b/"]])
def test_what_no_gateway_would_take_is_not_signed(
    tmp_path: Path, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor what is no release."""
    assert main(signed(tmp_path, released(tmp_path / "r"), *more)) == 2
    noise = tmp_path / "noise.release"
    noise.write_bytes(b"noise" * 300)
    assert main(signed(tmp_path, noise, "--url", "https://a.example/r")) == 2
    assert capsys.readouterr().out == ""


def test_the_status_says_what_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the gateway has it; nothing where none runs."""
    lay_out(tmp_path)
    words = ["--lang", "en", "update", "status", "--root", str(tmp_path)]
    words += ["--site", str(tmp_path / "site.yaml")]

    def answer(_: Path, path: str, _seconds: float) -> tuple[int, Any]:
        assert path == "/api/v1/standing"
        return 200, {"update": STANDING}

    monkeypatch.setattr(update_offered, "look", answer)
    assert main(words) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "offered by the platform (3): 0.2.0 is here, and waits, 60.0 of 60.0 MB",
        "  it burns",
        "  to be installed between 02:00 and 05:00",
        "  until 2026-06-08 12:00Z",
    ]

    def nobody(*_: object) -> tuple[int, Any]:
        raise OSError

    monkeypatch.setattr(update_offered, "look", nobody)
    assert main(words) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
