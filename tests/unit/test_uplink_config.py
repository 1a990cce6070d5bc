"""The second way to a platform, as a site file says it, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.config import load
from edge.errors import ConfigError
from edge.files.problems import screen

SITE = """\
site: {id: court, name: {zh: 苑, en: Court}, language: en}
gateway: {id: gw-1}
links: []
devices: []
uplinks:
  - id: city
    type: mqtt
    broker: {host: 127.0.0.1}
    https: HTTPS
"""


def written(folder: Path, https: str) -> Path:
    """A site file with this second way, and the files that it names."""
    (folder / "secrets").mkdir(mode=0o700)
    for name in ("token", "ca.pem"):
        (folder / "secrets" / name).write_text("x", encoding="ascii")
        (folder / "secrets" / name).chmod(0o600)
    (folder / "site.yaml").write_text(SITE.replace("HTTPS", https), encoding="utf-8")
    return folder / "site.yaml"


def test_the_same_platform_over_https(tmp_path: Path) -> None:
    """Its address, its token, its authority; the files are beside the site file."""
    here = "{url: https://platform.example:8443/ingest, token_file: secrets/token,"
    site = written(tmp_path, f"{here} tls: {{ca_file: secrets/ca.pem}}}}")
    [uplink] = load(site, language="en").uplinks
    assert uplink.https is not None
    assert uplink.https.url == "https://platform.example:8443/ingest"
    assert uplink.https.token_file == str(tmp_path / "secrets" / "token")
    assert uplink.https.tls.ca_file == str(tmp_path / "secrets" / "ca.pem")


@pytest.mark.parametrize(
    ("https", "words"),
    [
        ("{url: 'http://platform.example/'}", "https"),
        ("{url: 'https://gw:secret@platform.example/'}", "https"),
        ("{url: 'https://platform.example:99999/'}", "the port of the url is none"),
        ("{url: 'https://platform.example:none/'}", "the port of the url is none"),
        ("{url: 'https://platform.example/', token_file: secrets/nobody}", "there is no such file"),
        ("{url: 'https://platform.example/', token: secret}", "token"),
        ("{}", "url"),
    ],
)
def test_what_is_wrong_with_it(tmp_path: Path, https: str, words: str) -> None:
    """In the clear, a password in the address, a port that is none, a file that is not there."""
    with pytest.raises(ConfigError) as raised:
        load(written(tmp_path, https), language="en")
    told = screen(raised.value.problems, "en")
    assert words in told
    assert "https" in told
