"""The log of a gateway whose disk refuses."""

from __future__ import annotations

import errno
import io

from edge.logs import Lines


class Full(io.StringIO):
    """A file on a disk that is full while `full`."""

    full = False

    def write(self, said: str) -> int:
        """Refuse as the kernel does."""
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(said)


def test_what_the_disk_refuses_is_counted_and_told_when_it_takes_again() -> None:
    """Nothing is raised; the count comes once, before the next line."""
    file = Full()
    lines = Lines(file)
    lines.info("one")
    file.full = True
    lines.info("two")
    lines.error("three")
    file.full = False
    lines.info("four")
    lines.info("five")
    assert file.getvalue().splitlines() == [
        "one",
        '{"event": "log.lines_left_out", "count": 2}',
        "four",
        "five",
    ]
