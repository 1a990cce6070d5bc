"""Failures: who guesses waits ever longer, who has work to do there does not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from edge.access import tries
from edge.access.accounts import Accounts
from edge.access.backoff import (
    FADES,
    FREE,
    LONGEST,
    Failures,
    left_of,
    one_more,
    place_of,
    wait_of,
)
from tests.fakes.access import (
    ELSEWHERE,
    HOME,
    PASSWORD,
    START,
    TurnedClock,
    admin,
    at_the_door,
    refusal,
)

WRONG = "a wrong long password"


def test_the_wait_doubles_from_the_fourth_failure_on() -> None:
    """1, 2, 4 … seconds, and never more than a quarter of an hour."""
    waits = []
    failures = None
    for _ in range(20):
        failures = one_more(failures, START)
        waits.append(wait_of(failures, START).total_seconds())
    assert waits[:8] == [0, 0, 0, 1, 2, 4, 8, 16]
    assert waits[12:] == [512] + [900] * 7


@given(st.lists(st.floats(0, 7_200), max_size=60))
def test_who_waits_as_long_as_told_is_let_try(pauses: list[float]) -> None:
    """Whatever the rhythm of failures: the wait is bounded, and over when it was said to be."""
    now, failures = START, None
    for pause in pauses:
        now += timedelta(seconds=pause)
        failures = one_more(failures, now)
        wait = wait_of(failures, now)
        assert timedelta() <= wait <= LONGEST
        assert wait_of(failures, now + wait) == timedelta()
        assert wait_of(failures, now + wait / 2) <= wait


@given(st.integers(1, 100), st.integers(-(10**7), 10**7))
def test_a_clock_that_is_set_keeps_nobody_out(count: int, seconds: int) -> None:
    """Back by months or forward: at most twice the longest wait, and all is forgiven in a day."""
    failures = None
    for _ in range(count):
        failures = one_more(failures, START)
    assert failures is not None
    after = START + timedelta(seconds=seconds)
    assert wait_of(failures, after) <= LONGEST
    assert wait_of(failures, after + 2 * LONGEST) <= LONGEST
    assert left_of(failures, START + 24 * FADES) == 0


def test_one_guess_an_hour_is_no_slip_for_ever() -> None:
    """At the longest wait the count does not fall while somebody goes on guessing."""
    failures = Failures(14, START)
    now = START
    for _ in range(100):
        now += LONGEST
        failures = one_more(failures, now)
    assert wait_of(failures, now) == LONGEST


async def _guess(accounts: Accounts, name: str, address: str, times: int = FREE + 1) -> None:
    for _ in range(times):
        await refusal(accounts.login(name, WRONG, address))


def test_an_account_waits_wherever_the_guesses_come_from(tmp_path: Path) -> None:
    """From four addresses: the fifth is told to wait, and the right password would not help."""

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        await accounts.users.add("tech", PASSWORD, "technician")
        for number in range(4):
            await _guess(accounts, "tech", f"10.0.0.{number}", 1)
        refused = await refusal(accounts.login("tech", PASSWORD, "10.0.0.99"))
        assert (refused.wait, refused.tried) == (timedelta(seconds=1), False)
        clock.turn(seconds=1)
        await accounts.login("tech", PASSWORD, "10.0.0.99")

    at_the_door(tmp_path, story)


def test_an_address_waits_whichever_account_is_guessed_at(tmp_path: Path) -> None:
    """One common password on many accounts: the address is told to wait, another one is not."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await accounts.users.add("tech", PASSWORD, "technician")
        for number in range(4):
            await _guess(accounts, f"guess{number}", ELSEWHERE, 1)
        assert not (await refusal(accounts.login("tech", PASSWORD, ELSEWHERE))).tried
        await accounts.login("tech", PASSWORD, HOME)

    at_the_door(tmp_path, story)


def test_the_owner_gets_in_where_they_work_while_somebody_guesses(tmp_path: Path) -> None:
    """A guesser elsewhere, who never stops, does not lock the technician out of the plant room."""

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        await accounts.users.add("tech", PASSWORD, "technician")
        await accounts.login("tech", PASSWORD, HOME)
        for _ in range(24):
            await _guess(accounts, "tech", ELSEWHERE, 1)
            clock.turn(minutes=15)
        await _guess(accounts, "tech", ELSEWHERE, 1)
        assert not (await refusal(accounts.login("tech", PASSWORD, "192.168.1.77"))).tried
        await accounts.login("tech", PASSWORD, HOME)

    at_the_door(tmp_path, story)


def test_a_success_clears_the_account_and_not_the_address(tmp_path: Path) -> None:
    """Slips are forgotten; who owns one account gets no free guesses at the others by it."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await accounts.users.add("tech", PASSWORD, "technician")
        await accounts.users.add("own", PASSWORD, "viewer")
        await _guess(accounts, "tech", HOME, 2)
        await accounts.login("tech", PASSWORD, HOME)
        assert tuple(accounts._tries._failures.values()) == (Failures(2, START),)
        for number in range(2):
            await _guess(accounts, f"other{number}", HOME, 1)
        assert not (await refusal(accounts.login("own", PASSWORD, HOME))).tried

    at_the_door(tmp_path, story)


def test_guesses_at_once_get_no_further_than_one_by_one(tmp_path: Path) -> None:
    """Sixty connections at the same moment are four tries."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await accounts.users.add("tech", PASSWORD, "technician")
        guesses = [accounts.login("tech", WRONG, ELSEWHERE) for _ in range(60)]
        refusals = await asyncio.gather(*map(refusal, guesses))
        assert sum(each.tried for each in refusals) == FREE + 1

    at_the_door(tmp_path, story)


def test_wrong_codes_count(tmp_path: Path) -> None:
    """The way in over a code is no way around the waiting."""

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        code = await accounts.enrolment_code()
        for _ in range(4):
            assert (await refusal(accounts.enrol("7" * 15, "me", PASSWORD, HOME))).tried
        refused = await refusal(accounts.enrol(code, "me", PASSWORD, HOME))
        assert (refused.tried, refused.wait) == (False, timedelta(seconds=1))
        clock.turn(seconds=1)
        await accounts.enrol(code, "me", PASSWORD, HOME)

    at_the_door(tmp_path, story)


def test_a_restart_forgets_no_failure(tmp_path: Path) -> None:
    """Pulling the plug gives no new tries, nor does it forget where somebody works."""
    clock = TurnedClock()

    async def before(accounts: Accounts, _: TurnedClock) -> None:
        await admin(accounts)
        await _guess(accounts, "chief", ELSEWHERE)

    at_the_door(tmp_path, before, clock)

    async def after(accounts: Accounts, _: TurnedClock) -> None:
        assert not (await refusal(accounts.login("chief", PASSWORD, ELSEWHERE))).tried
        assert not (await refusal(accounts.login("chief", PASSWORD, "192.168.1.77"))).tried
        await accounts.login("chief", PASSWORD, HOME)

    at_the_door(tmp_path, after, clock)


def test_the_tables_are_bounded(tmp_path: Path) -> None:
    """Names by the thousand: the oldest are forgotten, in memory and on disk."""

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        before = {bytes([*number.to_bytes(4, "big")]): Failures(1, START) for number in range(1999)}
        accounts._tries._failures = before
        for number in range(10):
            clock.turn(days=1)
            await _guess(accounts, f"guess{number}", HOME, 1)
        assert len(accounts._tries._failures) == tries.MOST
        assert next(iter(accounts._tries._failures)) == (10).to_bytes(4, "big")
        await admin(accounts)
        for number in range(15):
            await accounts.login("chief", PASSWORD, f"10.0.0.{number}")
        assert len(accounts._tries._known["chief"]) == tries.KNOWN
        count = "SELECT count(*) FROM known"
        rows = await accounts._store.change(lambda: accounts._store.rows(count))
        assert rows == [(tries.KNOWN,)]

    at_the_door(tmp_path, story)


def test_an_address_is_counted_with_its_network() -> None:
    """IPv6 gives everybody billions of addresses; IPv4 in IPv6 clothes is IPv4."""
    assert place_of("2001:db8:1:2:3:4:5:6") == place_of("2001:db8:1:2::1")
    assert place_of("2001:db8:1:2::1") != place_of("2001:db8:1:3::1")
    assert place_of("::ffff:10.0.0.1") == place_of("10.0.0.1") == "10.0.0.1"
    assert place_of("fe80::1%eth0") == place_of("fe80::2%wlan0")
    assert place_of("testclient") == "testclient"
    assert len(place_of("x" * 10_000)) <= 64
