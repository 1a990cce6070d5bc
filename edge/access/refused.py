"""What somebody is told who is not let in, or whose change is not made."""

from __future__ import annotations

from datetime import timedelta

from edge.model import Text


class Refused(ValueError):
    """Words for a person, and how long to wait before it is tried again.

    `tried` is false when nothing was looked at because of the wait: that says nothing new, so
    whoever writes down refusals writes down only what was tried, or a flood fills the disk.
    """

    def __init__(self, what: Text, wait: timedelta | None = None, *, tried: bool = True) -> None:
        super().__init__(what.en)
        self.what = what
        self.wait = wait
        self.tried = tried
