"""A file is there whole, with what was there before kept until then."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from edge.whole_file import whole_file


def test_it_has_its_name_when_all_is_on_the_disk(tmp_path: Path) -> None:
    """Until then what was there before stands, and afterwards nothing else is left."""
    path = tmp_path / "page.key"
    path.write_bytes(b"old")
    with whole_file(path, ".new", 0o640) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
        assert (tmp_path / "page.key.new").exists()
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fsync", "write"])
def test_a_disk_that_refuses_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Nothing half is left beside it, nor taken for it by who looks next."""
    path = tmp_path / "page.key"
    path.write_bytes(b"old")

    def refuses(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def fill() -> None:
        with whole_file(path, ".new") as file:
            file.write(b"new")
            if step == "write":
                refuses()

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", refuses)
    with pytest.raises(OSError, match="No space"):
        fill()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_power_cut_left_is_written_anew(tmp_path: Path) -> None:
    """A half file under the passing name holds nobody up; nor is a link there followed."""
    path, elsewhere = tmp_path / "page.key", tmp_path / "elsewhere"
    elsewhere.write_bytes(b"else")
    (tmp_path / "page.key.new").symlink_to(elsewhere)
    with whole_file(path, ".new") as file:
        file.write(b"new")
    assert (path.read_bytes(), elsewhere.read_bytes()) == (b"new", b"else")
