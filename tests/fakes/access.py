"""A gateway's accounts at little cost, with a clock that a test turns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from edge.access.accounts import Accounts, Opened, Refused
from edge.access.audit import Audit
from edge.access.passwords import Cost
from tests.fakes.time import run

T = TypeVar("T")

CHEAP: Final = Cost(memory_kib=8, passes=1)
START: Final = datetime(2026, 3, 1, 2, tzinfo=UTC)
PASSWORD: Final = "correct horse battery"  # noqa: S105 - what somebody types in a test
HOME, ELSEWHERE = "192.168.1.10", "192.168.1.66"


class TurnedClock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.at

    def turn(self, **by: float) -> None:
        """Move it, backwards too."""
        self.at += timedelta(**by)


Story: TypeAlias = Callable[[Accounts, TurnedClock], Awaitable[T]]
Noted: TypeAlias = Callable[[Audit], Awaitable[T]]


def at_the_door(store: Path, story: Story[T], clock: TurnedClock | None = None) -> T:
    """Tell a story with the accounts of a store, from opening it to closing it."""
    clock = clock or TurnedClock()
    accounts = Accounts(store, clock, CHEAP)

    async def told() -> T:
        try:
            return await story(accounts, clock)
        finally:
            await accounts.close()

    return run(told())


def in_the_book(store: Path, story: Noted[T], full: int = 1_000_000) -> T:
    """Tell a story with the audit log of a store."""

    async def told() -> T:
        audit = Audit(store, TurnedClock(), full)
        try:
            return await story(audit)
        finally:
            await audit.close()

    return run(told())


async def admin(accounts: Accounts, name: str = "chief") -> Opened:
    """Make an admin as the first one is made."""
    return await accounts.enrol(await accounts.enrolment_code(), name, PASSWORD, HOME)


async def refusal(doing: Awaitable[object]) -> Refused:
    """Return how it is refused."""
    try:
        await doing
    except Refused as refused:
        return refused
    raise AssertionError("it was not refused")
