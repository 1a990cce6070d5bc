"""A gateway that dies at any step of a change leaves the old files or the new, never a mixture."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.model import Text
from edge.versions.disk import Disk
from edge.versions.files import Files
from edge.versions.versions import Versions
from tests.fakes.failing_disk import Cut, FailingDisk
from tests.fakes.small_site import lay_out

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
BOX = "profiles/sensors/box.yaml"
SLOW = Text("不行", "does not serve")
MOST_STEPS = 200
"""Far more than a change has."""


def _versions(folder: Path, disk: Disk | None = None) -> Versions:
    return Versions(folder / "site.yaml", folder / "var", lambda: AT, disk)


def _candidate(files: Files) -> Files:
    """A change of several files: one changed, one gone, two new, one of them in a new folder."""
    text = files.text().replace("sensors/box", "own/new").replace("fire-1.csv", "tables/f.csv")
    table = files.text("fire-1.csv")
    files = files.put("site.yaml", text).put("profiles/own/new.yaml", files.text(BOX))
    return files.put("tables/f.csv", table).without(BOX).without("fire-1.csv")


def _stage(versions: Versions) -> None:
    versions.stage(_candidate(versions.read()), "anna", "")


def _stage_and_settle(versions: Versions) -> None:
    versions.settle(versions.stage(_candidate(versions.read()), "anna", "").number)


def _stage_and_go_back(versions: Versions) -> None:
    versions.stage(_candidate(versions.read()), "anna", "")
    versions.roll_back(SLOW)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site at its first start; copied for each try."""
    folder = tmp_path_factory.mktemp("begun")
    lay_out(folder)
    _versions(folder).begin(valid=True)
    return folder


def _die(begun: Path, folder: Path, change: Callable[[Versions], None], steps: int) -> bool:
    """Make the change up to a step; return whether the power went before its end."""
    shutil.copytree(begun, folder)
    try:
        change(_versions(folder, FailingDisk(steps)))
    except Cut:
        return True
    return False


def _left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if "whistle-new" in path.name]


@pytest.mark.parametrize("change", [_stage, _stage_and_settle, _stage_and_go_back])
def test_killed_at_any_step(
    begun: Path, tmp_path: Path, change: Callable[[Versions], None]
) -> None:
    """Whatever step is the last, the next start finds one of the two, whole, and says which."""
    old = _versions(begun).read()
    new = _candidate(old)
    ends = set()
    for steps in range(MOST_STEPS):
        folder = tmp_path / str(steps)
        died = _die(begun, folder, change, steps)
        versions = _versions(folder)
        back = versions.recover()
        live = versions.read()
        assert live in (old, new), steps
        assert (live == new) == (versions.history()[0].state == "applied"), steps
        assert versions.last_good() == live, steps
        assert versions.begin(valid=True) is None, steps
        assert not _left_over(folder), steps
        assert (folder / "fire-1.csv").exists()
        ends.add((died, back is not None, live == new))
        if not died:
            break
    else:
        pytest.fail("the change has no end")
    assert {died for died, *_ in ends} == {True, False}
    assert (True, True, False) in ends  # a trial was rolled back
    assert (True, False, False) in ends  # it had not begun


@pytest.mark.parametrize("lost", [1, 3, 100])
def test_power_goes_at_any_step(begun: Path, tmp_path: Path, lost: int) -> None:
    """Names that were not synced may be lost with the power; what is found is whole."""
    old = _versions(begun).read()
    new = _candidate(old)
    for steps in range(MOST_STEPS):
        folder = tmp_path / str(steps)
        shutil.copytree(begun, folder)
        disk = FailingDisk(steps, lost)
        died = False
        try:
            _stage_and_settle(_versions(folder, disk))
            disk.cut()
        except Cut:
            died = True
        versions = _versions(folder)
        versions.recover()
        live = versions.read()
        assert live in (old, new), steps
        assert versions.last_good() == live, steps
        if not died:
            assert live == new
            return
    pytest.fail("the change has no end")


def test_killed_while_it_recovers(begun: Path, tmp_path: Path) -> None:
    """A start that dies on its way back is made up for by the next one, at whatever step."""
    old = _versions(begun).read()
    tried = tmp_path / "tried"
    shutil.copytree(begun, tried)
    _stage(_versions(tried))
    for steps in range(MOST_STEPS):
        folder = tmp_path / str(steps)
        shutil.copytree(tried, folder)
        try:
            _versions(folder, FailingDisk(steps)).recover()
        except Cut:
            versions = _versions(folder)
            versions.recover()
            assert versions.read() == old, steps
            assert versions.history()[0].state == "rolled_back"
            continue
        return
    pytest.fail("it does not recover")


class _Full(Disk):
    """A disk with no room for the files themselves."""

    def write(self, path: Path, body: bytes, like: Path | None = None) -> None:
        """Refuse what is large or lies outside the history."""
        if "versions" not in path.parts:
            path.write_bytes(b"")
            raise OSError(28, "No space left on device")
        super().write(path, body, like)


def test_full_disk(begun: Path, tmp_path: Path) -> None:
    """When the disk refuses, all is as it was, nothing lies about, and the next try is free."""
    folder = tmp_path / "site"
    shutil.copytree(begun, folder)
    versions = _versions(folder, _Full())
    old = versions.read()
    with pytest.raises(OSError, match="No space"):
        _stage(versions)
    assert versions.read() == old
    assert versions.history()[0].state == "rolled_back"
    assert not _left_over(folder)
    with pytest.raises(OSError, match="No space"):
        _stage(versions)


def test_damaged_record(begun: Path, tmp_path: Path) -> None:
    """A record that cannot be read is set aside; the copies are found again, none is forgotten."""
    folder = tmp_path / "site"
    shutil.copytree(begun, folder)
    old = _versions(folder).read()
    record = folder / "var" / "versions" / "record.json"
    record.write_bytes(record.read_bytes()[:40])
    versions = _versions(folder)
    versions.recover()
    assert versions.files(1) == old
    assert versions.begin(valid=True) is not None
    assert versions.last_good() == old
    assert record.with_suffix(".damaged").exists()


def test_damaged_copy(begun: Path, tmp_path: Path) -> None:
    """A copy that the disk has not kept is neither shown nor gone back to."""
    folder = tmp_path / "site"
    shutil.copytree(begun, folder)
    copy = folder / "var" / "versions" / "000001" / "site.yaml"
    copy.write_bytes(copy.read_bytes() + b"# rotten\n")
    versions = _versions(folder)
    assert versions.last_good() is None
    with pytest.raises(ValueError, match="version 1 is damaged"):
        _stage(versions)
    assert versions.read() == _versions(begun).read()
