"""A history's life under a disk that is watched, and what it has promised meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import apsw
import pytest

from edge.history import forgetting, history_file, schema
from edge.history.chunks import Chunks
from edge.history.history_file import HistoryFile
from edge.history.keeping import USUAL, Keeping
from edge.history.look import Look, looking
from edge.history.rolls import FOREVER, HOUR, MINUTE
from edge.history.rows import Row, micros, row_of
from edge.history.schema import DAMAGE, UnknownFile
from edge.model import Reading
from tests.fakes.history import rolled
from tests.fakes.power_cut import PowerCut, Refusal
from tests.fakes.power_cut_disk import chance_of
from tests.fakes.time import EPOCH

FILE: Final = "history.db"
POINTS: Final = 7
MORE: Final = "d/more"
"""What is read after a cut."""

FOLLOWERS: Final = ("near", "far")
REFUSALS: Final = (apsw.IOError, apsw.FullError)
SHORT: Final = Keeping(raw=timedelta(minutes=20), minutes=timedelta(hours=3))

_MINUTES: Final = """
SELECT at, count, last, mark, uncertain FROM minute WHERE point = ? AND at >= ?
"""


Named: TypeAlias = tuple[str, Row]
"""A reading as the file has it, and the name of its point."""


class Begun(NamedTuple):
    """These are being written: they may be there from now on."""

    rows: frozenset[Named]


class Written(NamedTuple):
    """`write` has returned: these are kept under this number."""

    number: int
    rows: tuple[Named, ...]


class Confirmed(NamedTuple):
    """A follower has said that it is done with all batches up to this one."""

    name: str
    number: int


class Story:
    """Some lives of one history; what is told in them, the disk notes."""

    def __init__(self, disk: PowerCut, folder: Path, seed: int, keeping: Keeping = USUAL) -> None:
        self._disk = disk
        self._chance = chance_of(seed)
        self._keeping = keeping
        self._second = 0
        self.folder = folder
        self.refused = 0

    def life(self, seconds: int = 25, refusal: Refusal | None = None) -> None:
        """Open it, write for so many seconds, have some of it confirmed, and close it.

        The disk refuses from when it is open.
        """
        file = HistoryFile(self.folder / FILE, self._now(), self._keeping)
        file.follow(FOLLOWERS)
        self._disk.refuse(refusal)
        for _ in range(seconds):
            self._second += self._chance.choice((1, 1, 20, 400))
            self._write(file)
            self._confirm(file)
            with suppress(*REFUSALS):
                file.tidy(self._now())
        self.refused = self._disk.refused
        self._disk.refuse(None)
        file.close()

    def _write(self, file: HistoryFile) -> None:
        readings = tuple(self._readings())
        if not readings:
            return
        rows = _named(readings)
        self._disk.tell(Begun(frozenset(rows)))
        while True:
            try:
                file.write(readings)
            except apsw.FullError:
                with suppress(*REFUSALS):
                    file.make_room(self._now())
            except apsw.IOError:
                continue
            else:
                self._disk.tell(Written(file.number, rows))
                return

    def _readings(self) -> Iterator[Reading]:
        for point in self._chance.sample(range(POINTS), self._chance.randrange(POINTS)):
            at = EPOCH + timedelta(seconds=self._second - self._chance.choice((0, 0, 0, 90)))
            value = self._chance.choice((self._second, self._second / 7, "text" * 9, True, None))
            yield Reading(point=f"d/{point}", value=value, at=at)

    def _confirm(self, file: HistoryFile) -> None:
        for name, often in (("near", 0.7), ("far", 0.1)):
            if self._chance.random() < often:
                number = self._chance.randint(file.places[name].number, file.number)
                self._disk.tell(Confirmed(name, number))
                file.places[name].done = max(file.places[name].done, number)

    def _now(self) -> int:
        return micros(EPOCH) + self._second * 10**6


@contextmanager
def busy() -> Iterator[None]:
    """Sort and forget after seconds, in small parts, so that a cut meets the middle of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history_file, "SORT_ROWS", 25)
        patch.setattr(history_file, "SORT_OF_EACH", 0)
        patch.setattr(forgetting, "LOOK_EVERY", 4)
        patch.setattr(forgetting, "FORGET_ROWS", 5)
        patch.setattr(forgetting, "FORGET_CHUNKS", 2)
        patch.setattr(forgetting, "FORGET_BATCHES", 3)
        yield


@contextmanager
def careless() -> Iterator[None]:
    """Have it written with `synchronous=NORMAL`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "PRAGMAS", {**schema.PRAGMAS, "synchronous": "normal"})
        yield


def broken_promises(folder: Path, told: Sequence[object]) -> list[str]:
    """Open what a cut has left, and return in words what is not as it was told; then go on."""
    path = folder / FILE
    try:
        file = HistoryFile(path, micros(EPOCH))
    except (apsw.Error, UnknownFile) as error:
        return [f"does not open: {error}"]
    try:
        sound = file._db.pragma("integrity_check")
        broken = [] if sound == "ok" else [f"damaged: {sound}"]
        with looking(path, (), file.piles) as look:
            broken += _broken(file, look, told)
        file.write([Reading(point=MORE, value=1, at=EPOCH)])
        file.sort()
        with looking(path, ()) as look:
            broken += _broken(file, look, told) + _wrong_minutes(file)
    except (*DAMAGE, UnknownFile) as error:
        return [f"cannot be read: {error}"]
    finally:
        file.close()
    return broken


def _broken(file: HistoryFile, look: Look, told: Sequence[object]) -> list[str]:
    kept = {
        (name, row) for name in look.names(("d/*",)) for row in look.rows(name, 0, FOREVER, 10**6)
    }
    there = {(name, row.at) for name, row in kept if name != MORE}
    written = {
        (name, row.at) for each in told if isinstance(each, Written) for name, row in each.rows
    }
    begun = frozenset[Named]().union(*(each.rows for each in told if isinstance(each, Begun)))
    found: Mapping[str, Collection[object]] = {
        "written is lost": {each for each in written - there if each[1] >= file.since},
        "never written": {each for each in kept - begun if each[0] != MORE},
    }
    broken = [f"{what}: {[*which][:3]}" for what, which in found.items() if which]
    return broken + [each for name in file.places for each in _skipped(file, look, name, told)]


def _skipped(file: HistoryFile, look: Look, name: str, told: Sequence[object]) -> Iterator[str]:
    """Whatever a follower has not confirmed comes, in order, and is what was written."""
    done = [each.number for each in told if isinstance(each, Confirmed) and each.name == name]
    place = file.places[name]
    written = {each.number: each.rows for each in told if isinstance(each, Written)}
    coming = {each.number: each.readings for each in look.batches(place.number, FOREVER)}
    if written and min(written) <= place.number and place.number > max(done, default=0):
        yield f"{name} is further than it has said: at {place.number}"
    if missing := [number for number in written if number > place.number and number not in coming]:
        yield f"{name} never gets: {missing}"
    both = written.keys() & coming.keys()
    if wrong := [number for number in both if written[number] != _named(coming[number])]:
        yield f"{name} gets what was not written: {wrong}"


def _named(readings: Sequence[Reading]) -> tuple[Named, ...]:
    return tuple((each.point, row_of(each)) for each in readings)


def _wrong_minutes(file: HistoryFile) -> list[str]:
    """Minutes are what their readings make, as far as no reading of their hour is forgotten."""
    whole = -(-file.since // HOUR) * HOUR + HOUR
    wrong = list[str]()
    for point, name in file._db.execute("SELECT id, name FROM point"):
        chunks = Chunks(file._db.execute)
        before, rows = chunks.last(point, whole - 1), [*chunks.rows(point, whole - 1, FOREVER)]
        due = {
            (each.at // MINUTE, each.kept, each.last, each.mark, each.uncertain)
            for each in rolled(rows, before, MINUTE)
        }
        if odd := due ^ set(file._db.execute(_MINUTES, (point, whole // MINUTE))):
            wrong.append(f"minutes of {name}: {sorted(map(str, odd))[:4]}")
    return wrong
