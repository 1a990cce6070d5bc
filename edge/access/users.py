"""People who may log in: added, changed, removed; never without an admin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from edge.access.columns import buildings_in, buildings_out, instant_in, instant_out
from edge.access.database import Cell, Statement
from edge.access.names import name_meant, name_of, scope_of
from edge.access.password_rules import weakness
from edge.access.passwords import Passwords
from edge.access.records import Account, PageLanguage
from edge.access.refused import Refused
from edge.access.roles import Role
from edge.access.sessions import Sessions
from edge.access.store import Store
from edge.access.tries import Tries
from edge.model import Text

MOST: Final = 500
"""Accounts of one site; more are a directory, and this is none."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An account with what is kept of its password."""

    account: Account
    password: str = field(repr=False)


class Users:
    """Accounts; a change of what one may do, or of its password, ends its sessions at once."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        passwords: Passwords,
        sessions: Sessions,
        tries: Tries,
    ) -> None:
        self._store = store
        self._now = now
        self._passwords = passwords
        self._sessions = sessions
        self._tries = tries
        rows = store.rows(
            "SELECT name, role, buildings, language, created_at, last_login, disabled, password"
            " FROM account"
        )
        self._all: Mapping[str, Kept] = {row[0]: _kept(row) for row in rows}

    @property
    def enrolled(self) -> bool:
        """Whether there is an admin who may log in."""
        return _has_admin(self._all)

    async def all(self) -> Sequence[Account]:
        """Return every account, by name."""
        return sorted((kept.account for kept in self._all.values()), key=lambda each: each.name)

    def get(self, name: str) -> Kept | None:
        """Return an account as it is now, whatever way its name is typed."""
        return self._all.get(name_meant(name))

    async def add(
        self, name: str, password: str, role: Role, buildings: frozenset[str] = frozenset()
    ) -> Account:
        """Add an account; `Refused` says in words why not."""
        account = Account(
            name=name_of(name),
            role=role,
            buildings=scope_of(role, buildings),
            created_at=self._now(),
        )
        must_be_good(account.name, password)
        hashed = await self._passwords.hashed(password)

        def work() -> Account:
            if account.name in self._all:
                what = f"账号“{account.name}”已存在", f"there is an account {account.name} already"
                raise Refused(Text(*what))
            if len(self._all) >= MOST:
                raise Refused(Text(f"最多 {MOST} 个账号", f"at most {MOST} accounts"))
            return self._put(Kept(account, hashed))

        return await self._store.change(work)

    async def change(
        self,
        name: str,
        *,
        role: Role | None = None,
        buildings: frozenset[str] | None = None,
        disabled: bool | None = None,
        language: PageLanguage | None = None,
    ) -> Account:
        """Change what is given; `Refused` says in words why not."""

        def work() -> Account:
            before = self._must_have(name)
            wanted = replace(
                before.account,
                role=before.account.role if role is None else role,
                buildings=before.account.buildings if buildings is None else buildings,
                disabled=before.account.disabled if disabled is None else disabled,
                language=before.account.language if language is None else language,
            )
            scope_of(wanted.role, wanted.buildings)
            after = Kept(wanted, before.password)
            self._must_keep_admin({**self._all, wanted.name: after})
            return self._put(after)

        return await self._store.change(work)

    async def set_password(self, name: str, password: str) -> None:
        """Give it another password; who is logged in with the old one is so no longer."""
        must_be_good(self._must_have(name).account.name, password)
        hashed = await self._passwords.hashed(password)
        await self._store.change(lambda: self._put(replace(self._must_have(name), password=hashed)))

    async def remove(self, name: str) -> None:
        """Remove an account; what it did stays in the audit log."""

        def work() -> None:
            gone = self._must_have(name).account.name
            left = {each: kept for each, kept in self._all.items() if each != gone}
            self._must_keep_admin(left)
            ending, end = self._sessions.ending(gone)
            self._store.write(ending, ("DELETE FROM account WHERE name = ?", (gone,)))
            self._all = left
            end()
            self._tries.forget(gone)

        await self._store.change(work)

    def enrol(self, name: str, hashed: str, now: datetime) -> Account:
        """Make an admin, or give one a new password, and use up the code; in the thread."""
        before = self._all.get(name)
        account = Account(name=name, role="admin", created_at=now)
        if before is not None:
            account = replace(before.account, disabled=False)
        if account.role != "admin":
            what = Text(
                "这个名称的账号不是管理员，换一个名称",
                "the account of this name is no admin's; choose another name",
            )
            raise Refused(what)
        account = replace(account, last_login=now)
        return self._put(Kept(account, hashed), ("DELETE FROM code", ()))

    def logged_in(self, kept: Kept, now: datetime) -> Account:
        """Note it, and a password that was hashed anew, which ends nothing; in the thread."""
        after = Kept(replace(kept.account, last_login=now), kept.password)
        self._store.write(_statement(after))
        self._all = {**self._all, after.account.name: after}
        return after.account

    def _must_have(self, name: str) -> Kept:
        kept = self.get(name)
        if kept is None:
            raise Refused(Text("没有这个账号", "there is no such account"))
        return kept

    def _must_keep_admin(self, after: Mapping[str, Kept]) -> None:
        if self.enrolled and not _has_admin(after):
            raise Refused(
                Text(
                    "这是最后一个管理员；先添加另一个",
                    "this is the last admin; add another one first",
                )
            )

    def _put(self, after: Kept, *more: Statement) -> Account:
        """Write it, and end its sessions where they would be of another; in the thread."""
        name = after.account.name
        before = self._all.get(name)
        ending, end = self._sessions.ending(name)
        ends = before is not None and _differ(before, after)
        self._store.write(*more, *([ending] if ends else []), _statement(after))
        self._all = {**self._all, name: after}
        if ends:
            end()
        return after.account


def must_be_good(name: str, password: str) -> str:
    """Return the account's name; `Refused` when the password is a weak one for it."""
    if wrong := weakness(name, password):
        raise Refused(wrong)
    return name


def _has_admin(accounts: Mapping[str, Kept]) -> bool:
    every = (kept.account for kept in accounts.values())
    return any(each.role == "admin" and not each.disabled for each in every)


def _differ(before: Kept, after: Kept) -> bool:
    """Whether a session that was opened before would be wrong after."""
    one, other = before.account, after.account
    return before.password != after.password or (one.role, one.buildings, one.disabled) != (
        other.role,
        other.buildings,
        other.disabled,
    )


def _kept(row: tuple[Any, ...]) -> Kept:
    name, role, buildings, language, created_at, last_login, disabled, password = row
    account = Account(
        name=name,
        role=role,
        buildings=buildings_in(buildings),
        language=language,
        created_at=datetime.fromisoformat(created_at),
        last_login=instant_in(last_login),
        disabled=bool(disabled),
    )
    return Kept(account, password)


def _statement(kept: Kept) -> Statement:
    account = kept.account
    cells: tuple[Cell, ...] = (
        account.name,
        account.role,
        buildings_out(account.buildings),
        account.language,
        account.created_at.isoformat(),
        instant_out(account.last_login),
        int(account.disabled),
        kept.password,
    )
    return _UPSERT, cells


_UPSERT: Final = (
    "INSERT INTO account (name, role, buildings, language, created_at, last_login, disabled,"
    " password) VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (name) DO UPDATE SET"
    " role = excluded.role, buildings = excluded.buildings, language = excluded.language,"
    " last_login = excluded.last_login, disabled = excluded.disabled, password = excluded.password"
)
