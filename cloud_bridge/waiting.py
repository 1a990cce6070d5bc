"""What is handed over and not on disk yet: bounded, whatever the disk does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from cloud_bridge.change import Change, EventRow, together
from cloud_bridge.journal_room import ORDER
from edge.model import Lane

MOST_WAITING: Final = 10_000
"""Events and hand-overs that may wait for the disk; when they are more, the pipeline waits too."""


ENOUGH: Final = MOST_WAITING // 4
"""Events that stay of the lanes that may go: then there is room for a while."""


class Waiting:
    """`room` is set while more may come; `weight` is how much waits, `due` whether it may not.

    A disk that is slow makes the pipeline wait. One that refuses must not: an alarm has to be
    raised and a gate opened though nothing can be written for days. `squeeze` makes room then.
    """

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self._taken = 0
        self.due = False
        self.weight = 0
        self.room = asyncio.Event()
        self.room.set()

    def __bool__(self) -> bool:
        return bool(self._changes)

    def add(self, change: Change) -> None:
        """It waits from now on, behind all others."""
        self._changes.append(change)
        self._weigh(self.weight + _weight(change))

    def hurry(self) -> None:
        """Nothing of this may wait for others to go with."""
        self.due = bool(self._changes)

    def take(self) -> tuple[Change, ...]:
        """Return what goes into the next transaction; it stays until `done`."""
        changes = together(self._changes)
        self._taken = len(changes)
        self.due = self.due and len(changes) < len(self._changes)
        return changes

    def done(self) -> None:
        """What was taken is on disk."""
        taken = self._changes[: self._taken]
        del self._changes[: self._taken]
        self._taken = 0
        self._weigh(self.weight - sum(map(_weight, taken)))

    def squeeze(self) -> list[EventRow]:
        """Make room, and return what is given up for it: the least urgent first, by their age.

        States are put together, of each the last. What was to be called when an event is on disk
        is called for none that goes: its device asks again. What is being written is left alone.
        """
        taken, rest = self._changes[: self._taken], self._changes[self._taken :]
        gone: list[EventRow] = []
        for lane in ORDER:
            too_much = sum(len(change.events) for change in rest) - ENOUGH
            if too_much > 0:
                rest = list(_without(rest, lane, too_much, gone))
        self._changes = [*taken, *map(_one, _groups(rest))]
        self._weigh(sum(map(_weight, self._changes)))
        return gone

    def _weigh(self, weight: int) -> None:
        self.weight = weight
        if weight < MOST_WAITING:
            self.room.set()
        else:
            self.room.clear()


def _weight(change: Change) -> int:
    return len(change.events) + 1


def _without(
    changes: Iterable[Change], lane: Lane, count: int, gone: list[EventRow]
) -> Iterator[Change]:
    """Yield the changes without so many events of a lane, which are added to `gone`."""
    for change in changes:
        go = [row for row in change.events if row.lane is lane][:count]
        count -= len(go)
        if go:
            gone += go
            kept = [row for row in change.events if row not in go]
            yield replace(change, events=kept, then=())
        else:
            yield change


def _groups(changes: Iterable[Change]) -> Iterator[Sequence[Change]]:
    """Yield what can become one change each: one with events, and what without any follows it."""
    group: list[Change] = []
    for change in changes:
        if group and (change.events or change.uplinks is not None or group[-1].uplinks is not None):
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _one(group: Sequence[Change]) -> Change:
    if len(group) == 1:
        return group[0]
    states: dict[str, bytes | None] = {}
    for change in group:
        states |= change.states
    return Change(
        events=[row for change in group for row in change.events],
        states=states,
        settled=list(chain.from_iterable(change.settled for change in group)),
        refused=list(chain.from_iterable(change.refused for change in group)),
        then=[then for change in group for then in change.then][-MOST_WAITING:],
    )
