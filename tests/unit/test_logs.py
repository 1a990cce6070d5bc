"""The log of a gateway whose disk refuses."""

from __future__ import annotations

import errno
import io
from typing import Any

from edge.logs import Lines


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
