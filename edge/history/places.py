"""How far each follower of the readings has come, in the history's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import apsw

_INSERT: Final = "INSERT INTO follower (name, number, total, dropped) VALUES (?,?,?,?)"

_SETTLE: Final = """
UPDATE follower SET (number, total) =
  (SELECT number, total FROM batch WHERE number <= ?2 ORDER BY number DESC LIMIT 1)
WHERE name = ?1 AND EXISTS (SELECT 1 FROM batch WHERE number <= ?2 AND number > follower.number)
"""


@dataclass(slots=True)
class Place:
    """Up to which batch a follower is done, and the readings up to it; `done` as it says itself.

    The loop writes `done`, the writer's thread everything else.
    """

    number: int
    total: int
    dropped: int
    done: int = 0


class Places:
    """The followers, by name; every call is part of what the file is written in one go."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self.of: dict[str, Place] = {}
        self.reload()

    def reload(self) -> None:
        """Take over what the file says."""
        places: dict[str, Place] = {}
        for name, *rest in self._db.execute("SELECT name, number, total, dropped FROM follower"):
            number, total, dropped = map(int, rest)
            place = places[name] = self.of.get(name) or Place(number, total, dropped)
            place.number, place.total, place.dropped = number, total, dropped
        self.of = places

    def agree(self, names: Iterable[str], number: int, total: int, lost: Mapping[str, int]) -> None:
        """Have these followers alone: a new one begins now, one that is gone is forgotten."""
        for name in self.of.keys() - set(names):
            self._db.execute("DELETE FROM follower WHERE name = ?", (name,))
        for name in set(names) - self.of.keys():
            row = (name, number, total, lost.get(name, 0))
            self._db.execute(_INSERT, row)

    def unsettled(self) -> dict[str, int]:
        """What followers are done with and the file does not know yet."""
        return {name: place.done for name, place in self.of.items() if place.done > place.number}

    def settle(self, done: Mapping[str, int]) -> None:
        """Write how far these are, as far as the file goes itself."""
        self._db.executemany(_SETTLE, done.items())

    def give_up(self, number: int, total: int) -> None:
        """Let nobody wait for what came up to this batch; who does has lost it, and is told so."""
        self._db.execute(
            "UPDATE follower SET dropped = dropped + ?2 - total, number = ?1, total = ?2"
            " WHERE number < ?1",
            (number, total),
        )

    def behind(self, number: int) -> int:
        """Return up to which batch all are done, this one at most."""
        return min([number, *(place.number for place in self.of.values())])
