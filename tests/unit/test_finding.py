"""What a gateway begins with where the disk gives it no store to work in."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

import pytest

from edge.errors import ConfigError
from edge.gateway.finding import OF_THE_DISK, find
from tests.fakes.time import EPOCH

SITE: Final = "gateway: {site: garden, store: var}\n"


def refusing(path: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site file in a folder where nothing can be made, for that reason."""

    def refuses(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    (path / "site.yaml").write_text(SITE, encoding="utf-8")
    monkeypatch.setattr(Path, "mkdir", refuses)
    return path / "site.yaml"


@pytest.mark.parametrize("code", sorted(OF_THE_DISK), ids=errno.errorcode.get)
def test_a_disk_that_gives_no_store_keeps_no_gateway_from_running(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the disk's to give one later: what there is to run is found all the same."""
    found = find(refusing(tmp_path, code, monkeypatch), "en", lambda: EPOCH)
    assert found.store == tmp_path / "var"
    assert not found.store.exists()


def test_a_store_that_cannot_be_where_the_site_file_says_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No disk will ever give it: a person has to."""
    with pytest.raises(ConfigError, match="Not a directory"):
        find(refusing(tmp_path, errno.ENOTDIR, monkeypatch), "en", lambda: EPOCH)
