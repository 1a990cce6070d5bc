"""The platform's store: one transaction makes of a message events, issues and notices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files

import apsw
import msgspec

from cloud_bridge.wire import IssueUpdate, Receipt, Status, encode_status, origin_of
from edge.driver import Now
from edge.model import IssueState
from simulators.platform import alarms
from simulators.platform.instants import instant, micros
from simulators.platform.intake import Arrived, Judged
from simulators.platform.issues import check_step

BUSY_MS = 5000
MOST_UNTOLD = 1000
"""Steps, one of each issue, that are sent again in one round."""


class Untold(msgspec.Struct, frozen=True):
    """A step of an issue of which its gateway has not said that it knows."""

    step: int
    site: str
    gateway: str
    update: IssueUpdate


class Store:
    """One SQLite file, used from one thread; what was receipted is synced to disk."""

    def __init__(self, path: str, now: Now) -> None:
        self._now = now
        self._db = apsw.Connection(path)
        self._db.set_busy_timeout(BUSY_MS)
        for _ in self._db.execute("PRAGMA journal_mode = WAL"):
            pass
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(files(__package__).joinpath("schema.sql").read_text("utf-8"))

    @property
    def connection(self) -> apsw.Connection:
        """For queries, on the same thread."""
        return self._db

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def keep(self, messages: Sequence[Judged]) -> list[Receipt]:
        """Store all messages in one transaction; return one receipt for each, to be sent now.

        An event that is stored already is counted as redelivered and receipted again.
        """
        first = self._scalar("SELECT coalesce(max(arrival), 0) + 1 FROM events")
        now = micros(self._now())
        with self._db:
            for message in messages:
                for arrived in message.taken:
                    self._keep_one(arrived, now)
                self._count("refused", len(message.refused))
        self._note_commit(first)
        return [
            Receipt(stored=tuple(one.event.id for one in message.taken), refused=message.refused)
            for message in messages
        ]

    def keep_status(self, status: Status) -> None:
        """Remember the latest status of a gateway; the next one comes in seconds."""
        row = (status.site, status.gateway, micros(self._now()), encode_status(status).decode())
        with self._unsynced():
            self._db.execute("INSERT OR REPLACE INTO gateways VALUES (?, ?, ?, ?)", row)

    def count_readings(self, readings: int) -> None:
        """Add to the number of readings that came."""
        with self._unsynced():
            self._count("readings", readings)

    def step_issue(self, site: str, issue: str, state: IssueState, by: str, party: str) -> None:
        """Take an issue a step on; `KeyError` when unknown, `WrongStep` when it may not."""
        now = micros(self._now())
        with self._db:
            row = self._db.execute(
                "SELECT state FROM issues WHERE site = ? AND id = ?", (site, issue)
            ).fetchone()
            if row is None:
                raise KeyError(issue)
            check_step(str(row[0]), state)
            self._db.execute(
                "UPDATE issues SET state = :state, responded_at = coalesce(responded_at, :now), "
                "closed_at = iif(:state IN ('resolved', 'rejected'), :now, NULL) "
                "WHERE site = :site AND id = :id",
                {"state": state, "now": now, "site": site, "id": issue},
            )
            self._db.execute(
                "INSERT INTO issue_steps (site, issue, state, by, party, at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (site, issue, state, by, party, now),
            )

    def publish_notice(self, site: str, notice: str) -> None:
        """Publish a draft; `KeyError` when there is no such draft."""
        with self._db:
            self._db.execute(
                "UPDATE notices SET state = 'published', published_at = ? "
                "WHERE site = ? AND id = ? AND state = 'draft'",
                (micros(self._now()), site, notice),
            )
            if self._db.changes() == 0:
                raise KeyError(notice)

    def untold(self) -> list[Untold]:
        """The oldest step of each issue that its gateway has not told back: one after the other."""
        rows = self._db.execute(
            "SELECT step, i.site, gateway, issue, alarm, s.state, by, party, at FROM issue_steps s "
            "JOIN issues i ON i.site = s.site AND i.id = s.issue WHERE told = 0 AND NOT EXISTS "
            "(SELECT 1 FROM issue_steps earlier WHERE earlier.site = s.site"
            " AND earlier.issue = s.issue AND earlier.told = 0 AND earlier.step < s.step)"
            " ORDER BY step LIMIT ?",
            (MOST_UNTOLD,),
        )
        return [
            Untold(
                int(step),
                str(site),
                str(gateway),
                msgspec.convert(
                    {"issue": issue, "alarm": alarm, "state": state, "by": by, "party": party}
                    | {"at": instant(int(at)), "step": str(step)},
                    IssueUpdate,
                ),
            )
            for step, site, gateway, issue, alarm, state, by, party, at in rows
        ]

    def _keep_one(self, arrived: Arrived, now: int) -> None:
        event = arrived.event
        site, gateway = origin_of(event)
        self._db.execute(
            "INSERT INTO events (id, site, gateway, number, type, lane, severity, subject, origin,"
            " trusted, time, committed_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (site, id) DO NOTHING",
            (
                *(event.id, site, gateway, int(event.sequence), event.type, event.lane.value),
                *(event.severity, event.subject, alarms.origin(event.data)),
                *(event.clock == "trusted", micros(event.time), now, arrived.body.decode()),
            ),
        )
        if self._db.changes() == 0:
            self._count("redelivered", 1)
            return
        self._count(event.type, 1)
        alarms.apply(self._db, event)

    def _note_commit(self, first: int) -> None:
        """Write down when the commit was through."""
        with self._unsynced():
            self._db.execute(
                "UPDATE events SET committed_at = ? WHERE arrival >= ?",
                (micros(self._now()), first),
            )

    @contextmanager
    def _unsynced(self) -> Iterator[None]:
        """A transaction of what nobody was promised: a power cut may take it."""
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._db:
                yield
        finally:
            self._db.execute("PRAGMA synchronous = FULL")

    def _count(self, name: str, n: int) -> None:
        if n:
            self._db.execute(
                "INSERT INTO counters VALUES (?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
                (name, n),
            )

    def _scalar(self, sql: str) -> int:
        row = self._db.execute(sql).fetchone()
        return int(row[0]) if row else 0
