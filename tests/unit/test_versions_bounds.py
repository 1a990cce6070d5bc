"""How much of the versions is kept, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.model import Text
from edge.versions import shelf
from edge.versions.files import Files, Unfit
from edge.versions.shelf import LARGEST_HISTORY
from edge.versions.versions import Versions
from tests.fakes.small_site import lay_out

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small site."""
    lay_out(tmp_path)
    return tmp_path


def _begun(folder: Path) -> Versions:
    versions = Versions(folder / "site.yaml", folder / "var", lambda: AT)
    versions.begin(valid=True)
    return versions


def _edited(files: Files, old: str, new: str) -> Files:
    return files.put(files.site, files.text().replace(old, new))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Fewer versions than are kept in earnest, so that it is over soon."""
    assert shelf.MOST_VERSIONS == 50
    monkeypatch.setattr(shelf, "MOST_VERSIONS", 6)
    return 6


def test_old_versions_are_forgotten(folder: Path, few: int) -> None:
    """Only the last ones are kept; a number does not come twice."""
    versions = _begun(folder)
    first = versions.read()
    for number in range(few + 5):
        candidate = _edited(first, "en: Box", f"en: Box {number}")
        versions.settle(versions.stage(candidate, "anna", "").number)
    numbers = [each.number for each in versions.history()]
    assert numbers == list(range(few + 6, 6, -1))
    with pytest.raises(Unfit, match="version 1 is not kept any more"):
        versions.files(1)


def test_large_versions_are_forgotten_sooner(folder: Path) -> None:
    """All together have a bound; what may be gone back to stays."""
    versions = _begun(folder)
    table = versions.read().text("fire-1.csv") + "\n" * 7_000_000
    for number in range(14):
        more = versions.read().put("fire-1.csv", table + "\n" * number)
        versions.settle(versions.stage(more, "anna", "").number)
    history = versions.history()
    assert sum(each.size for each in history) <= LARGEST_HISTORY
    assert history[0].number == 15
    assert len(list((folder / "var" / "versions").glob("0*"))) == len(history) < 15


def test_what_may_be_gone_back_to_is_kept(folder: Path, few: int) -> None:
    """However many trials fail after it, the last good version stays."""
    versions = _begun(folder)
    first = versions.read()
    for number in range(few + 3):
        versions.stage(_edited(first, "en: Box", f"en: Box {number}"), "anna", "")
        versions.roll_back(Text("不行", "does not serve"))
    assert versions.last_good() == first == versions.read()
    assert versions.history()[-1].number == 1
    assert len(versions.history()) == few
