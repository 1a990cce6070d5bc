"""Passwords as Argon2id, in threads of their own, a few at a time."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from edge.access.password_rules import LONGEST, normal
from edge.access.refused import Refused
from edge.model import Text

T = TypeVar("T")

AT_ONCE: Final = 2
"""Each takes a core for a fifth of a second, and its memory; the alarms want both too."""

MOST_WAITING: Final = 64
"""Six seconds of work; who comes then is told to come again."""

SALT_BYTES: Final = 16
HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one try costs whoever has stolen the disk, and the gateway too."""

    memory_kib: int
    passes: int


STRONG: Final = Cost(memory_kib=64 * 1024, passes=3)
"""RFC 9106's choice for machines with little memory, over one lane, since the other cores watch
alarms: more than OWASP asks for at least (19 MiB, 2 passes), 0.2 s on a small PC, under a second
on a small ARM board, 128 MiB while two people log in."""


class Passwords:
    """Hashes and compares; no account, a wrong one, and a right one take as long."""

    def __init__(self, cost: Cost = STRONG) -> None:
        self._cost = cost
        self._threads = ThreadPoolExecutor(AT_ONCE, "password")
        self._waiting = 0

    async def hashed(self, password: str) -> str:
        """Return what is kept of a password."""
        return await self._in_turn(lambda: _hashed(password, self._cost))

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the password that was kept; none is for an account that does not exist."""

        def compare() -> bool:
            if kept is None or len(normal(password)) > LONGEST:
                _hashed(password[:LONGEST], self._cost)
                return False
            try:
                Argon2id.verify_phc_encoded(_bytes(password), kept)
            except (InvalidKey, ValueError):
                return False
            return True

        return await self._in_turn(compare)

    def outdated(self, kept: str) -> bool:
        """Whether it was made at another cost, to be made anew once the password is known."""
        return f"$m={self._cost.memory_kib},t={self._cost.passes},p=1$" not in kept

    def must_have_room(self) -> None:
        """Refuse who comes while too many wait for their turn."""
        if self._waiting >= MOST_WAITING:
            raise Refused(
                Text("同时登录的人太多，请稍候再试", "too many log in at once; try again"),
                timedelta(seconds=1),
                tried=False,
            )

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _hashed(password: str, cost: Cost) -> str:
    kdf = Argon2id(
        salt=secrets.token_bytes(SALT_BYTES),
        length=HASH_BYTES,
        iterations=cost.passes,
        lanes=1,
        memory_cost=cost.memory_kib,
    )
    return kdf.derive_phc_encoded(_bytes(password))


def _bytes(password: str) -> bytes:
    return normal(password).encode(errors="surrogatepass")
