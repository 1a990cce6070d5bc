"""The section `series` of a site file: what it says, what is wrong with it, what changes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edge.config import Configuration, SeriesSection, load
from edge.errors import ConfigError
from edge.files.problems import screen
from edge.gateway.followers import SERIES, followers
from edge.versions import changes

SITE = """\
site: {id: court, name: {zh: 苑, en: Court}, language: en}
gateway: {id: gw-1}
links: []
devices: []
"""


def read(folder: Path, series: str = "") -> Configuration:
    """The site with this section."""
    path = folder / "site.yaml"
    path.write_text(SITE + series, encoding="utf-8")
    return load(path)


def test_what_is_written_is_taken_up_and_files_are_found(tmp_path: Path) -> None:
    """Secrets lie beside the site file; without the section nothing follows the history."""
    for name in ("token", "ca.pem"):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(0o600)
    plain = read(tmp_path)
    assert (plain.series, followers(plain)) == (None, [])
    section = (
        "series: {url: 'https://db:8086', org: o, token_file: token, tls: {ca_file: ca.pem}}\n"
    )
    series = read(tmp_path, section)
    assert followers(series) == [SERIES]
    assert series.series == SeriesSection.model_validate(
        {
            "url": "https://db:8086",
            "org": "o",
            "bucket": "whistle",
            "token_file": str(tmp_path / "token"),
            "tls": {"ca_file": str(tmp_path / "ca.pem")},
        }
    )
    assert changes(plain, series).sections == ("series",)
    assert changes(series, replace(series, warnings=())).sections == ()


@pytest.mark.parametrize(
    ("section", "en", "zh"),
    [
        (
            "{url: 'db:8086'}",
            "write https://host:8086; the token goes into token_file",
            "写成 https://地址:8086；令牌写在 token_file",
        ),
        (
            "{url: 'http://user:word@db'}",
            "write https://host:8086; the token goes into token_file",
            "写成 https://地址:8086；令牌写在 token_file",
        ),
        ("{url: 'http://db', token: abc}", "write token_file: its path", "写 token_file: 文件路径"),
        ("{url: 'http://db', token_file: gone}", "check its path", "检查路径"),
        ("{url: 'http://db', bucket: ''}", "series.bucket", "series.bucket"),
        ("{org: o}", "series.url", "series.url"),
    ],
)
def test_a_mistake_is_told_in_both_languages(
    tmp_path: Path, section: str, en: str, zh: str
) -> None:
    """Where it is and what would be right; a token is never shown."""
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, f"series: {section}\n")
    told = [screen(raised.value.problems, language) for language in ("en", "zh")]
    assert en in told[0]
    assert zh in told[1]
    assert not any(secret in words for secret in ("abc", "user:word") for words in told)
