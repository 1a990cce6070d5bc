"""Browsers that are logged in: opened, found by their cookie, ended."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from edge.access.chance import digest_of, new_id, new_secret
from edge.access.columns import buildings_in
from edge.access.database import Statement
from edge.access.records import Account, Opened, SessionLine
from edge.access.roles import Principal, Role
from edge.access.store import Store

IDLE: Final = timedelta(hours=12)
"""A night shift; a browser left open in a plant room is closed by the next one."""

LONGEST: Final = timedelta(days=7)

WRITTEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is kept when somebody was last seen."""

MOST_OF_ONE: Final = 20
"""Sessions of one account; one more ends the one that was longest unseen."""

_INSERT: Final = (
    "INSERT INTO session (digest, id, account, created_at, last_seen, address) VALUES (?,?,?,?,?,?)"
)


@dataclass(slots=True, kw_only=True)
class _Session:
    id: str
    created_at: datetime
    last_seen: datetime
    written_at: datetime
    address: str
    principal: Principal

    def lives(self, now: datetime) -> bool:
        """Whether it has not timed out; a clock that was set back by a day ends it too."""
        return abs(now - self.created_at) < LONGEST and abs(now - self.last_seen) < IDLE

    @property
    def expires_at(self) -> datetime:
        """When it ends if nothing more is asked for."""
        return min(self.created_at + LONGEST, self.last_seen + IDLE)


class Sessions:
    """Opaque, revocable; what a request asks is answered from memory."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        rows = store.rows(
            "SELECT digest, id, account, role, buildings, s.created_at, last_seen, address"
            " FROM session s JOIN account ON name = account"
        )
        self._all: Mapping[bytes, _Session] = {row[0]: _kept(row) for row in rows}

    async def all(self, name: str = "") -> Sequence[SessionLine]:
        """Return those that have not timed out, latest seen first; of one account if named."""
        now = self._now()
        living = [
            SessionLine(
                id=each.id,
                account=each.principal.name,
                created_at=each.created_at,
                last_seen=each.last_seen,
                expires_at=each.expires_at,
                address=each.address,
            )
            for each in self._all.values()
            if each.lives(now) and name in {"", each.principal.name}
        ]
        return sorted(living, key=lambda line: line.last_seen, reverse=True)

    async def revoke(self, session: str) -> bool:
        """End it at once; return whether there was one."""

        def work() -> bool:
            gone = {digest for digest, each in self._all.items() if each.id == session}
            self._end(gone)
            return bool(gone)

        return await self._store.change(work)

    def find(self, secret: str) -> Principal | None:
        """Return whose cookie it is; none when nobody's, or no longer."""
        now = self._now()
        digest = digest_of(secret)
        found = self._all.get(digest)
        if found is None or not found.lives(now):
            return None
        found.last_seen = now
        if abs(now - found.written_at) >= WRITTEN_EVERY:
            found.written_at = now
            sql = "UPDATE session SET last_seen = ? WHERE digest = ?"
            self._store.later((sql, (now.isoformat(), digest)))
        return found.principal

    def open(self, account: Account, address: str, now: datetime) -> Opened:
        """Open one; in the thread of the store."""
        secret, id_ = new_secret(), new_id()
        opened = _Session(
            id=id_,
            created_at=now,
            last_seen=now,
            written_at=now,
            address=address,
            principal=_principal(account.name, account.role, account.buildings, id_),
        )
        timed_out = {digest for digest, each in self._all.items() if not each.lives(now)}
        mine = [
            digest
            for digest, each in sorted(self._all.items(), key=lambda item: item[1].last_seen)
            if each.principal.name == account.name and digest not in timed_out
        ]
        self._end(timed_out.union(mine[: max(0, len(mine) + 1 - MOST_OF_ONE)]))
        at = now.isoformat()
        cells = (digest_of(secret), id_, account.name, at, at, address)
        self._store.write((_INSERT, cells))
        self._all = {**self._all, digest_of(secret): opened}
        return Opened(secret=secret, principal=opened.principal, expires_at=opened.expires_at)

    def ending(self, account: str) -> tuple[Statement, Callable[[], None]]:
        """Return what ends all of an account on disk, and then in memory; in the thread."""

        def forget() -> None:
            self._all = {d: s for d, s in self._all.items() if s.principal.name != account}

        return ("DELETE FROM session WHERE account = ?", (account,)), forget

    def _end(self, digests: Collection[bytes]) -> None:
        self._store.write(*(("DELETE FROM session WHERE digest = ?", (d,)) for d in digests))
        self._all = {d: s for d, s in self._all.items() if d not in digests}


def _kept(row: tuple[Any, ...]) -> _Session:
    _, id_, account, role, buildings, created, seen, address = row
    last_seen = datetime.fromisoformat(seen)
    return _Session(
        id=id_,
        created_at=datetime.fromisoformat(created),
        last_seen=last_seen,
        written_at=last_seen,
        address=address,
        principal=_principal(account, role, buildings_in(buildings), id_),
    )


def _principal(account: str, role: Role, buildings: frozenset[str], session: str) -> Principal:
    return Principal(name=account, role=role, door="session", buildings=buildings, session=session)
