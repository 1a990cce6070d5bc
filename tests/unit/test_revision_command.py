"""The right to configure in a site file, and the message that makes use of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloud_bridge.order_keys import SigningKey, VerifyingKey
from cloud_bridge.wire.revisions import MAX_REVISION_BYTES, open_revision, read_revision
from edge.__main__ import main
from edge.config import load
from edge.errors import ConfigError

KEY = SigningKey.new("city")
SITE = """
site: {id: s, name: {zh: 测试, en: Test}, language: en}
gateway: {id: gw}
links: []
devices: []
commands:
  remote: true
  keys: [{id: city, public_key: %s%s}]
"""


def written(folder: Path, rights: str) -> Path:
    """A site file with a key that has these rights."""
    site = folder / "site.yaml"
    site.write_text(SITE % (KEY.public, rights), encoding="utf-8")
    return site


def signed(folder: Path, *more: str) -> list[str]:
    """The words that sign a configuration."""
    (folder / "city.key").write_bytes(KEY.pem())
    words = ["--lang", "en", "command", "configure", "--key", str(folder / "city.key")]
    words += ["--key-id", "city", "--site", "s", "--gateway", "gw", "--by", "li"]
    return [*words, "--revision", "12", *more]


def test_the_right_is_off_unless_it_is_written(tmp_path: Path) -> None:
    """And a key that has it need have no other."""
    [grant] = load(written(tmp_path, ", configuration: true")).commands.keys.values()
    assert (grant.configuration, grant.actions) == (True, frozenset())
    with pytest.raises(ConfigError, match="this key may do nothing"):
        load(written(tmp_path, ""))
    with pytest.raises(ConfigError, match="this key is for no device at all"):
        load(written(tmp_path, ", configuration: true, actions: [open]"))


def test_a_configuration_is_signed_as_it_stands_in_the_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message on standard output, the topic beside it."""
    site = written(tmp_path, ", configuration: true")
    (tmp_path / "own.yaml").write_text("driver: modbus\n", encoding="utf-8")
    more = ["--site-file", str(site), "--file", f"profiles/own.yaml={tmp_path / 'own.yaml'}"]
    assert main([*signed(tmp_path, *more), "--gone", "profiles/old.yaml", "--base", "ab" * 32]) == 0
    told = capsys.readouterr()
    assert told.err == "community/v1/s/gw/config\n"
    sealed = open_revision(told.out.strip().encode())
    assert VerifyingKey(KEY.public).has_signed(sealed)
    revision = read_revision(sealed.signed)
    assert (revision.revision, revision.issued_by, revision.base) == (12, "li", "ab" * 32)
    assert revision.site_file == site.read_text(encoding="utf-8")
    assert revision.files == {"profiles/own.yaml": "driver: modbus\n"}
    assert revision.gone == ("profiles/old.yaml",)


@pytest.mark.parametrize("more", [["--file", "nonsense"], ["--site-file", "nowhere.yaml"]])
def test_what_cannot_be_read_is_told(
    tmp_path: Path, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is signed."""
    assert main(signed(tmp_path, *more)) == 2
    assert capsys.readouterr().out == ""


def test_what_no_gateway_would_take_is_not_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table of megabytes stays where it is."""
    (tmp_path / "large.csv").write_text("1,2,3\n" * 100_000, encoding="ascii")
    assert main(signed(tmp_path, "--file", f"large.csv={tmp_path / 'large.csv'}")) == 2
    assert str(MAX_REVISION_BYTES) in capsys.readouterr().err
