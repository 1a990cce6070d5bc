"""A journal's life under a disk that is watched, and what it has promised meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import apsw
import pytest

from cloud_bridge import journal, journal_file, journal_look, journal_room, journal_schema
from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal import Journal
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_row import row_of
from edge.errors import ConfigError
from edge.model import DeviceReported, Kept, Lane
from tests.fakes import time as virtual
from tests.fakes.power_cut import PowerCut, Refusal
from tests.fakes.power_cut_disk import chance_of
from tests.fakes.time import EPOCH

FILE: Final = "journal.db"
FIRST: Final = 1_767_225_600_000
EVENTS_KEPT: Final = 12
MORE: Final = "more"
"""What an event is about that was kept after a cut."""

LONGEST_S: Final = 600.0
"""Of virtual time, after which something waits for ever."""


class Handed(NamedTuple):
    """An event was handed over: it may be on disk from now on."""

    number: int


class Answered(NamedTuple):
    """Its device was told that these are kept."""

    numbers: tuple[int, ...]


class Receipted(NamedTuple):
    """The platform has said that it has it: it need not wait any more."""

    number: int


class Story:
    """Some lives of one journal; what is told in them, the disk notes."""

    def __init__(self, disk: PowerCut, folder: Path, seed: int) -> None:
        self._disk = disk
        self._chance = chance_of(seed)
        self.folder = folder
        self.unanswered: list[int] = []
        self.refused = 0

    def life(
        self, make: type[Journal] = Journal, rounds: int = 12, refusal: Refusal | None = None
    ) -> None:
        """Open it, hand over events in groups, settle some, and close it; return when all is kept.

        The disk refuses from when it is open.
        """
        kept = make(self.folder / FILE, ["up"], narrate, now=lambda: EPOCH)
        self._disk.refuse(refusal)
        virtual.run(self.live(kept, rounds))

    async def live(self, kept: Journal, rounds: int) -> None:
        """Hand over to a journal that is open, or will be; return when all is kept."""
        writing = asyncio.create_task(kept.run(), name="journal")
        async with asyncio.timeout(LONGEST_S):
            for _ in range(rounds):
                await self._round(kept)
            while self.unanswered:  # noqa: ASYNC110 - it is the disk that is waited for
                await asyncio.sleep(1)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        self.refused = self._disk.refused
        self._disk.refuse(None)
        await kept.close()

    async def _round(self, kept: Journal) -> None:
        chance = self._chance
        numbers = tuple(kept.next_number + n for n in range(chance.choice((1, 1, 2, 5))))
        kept.next_number += len(numbers)
        self.unanswered += numbers
        for number in numbers:
            self._disk.tell(Handed(number))
        lane = chance.choice((Lane.LIFE_SAFETY, Lane.INFO))
        states = {"last": b"%d" % numbers[-1]}
        await kept.keep(
            [event(n, lane) for n in numbers], states, [partial(self._answer, kept, numbers)]
        )
        if chance.random() < 0.15:
            await kept.set_uplinks(chance.choice((["up"], ["up", "two"])))
        if chance.random() < 0.6:
            await asyncio.sleep(chance.choice((0, 0.001, 2)))

    def _answer(self, kept: Journal, numbers: tuple[int, ...]) -> None:
        self._disk.tell(Answered(numbers))
        for number in numbers:
            self.unanswered.remove(number)
            fate = self._chance.random()
            if fate < 0.7:
                self._disk.tell(Receipted(number))
            if fate < 0.5:
                kept.settle("up", [number])
            elif fate < 0.7:
                kept.refuse("up", [(number, "because")], EPOCH)


def event(number: int, lane: Lane = Lane.INFO) -> Kept:
    """A numbered event of a fire panel, with an identity of its own."""
    told = DeviceReported(
        device="fire-1", what="test", frame="40", at=EPOCH, origin=f"o/{number}", lane=lane
    )
    return Kept(number=number, event=told, trusted_clock=True)


def narrate(kept: Kept) -> bytes:
    """A story of some length that no other event has."""
    return b"%d " % kept.number * chance_of(kept.number).randrange(1, 150)


@contextmanager
def short_memory() -> Iterator[None]:
    """Have little kept and pruned often, so that deleting is part of the story.

    A full disk makes nothing go: what does is another story. A new journal begins with one number
    each time, so that a seed tells the same story again.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_schema, "first_number", lambda: FIRST)
        patch.setattr(journal_file, "EVENTS_KEPT", EVENTS_KEPT)
        patch.setattr(journal, "PRUNE_EVERY", 8)
        patch.setattr(journal_file, "GIVEN_UP_AT_ONCE", 3)
        patch.setattr(journal_room, "PIECES", 0)
        yield


@contextmanager
def careless() -> Iterator[None]:
    """Have the journal written as the history may be: with `synchronous=NORMAL`."""
    real = journal_schema.open_journal

    def opened(path: Path) -> apsw.Connection:
        db = real(path)
        db.pragma("synchronous", "normal")
        return db

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_look, "open_journal", opened)
        yield


class Hasty(Journal):
    """Answers first and writes then: what must never be."""

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Call `then` at once."""
        for each in then:
            each()
        await super().keep(events, states, ())


def broken_promises(folder: Path, told: Sequence[object]) -> list[str]:
    """Open what a cut has left, and return in words what is not as it was told; then go on."""
    try:
        file = JournalFile(folder / FILE, uplinks=["up"], now=lambda: EPOCH)
    except ConfigError as error:
        return [f"does not open: {error}"]
    try:
        broken = _broken(file, told)
        file.commit([Change(events=[_one_more(file.standing().last_number + 1)])])
    except (apsw.Error, ConfigError) as error:
        return [f"cannot be read: {error}"]
    finally:
        file.close()
    return broken


def _broken(file: JournalFile, told: Sequence[object]) -> list[str]:
    db, handed = file._db, [each.number for each in told if isinstance(each, Handed)]
    answered = {n for each in told if isinstance(each, Answered) for n in each.numbers}
    receipted = {each.number for each in told if isinstance(each, Receipted)}
    sound = list(db.execute("PRAGMA integrity_check"))
    standing = file.standing()
    rows = dict(db.execute("SELECT number, body FROM event WHERE subject <> ?", (MORE,)))
    more = {n for (n,) in db.execute("SELECT number FROM event WHERE subject = ?", (MORE,))}
    waiting = {n for (n,) in db.execute("SELECT number FROM delivery")} - more
    refused = {n for (n,) in db.execute("SELECT number FROM refused")}
    origins = set(standing.origins)
    last = max(rows, default=0)
    old = {n for n in handed if n <= last - EVENTS_KEPT}
    found = {
        "damaged": sound != [("ok",)],
        "answered is lost": answered - rows.keys() - (receipted & old),
        "waits no more without a receipt": answered - receipted - waiting,
        "known to nobody": rows.keys() - set(handed),
        "delivered without an event": waiting - rows.keys(),
        "refused without a receipt": refused - receipted,
        "a gap": {n for n in handed if n <= last} - rows.keys() - old,
        "another body": [n for n, b in rows.items() if b != narrate(event(n))],
        "a number that may come twice": {n for n in answered if n > standing.last_number},
        "an origin is forgotten": {n for n in answered if f"o/{n}" not in origins},
        "a state of another time": _wrong_state(standing.states, rows),
    }
    return [f"{what}: {which}" for what, which in found.items() if which]


def _one_more(number: int) -> EventRow:
    """What the next life keeps first."""
    row = row_of(event(number), narrate)
    return replace(row, subject=MORE, origin="")


def _wrong_state(states: object, rows: dict[int, bytes]) -> bool:
    """States are those of the last event: they were handed over with it."""
    return states != ({"last": b"%d" % max(rows)} if rows else {})
