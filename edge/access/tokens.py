"""Programs that may ask: tokens made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from edge.access.chance import digest_of, new_id, new_token
from edge.access.columns import buildings_in, buildings_out, instant_in, instant_out
from edge.access.database import Cell
from edge.access.names import name_of, scope_of
from edge.access.records import TokenLine
from edge.access.refused import Refused
from edge.access.roles import Principal, Role
from edge.access.store import Store
from edge.model import Text

MOST: Final = 100
"""Programs that ask one gateway."""

WRITTEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is kept when a token was last used."""

_INSERT: Final = (
    "INSERT INTO token (digest, id, name, role, buildings, created_at, expires_at, last_used)"
    " VALUES (?,?,?,?,?,?,?,?)"
)


@dataclass(slots=True)
class _Token:
    line: TokenLine
    last_used: datetime | None
    principal: Principal


class Tokens:
    """What a request shows is looked up in memory; of a token only its SHA-256 is kept."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        rows = store.rows(
            "SELECT digest, id, name, role, buildings, created_at, expires_at, last_used FROM token"
        )
        self._all: Mapping[bytes, _Token] = {
            digest: _token(
                TokenLine(
                    id=id_,
                    name=name,
                    role=role,
                    buildings=buildings_in(buildings),
                    created_at=datetime.fromisoformat(created),
                    expires_at=instant_in(expires),
                    last_used=instant_in(used),
                )
            )
            for digest, id_, name, role, buildings, created, expires, used in rows
        }

    async def all(self) -> Sequence[TokenLine]:
        """Return those that are not revoked, by name; expired ones too."""
        lines = [replace(each.line, last_used=each.last_used) for each in self._all.values()]
        return sorted(lines, key=lambda line: line.name)

    async def make(
        self, name: str, role: Role, buildings: frozenset[str], lasts: timedelta | None
    ) -> tuple[TokenLine, str]:
        """Return a new token and its secret, which is shown once; `Refused` if it may not be."""
        now = self._now()
        secret = new_token()
        line = TokenLine(
            id=new_id(),
            name=name_of(name),
            role=role,
            buildings=scope_of(role, buildings),
            created_at=now,
            expires_at=None if lasts is None else now + lasts,
        )

        def work() -> None:
            if line.name in {each.line.name for each in self._all.values()}:
                what = Text(f"已有令牌“{line.name}”", f"there is a token {line.name} already")
                raise Refused(what)
            if len(self._all) >= MOST:
                what = Text(
                    f"最多 {MOST} 个令牌，先撤销不用的",
                    f"at most {MOST} tokens; revoke those that nobody uses",
                )
                raise Refused(what)
            self._store.write((_INSERT, _row(secret, line)))
            self._all = {**self._all, digest_of(secret): _token(line)}

        await self._store.change(work)
        return line, secret

    async def revoke(self, token: str) -> bool:
        """End it at once; return whether there was one."""

        def work() -> bool:
            left = {digest: each for digest, each in self._all.items() if each.line.id != token}
            self._store.write(("DELETE FROM token WHERE id = ?", (token,)))
            there_was_one = len(left) < len(self._all)
            self._all = left
            return there_was_one

        return await self._store.change(work)

    def find(self, secret: str) -> Principal | None:
        """Return whose token it is; none when nobody's, or no longer."""
        now = self._now()
        digest = digest_of(secret)
        found = self._all.get(digest)
        if found is None or (found.line.expires_at is not None and now >= found.line.expires_at):
            return None
        if found.last_used is None or abs(now - found.last_used) >= WRITTEN_EVERY:
            found.last_used = now
            sql = "UPDATE token SET last_used = ? WHERE digest = ?"
            self._store.later((sql, (now.isoformat(), digest)))
        return found.principal


def _token(line: TokenLine) -> _Token:
    principal = Principal(
        name=line.name, role=line.role, door="token", buildings=line.buildings, session=line.id
    )
    return _Token(line, line.last_used, principal)


def _row(secret: str, line: TokenLine) -> tuple[Cell, ...]:
    return (
        digest_of(secret),
        line.id,
        line.name,
        line.role,
        buildings_out(line.buildings),
        line.created_at.isoformat(),
        instant_out(line.expires_at),
        None,
    )
