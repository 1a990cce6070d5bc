"""The log of a gateway whose disk refuses."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any

import pytest
import structlog

from edge.logs import Form, Lines, configure


class Disk(io.RawIOBase):
    """A file on a disk that has room for so many bytes."""

    def __init__(self) -> None:
        self.room = 1_000_000
        self.held = b""

    def write(self, said: Any) -> int:
        """Take what there is room for; with none, refuse as the kernel does."""
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = bytes(said)[: self.room]
        self.room -= len(taken)
        self.held += taken
        return len(taken)


def test_what_the_disk_refuses_is_counted_and_told_when_it_takes_again() -> None:
    """Nothing is raised; the count comes once, before the next line."""
    disk = Disk()
    lines = Lines(disk)
    lines.info("一")
    disk.room = 0
    lines.info("two")
    lines.error("three")
    disk.room = 1_000_000
    lines.info("four")
    lines.info("five")
    assert disk.held.decode().splitlines() == [
        "一",
        '{"event": "log.lines_left_out", "count": 2}',
        "four",
        "five",
    ]


def test_a_line_that_was_cut_spoils_no_other() -> None:
    """The disk took half of it: it counts as left out, and the next begins anew."""
    disk = Disk()
    lines = Lines(disk)
    disk.room = 4
    lines.info("one two")
    disk.room = 1_000_000
    lines.info("three")
    assert disk.held.decode().splitlines() == [
        "one ",
        '{"event": "log.lines_left_out", "count": 1}',
        "three",
    ]


def refuse(password: str) -> None:
    """Fail with something in hand."""
    raise ValueError(len(password))


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_log_holds_what_was_in_variables(tmp_path: Path, form: Form) -> None:
    """A fault that is logged whole says where it was, and no password that was at hand."""
    before = structlog.get_config()
    file = tmp_path / "log"
    try:
        with file.open("w", encoding="utf-8") as to:
            configure(form, to)
            password = f"sesame {form}"
            try:
                refuse(password)
            except ValueError:
                structlog.get_logger().exception("link.fault")
    finally:
        structlog.configure(**before)
    told = file.read_text("utf-8")
    assert "ValueError" in told
    assert "test_logs" in told
    assert password not in told
