"""Going on from a backup before anybody is enrolled: what the page asks of the process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final, TypeAlias

from edge.model import Text

MOST_BACKUP: Final = 512 * 1024 * 1024
"""Bytes that a browser may bring: years of a journal. What has the history too is larger, and is
restored on the box."""

MOST_KEYS: Final = 4 * 1024 * 1024
"""Of the file of keys: a key has some thousand."""


class NotRestored(ValueError):
    """Why not, in words; nothing of what is there was touched."""

    def __init__(self, what: Text) -> None:
        super().__init__(what.en)
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A backup, the file of its keys, which may be empty, and what opens that."""

    backup: IO[bytes]
    keys: bytes
    passphrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is unpacked and compared, and waits for its place; `missing` has still to be brought."""

    site: str
    gateway: str
    made_at: datetime
    missing: tuple[str, ...]


Prepare: TypeAlias = Callable[[Wish], Prepared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """`prepare` blocks, and raises `NotRestored`; `begin_anew` ends what runs and goes on with it.

    Between the two the gateway goes on as it was.
    """

    prepare: Prepare
    begin_anew: Callable[[], None]
