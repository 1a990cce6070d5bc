"""The history's file: written each second, sorted now and then, never larger than its share."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final

import apsw

from edge.all_or_nothing import release, whole
from edge.history.batches import Columns, Shape, opened
from edge.history.chunks import SHORT
from edge.history.forgetting import Forgetting
from edge.history.keeping import USUAL, Keeping
from edge.history.numbers import Numbers
from edge.history.pile import Pile
from edge.history.places import Place, Places
from edge.history.rolling import Courses
from edge.history.rolls import RAW
from edge.history.schema import UnknownFile, begin
from edge.history.sorting import Points, Sorting
from edge.model import Readings

SORT_ROWS: Final = 600_000
SORT_EVERY: Final = 3 * 3_600
"""Rows that wait to be sorted, and calls of `tidy` after which fewer are sorted too.

Each time something is written for each point that has spoken: the rarer, the longer a card lives.
"""

SORT_OF_EACH: Final = SHORT + SHORT // 4
MOST_ROWS: Final = 3_000_000
"""Rows that wait where very many points speak, some 45 MB when put together. With less than
a chunk's worth of each the chunk before would be taken up again, at four times the cost."""

_UNSORTED: Final = "SELECT body FROM batch WHERE number > (SELECT number FROM kept) ORDER BY number"


class HistoryFile:
    """The writer's connection; every call blocks, and may raise `apsw.Error`.

    `piles` are what is not sorted yet. Batches of a new file are numbered above `above`.
    """

    def __init__(self, path: Path, now: int, keeping: Keeping = USUAL, above: int = 0) -> None:
        self._db = apsw.Connection(str(path))
        self._courses: Courses = {}
        try:
            begin(self._db, now, max(now // 1000, above))
            self._take_up()
        except (apsw.Error, UnknownFile):
            release(self._db)
            raise
        except (LookupError, TypeError, ValueError) as nonsense:
            release(self._db)
            raise UnknownFile(f"damaged: {nonsense}") from nonsense
        self.keep(keeping)

    def _take_up(self) -> None:
        """Go on where the file ends; of a damaged one that may fail anyhow."""
        self._names: dict[int, str] = dict(self._db.execute("SELECT id, name FROM point"))
        self._new: set[int] = set()
        self._numbers = Numbers({name: point for point, name in self._names.items()})
        self._pile = unsorted(self._db, self._names)
        self._sorting: Sorting | None = None
        self.piles: Sequence[Pile] = (self._pile,)
        self._calls = 0
        [last] = self._db.execute(
            "SELECT number, total, weight FROM kept UNION ALL SELECT number, total, weight FROM"
            " batch ORDER BY number DESC LIMIT 1"
        )
        self.number, self.total, self._weight = map(int, last)
        self._places = Places(self._db)
        self._forgetting = Forgetting(self._db, self._numbers, self._places, self._is_unsorted)

    def close(self) -> None:
        """Release the file."""
        release(self._db)

    @property
    def since(self) -> int:
        """From when on no reading has been forgotten."""
        return self._forgetting.since[RAW]

    @property
    def places(self) -> Mapping[str, Place]:
        """How far each follower is."""
        return self._places.of

    def follow(self, names: Iterable[str], lost: Mapping[str, int] = MappingProxyType({})) -> None:
        """Have these followers alone; a new one begins now, with so many lost before."""
        with whole(self._db):
            self._places.agree(names, self.number, self.total, lost)
        self._places.reload()

    def keep(self, keeping: Keeping) -> None:
        """Have this share of the disk, and these ages."""
        self._forgetting.keep(keeping)
        self.keeping = keeping

    def write(self, readings: Sequence[Readings], number: int = 0) -> None:
        """Keep these, all or none, with what followers are done with; `number` is the least."""
        done = self._places.unsettled()
        if not readings and not done:
            return
        rows = Columns()
        rows.add(readings)
        with whole(self._db):
            self._places.settle(done)
            known = self._numbers.shapes
            new, shapes = self._number([each for each in rows.shapes if each not in known])
            ids = ChainMap(shapes, known)
            together = [ids[shape] for shape in rows.shapes]
            body = rows.packed(together) if readings else b""
            batch = self._batch(max(number, self.number + 1), len(rows), body) if body else None
        self._numbers.learn(new, shapes)
        self._new.update(point for point in new.values() if point not in self._names)
        self._names.update((point, name) for name, point in new.items())
        if batch is not None:
            self.number, self.total, self._weight = batch
            self._pile.add(body, len(rows), together)
        if done:
            self._places.reload()

    def tidy(self, now: int) -> None:
        """Sort what has come, and forget what is old, a little at a time; asked each second."""
        self._calls += 1
        waiting, due = self._pile.count, self._calls % SORT_EVERY == 0
        if self._sorting is not None or waiting >= self._many or (waiting and due):
            self._sort()
        while self._sorting is not None and self._pile.count > min(self._sorting.done, self._many):
            self._sort()  # more comes than that: what is in memory must not grow for ever
        self._forgetting.tidy(now)

    def sort(self) -> None:
        """Sort everything at once."""
        while self._sorting is not None or self._pile.count:
            self._sort()

    def make_room(self, now: int) -> None:
        """The file is full: forget something at once."""
        self._forgetting.make_room(now)

    @property
    def _many(self) -> int:
        """Rows of the pile from which on it is sorted."""
        return max(SORT_ROWS, min(SORT_OF_EACH * len(self._pile.points), MOST_ROWS))

    def _batch(self, number: int, count: int, body: bytes) -> tuple[int, int, int]:
        batch = (number, self.total + count, self._weight + len(body))
        number, total, weight = batch
        self._db.execute(
            "INSERT INTO batch (number, count, total, weight, body) VALUES (?,?,?,?,?)",
            (number, count, total, weight, body),
        )
        return batch

    def _number(self, shapes: Sequence[Shape]) -> tuple[dict[str, int], dict[Shape, list[int]]]:
        """Within a transaction, give points a number that have none: of these, and of shapes."""
        names = dict.fromkeys(chain.from_iterable(shapes))
        known = self._numbers.ids
        new = {name: self._insert(name) for name in names if name not in known}
        ids = known | new if new else known
        return new, {shape: [ids[point] for point in shape] for shape in shapes}

    def _insert(self, name: str) -> int:
        told = name.encode(errors="replace").decode()
        self._db.execute("INSERT OR IGNORE INTO point (name) VALUES (?)", (told,))
        [(point,)] = self._db.execute("SELECT id FROM point WHERE name = ?", (told,))
        return int(point)

    def _is_unsorted(self, name: str) -> bool:
        return any(name in pile for pile in self.piles)

    def _sort(self) -> None:
        """Sort the next part of what was there when this was begun."""
        if self._sorting is None:
            through = (self.number, self.total, self._weight)
            points = Points(self._numbers.ids, self._courses, self._new)
            self._sorting = Sorting(self._db, self._pile, points, through)
            self._pile = Pile(self._names)
            self.piles = (self._sorting.pile, self._pile)
        if self._sorting.step(self.since):
            self._sorting = None
            self.piles = (self._pile,)


def unsorted(db: apsw.Connection, names: Mapping[int, str]) -> Pile:
    """Return what a file holds that is not sorted yet; `UnknownFile` for one that is damaged."""
    pile = Pile(names)
    for (body,) in db.execute(_UNSORTED):
        came = opened(body)
        pile.add(body, len(Columns.of(came, names)), came.shapes)
    return pile
