"""The journal's file as somebody who only looks sees it; every call blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cloud_bridge import journal_find
from cloud_bridge.journal_schema import open_journal
from edge.all_or_nothing import release
from edge.model import EventLine, EventQuery, Lane


@dataclass(frozen=True, slots=True)
class Stored:
    """One event as it is told to the platform."""

    number: int
    kind: str
    body: bytes


class JournalLook:
    """A connection of one's own: what it sees is what was kept when it asked."""

    def __init__(self, path: Path) -> None:
        self._db = open_journal(path)

    def close(self) -> None:
        """Release the file."""
        release(self._db)

    def states(self) -> dict[str, bytes]:
        """Return what rules and alarms have last kept, without touching anything."""
        return dict(self._db.execute("SELECT key, body FROM state"))

    def oldest(self, queues: Iterable[tuple[str, Lane]]) -> datetime | None:
        """Return when the oldest event happened that waits in one of these queues."""
        numbers = [
            number
            for queue in queues
            for (number,) in self._db.execute(
                "SELECT min(number) FROM delivery WHERE uplink = ? AND lane = ?", queue
            )
            if number is not None
        ]
        if not numbers:
            return None
        rows = list(self._db.execute("SELECT at FROM event WHERE number = ?", (min(numbers),)))
        return datetime.fromisoformat(rows[0][0]) if rows else None

    def after(self, uplink: str, lane: Lane, number: int, limit: int) -> list[Stored]:
        """Return the oldest events after a number that wait for this uplink's receipt."""
        rows = self._db.execute(
            "SELECT d.number, e.kind, e.body FROM delivery d JOIN event e ON e.number = d.number"
            " WHERE d.uplink = ? AND d.lane = ? AND d.number > ? ORDER BY d.number LIMIT ?",
            (uplink, lane, number, limit),
        )
        return [Stored(*row) for row in rows]

    def these(self, numbers: Sequence[int]) -> list[Stored]:
        """Return the events with these numbers."""
        marks = ",".join("?" * len(numbers))
        rows = self._db.execute(
            f"SELECT number, kind, body FROM event WHERE number IN ({marks}) ORDER BY number",  # noqa: S608 - marks only
            tuple(numbers),
        )
        return [Stored(*row) for row in rows]

    def find(self, query: EventQuery) -> list[EventLine]:
        """Return the events that somebody asks for, newest first."""
        return journal_find.find(self._db, query)

    def of_alarm(self, key: str, number: int) -> list[EventLine]:
        """Return all events of one occurrence of an alarm, oldest first."""
        return journal_find.of_alarm(self._db, key, number)

    def tell(self, last: int) -> Iterator[dict[str, object]]:
        """Yield the last events, oldest first, with who has not yet given a receipt."""
        rows = self._db.execute(
            "SELECT * FROM (SELECT number, at, kind, lane, subject,"
            " (SELECT group_concat(uplink) FROM delivery d WHERE d.number = e.number),"
            " (SELECT group_concat(uplink || ': ' || reason) FROM refused r"
            "  WHERE r.number = e.number)"
            " FROM event e ORDER BY number DESC LIMIT ?) ORDER BY number",
            (last,),
        )
        for number, at, kind, lane, subject, waiting, refused in rows:
            yield {
                "number": number,
                "at": at,
                "kind": kind,
                "lane": lane,
                "subject": subject,
                "waiting": waiting.split(",") if waiting else [],
                "refused": refused,
            }
