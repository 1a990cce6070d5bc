"""The key for the platform: made on the box, laid ready, put in the place of the one before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cloud_bridge.client_keys import install, promote, ready, request
from edge.broker import BrokerTls
from edge.errors import ConfigError
from tests.fakes.signing import DAY, Signer

NOW = datetime.now(UTC).replace(microsecond=0)


class Box:
    """A gateway's folder, and the authority of its platform."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Signer(folder)
        self.tls = BrokerTls(
            ca_file=str(self.authority.ca_file),
            cert_file=str(folder / "gw.crt"),
            key_file=str(folder / "gw.key"),
        )

    def renew(self, begins: datetime = NOW, lasts: timedelta = DAY) -> bytes:
        """Have the next key signed and laid ready; return the certificate."""
        chain = self.authority.sign(request(self.tls, "gw-1"), begins, lasts)
        install(self.tls, chain, "gw-1", NOW, None)
        return chain


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """One without a key."""
    return Box(tmp_path)


def test_a_key_is_made_here_and_for_nobody_else(box: Box) -> None:
    """Only the request leaves; asked again, it is for the same key."""
    first = request(box.tls, "gw-1")
    made = box.folder / "gw.key.next"
    assert made.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in first
    before = made.read_bytes()
    request(box.tls, "gw-1")
    assert made.read_bytes() == before


def test_what_was_signed_is_tried_once_it_is_valid(box: Box) -> None:
    """Not before its time, not after it; what serves meanwhile is not touched."""
    box.renew(begins=NOW + timedelta(hours=1))
    assert ready(box.tls, NOW) is None
    found = ready(box.tls, NOW + timedelta(hours=2))
    assert found is not None
    assert found.cert_file == str(box.folder / "gw.crt.next")
    assert found.key_file == str(box.folder / "gw.key.next")
    assert ready(box.tls, NOW + 3 * DAY) is None


def test_what_was_let_in_takes_the_place_of_the_one_before(box: Box) -> None:
    """Then nothing is left to be tried, and the next request makes another key."""
    chain = box.renew()
    made = (box.folder / "gw.key.next").read_bytes()
    promote(box.tls)
    assert (box.folder / "gw.crt").read_bytes() == chain
    assert (box.folder / "gw.key").read_bytes() == made
    assert ready(box.tls, NOW) is None
    request(box.tls, "gw-1")
    assert (box.folder / "gw.key.next").read_bytes() != made


def test_a_power_cut_between_the_two_files_harms_nothing(box: Box) -> None:
    """The key is in its place, the certificate is not: the pair is found, and put right."""
    chain = box.renew()
    (box.folder / "gw.key.next").replace(box.folder / "gw.key")
    found = ready(box.tls, NOW)
    assert found is not None
    assert (found.cert_file, found.key_file) == (str(box.folder / "gw.crt.next"), box.tls.key_file)
    promote(box.tls)
    assert (box.folder / "gw.crt").read_bytes() == chain


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("another key", "not for the key made here"),
        ("another name", r"it is for \['gw-2'\], not gw-1"),
        ("another authority", "has not signed it"),
        ("over", "it ended on"),
        ("nothing", "no certificate in PEM"),
    ],
)
def test_what_does_not_fit_is_not_laid_ready(box: Box, name: str, words: str) -> None:
    """Each is told by what is wrong with it, and no file appears."""
    asked = request(box.tls, "gw-1")
    (box.folder / "else").mkdir()
    other = Box(box.folder / "else")
    chains: dict[str, Callable[[], bytes]] = {
        "another key": lambda: box.authority.sign(request(other.tls, "gw-1"), NOW),
        "another name": lambda: box.authority.sign(asked, NOW, name="gw-2"),
        "another authority": lambda: other.authority.sign(asked, NOW),
        "over": lambda: box.authority.sign(asked, NOW - 3 * DAY),
        "nothing": lambda: b"nothing",
    }
    chain = chains[name]()
    with pytest.raises(ConfigError, match=words):
        install(box.tls, chain, "gw-1", NOW, None)
    assert not (box.folder / "gw.crt.next").exists()


def test_a_chain_leads_over_what_is_between(box: Box) -> None:
    """What is signed by somebody whom the authority has signed needs the one between."""
    (box.folder / "between").mkdir()
    between = Box(box.folder / "between")
    signed = between.authority.sign(request(box.tls, "gw-1"), NOW)
    with pytest.raises(ConfigError, match="has not signed it"):
        install(box.tls, signed, "gw-1", NOW, None)
    install(box.tls, signed, "gw-1", NOW, between.authority.ca_file)
    assert ready(box.tls, NOW) is not None


def test_a_site_file_that_names_no_key_is_told(box: Box) -> None:
    """There is nowhere to put one."""
    with pytest.raises(ConfigError, match="names no key"):
        request(BrokerTls(ca_file=box.tls.ca_file), "gw-1")
    assert ready(None, NOW) is None
