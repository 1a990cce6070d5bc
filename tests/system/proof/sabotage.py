"""Gateways that break the promise on purpose: whoever proves it must find each of them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import apsw

from cloud_bridge import journal_look, journal_schema
from cloud_bridge.journal import Journal
from cloud_bridge.progress import Progress
from edge.model import Kept


def early_answer() -> None:
    """Devices are answered when an event has been handed over, before it is on disk."""
    keep = Journal.keep

    async def kept(
        self: Journal,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        for confirm in then:
            confirm()
        await keep(self, events, states, ())

    Journal.keep = kept  # type: ignore[method-assign] # that is the sabotage


def puback_is_enough() -> None:
    """A delivery ends when the broker has it; nobody waits for the platform's receipt."""
    journals: list[Journal] = []
    make, taken = Journal.__init__, Progress.taken

    def made(self: Journal, *words: object, **more: object) -> None:
        make(self, *words, **more)  # type: ignore[arg-type] # passed on as they came
        journals.append(self)

    def took(self: Progress, uplink: str, numbers: Iterable[int], at: datetime) -> None:
        taken(self, uplink, numbers, at)
        journals[-1].settle(uplink, list(numbers))

    Journal.__init__ = made  # type: ignore[method-assign] # that is the sabotage
    Progress.taken = took  # type: ignore[method-assign] # that is the sabotage


def synchronous_normal() -> None:
    """The journal is synced now and then, when SQLite tidies up, and not before an answer."""
    really = journal_schema.open_journal

    def opened(path: Path) -> apsw.Connection:
        db = really(path)
        db.pragma("synchronous", "normal")
        return db

    journal_look.open_journal = opened  # type: ignore[attr-defined] # that is the sabotage


SABOTAGES: Final[Mapping[str, Callable[[], None]]] = {
    "early_answer": early_answer,
    "puback_is_enough": puback_is_enough,
    "synchronous_normal": synchronous_normal,
}
"""What is changed in the gateway, by name."""

FOUND_BY: Final[Mapping[str, Sequence[str]]] = {
    "early_answer": ("power_torn", "kill_at_write"),
    "puback_is_enough": ("platform_hung", "broker_restart", "platform_kill"),
    "synchronous_normal": ("power_cut",),
    "eatmydata": ("power_cut",),
}
"""The faults under which each is found out."""

WRAPPERS: Final[Mapping[str, Sequence[str]]] = {"eatmydata": ("eatmydata",)}
"""What the gateway is started by: here every sync says that it is done, and does nothing."""
