"""The door: who gets in with a password, a code, a cookie or a token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from edge.access.chance import code_meant, csrf_of, digest_of, new_code, same
from edge.access.names import name_meant, name_of
from edge.access.passwords import STRONG, Cost, Passwords
from edge.access.records import Account, Opened, SessionLine, TokenLine
from edge.access.refused import Refused
from edge.access.roles import Principal
from edge.access.sessions import Sessions
from edge.access.store import Store
from edge.access.tokens import Tokens
from edge.access.tries import Subjects, Tries
from edge.access.users import Users, must_be_good
from edge.model import Text

__all__ = ["Account", "Accounts", "Opened", "Refused", "SessionLine", "TokenLine", "csrf_of"]

CODE_LIVES: Final = timedelta(hours=24)
"""From the moment it is read off the console, over the way to the gateway, and a night between."""


class Accounts:
    """Everybody who may come in, kept in `access.db` in the store.

    Who comes in is looked up in memory. There is no account to begin with, and no default
    password: the first admin is made with a code that is read off the gateway's own console.
    Every change is on disk when it returns; `OSError` when the disk refuses, and then nothing
    has changed.
    """

    def __init__(self, store: Path, now: Callable[[], datetime], cost: Cost = STRONG) -> None:
        self._store = Store(store)
        self._now = now
        self._passwords = Passwords(cost)
        self._tries = Tries(self._store)
        self.sessions = Sessions(self._store, now)
        self.tokens = Tokens(self._store, now)
        self.users = Users(self._store, now, self._passwords, self.sessions, self._tries)

    @property
    def enrolled(self) -> bool:
        """Whether there is an admin who may log in."""
        return self.users.enrolled

    async def enrolment_code(self) -> str:
        """Return a code that makes one admin within a day; the one before is worth nothing."""
        code = new_code()
        cells = (digest_of(code_meant(code)), (self._now() + CODE_LIVES).isoformat())
        statement = ("INSERT OR REPLACE INTO code (one, digest, expires_at) VALUES (1,?,?)", cells)
        await self._store.change(lambda: self._store.write(statement))
        return code

    async def enrol(self, code: str, name: str, password: str, address: str) -> Opened:
        """Make an admin with a code, or give one a new password, and let them in."""
        now = self._now()
        name = must_be_good(name_of(name), password)
        digest = digest_of(code_meant(code))
        subjects = self._tries.subjects(address)

        def look() -> None:
            self._tries.begin(subjects, now)
            self._must_be_the_code(digest, subjects, now)

        def let_in() -> Opened:
            self._must_be_the_code(digest, subjects, now)
            account = self.users.enrol(name, hashed, now)
            self._tries.right(subjects, account.name, now)
            return self.sessions.open(account, address, now)

        self._passwords.must_have_room()
        await self._store.change(look)
        hashed = await self._passwords.hashed(password)
        return await self._store.change(let_in)

    async def must_be_the_code(self, code: str, address: str) -> None:
        """Refuse what is not the code of today; who has it may restore a backup, and it stays."""
        now, digest = self._now(), digest_of(code_meant(code))
        subjects = self._tries.subjects(address)

        def look() -> None:
            self._tries.begin(subjects, now)
            self._must_be_the_code(digest, subjects, now)
            self._tries.take_back(subjects)

        await self._store.change(look)

    async def login(self, name: str, password: str, address: str) -> Opened:
        """Let somebody in; `Refused` says in words why not, and how long to wait."""
        now = self._now()
        subjects = self._tries.subjects(address, name_meant(name))
        self._passwords.must_have_room()
        await self._store.change(lambda: self._tries.begin(subjects, now))
        kept = self.users.get(name)
        fits = await self._passwords.fits(password, kept.password if kept else None)
        if kept is None or not fits:
            wrong = Text("账号或密码不对", "the account or the password is wrong")
            raise Refused(wrong, self._tries.wait(subjects, now))
        if kept.account.disabled:
            raise Refused(Text("账号已停用，请找管理员", "the account is disabled; ask an admin"))
        hashed = kept.password
        if self._passwords.outdated(hashed):
            hashed = await self._passwords.hashed(password)

        def let_in() -> Opened:
            if self.users.get(name) != kept:
                raise Refused(
                    Text("账号刚刚有变，请再试", "the account has just changed; try again")
                )
            self._tries.right(subjects, kept.account.name, now)
            account = self.users.logged_in(replace(kept, password=hashed), now)
            return self.sessions.open(account, address, now)

        return await self._store.change(let_in)

    async def principal(self, secret: str) -> Principal | None:
        """Return whose cookie it is; none when nobody's, or no longer."""
        return self.sessions.find(secret)

    async def token(self, secret: str) -> Principal | None:
        """Return whose token it is; none when nobody's, or no longer."""
        return self.tokens.find(secret)

    async def log_out(self, session: str) -> None:
        """End a session."""
        await self.sessions.revoke(session)

    async def close(self) -> None:
        """Write what waits and release the file."""
        self._passwords.close()
        await self._store.close()

    def _must_be_the_code(self, digest: bytes, subjects: Subjects, now: datetime) -> None:
        """Refuse what is not the code of today; in the thread of the store."""
        for kept, expires_at in self._store.rows("SELECT digest, expires_at FROM code"):
            left = datetime.fromisoformat(expires_at) - now
            if same(kept, digest) and timedelta() < left <= CODE_LIVES:
                return
        raise Refused(
            Text(
                "注册码不对或已过期；在网关上执行 whistle enrol 可得新码",
                "the code is wrong or has expired; whistle enrol on the gateway gives a new one",
            ),
            self._tries.wait(subjects, now),
        )
