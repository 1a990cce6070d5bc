"""Passwords: long, not the first that anybody would try, hashed a few at a time."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from edge.access import passwords
from edge.access.accounts import Accounts
from edge.access.commonest import COMMONEST
from edge.access.password_rules import LONGEST, SHORTEST, normal, weakness
from edge.access.passwords import AT_ONCE, MOST_WAITING, STRONG, Cost, Passwords
from tests.fakes.access import CHEAP, HOME, PASSWORD, TurnedClock, at_the_door, refusal
from tests.fakes.time import run


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "zkqvmwtprh",
        "七号楼电梯机房的钥匙在门后",
        "aaaa bbbb cccc dddd",
        "technician likes mapo tofu",
        "x" * 40 + "abc",
        "🔑 under the mat",
    ],
)
def test_a_long_password_is_taken_whatever_is_in_it(password: str) -> None:
    """No digit, no capital, no sign is asked for; Chinese and blanks are as good as letters."""
    assert weakness("technician", password) is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "too short"),
        ("zkqvmwtpr", "too short"),
        ("七号楼电梯", "too short"),
        ("x" * 129, "too long"),
        ("technician", "account's name"),
        ("Technician1", "account's name"),
        ("technician-technician", "account's name"),
        ("1234567890", "first"),
        ("１２３４５６７８９０", "first"),
        ("Password123", "first"),
        ("Password123!", "first"),
        ("WoAiNi1314520", "first"),
        ("1111111111", "first"),
        ("1212121212121212", "first"),
        ("Admin@1234", "first"),
    ],
)
def test_a_weak_password_is_refused_in_words(password: str, words: str) -> None:
    """Each with its reason, in both languages."""
    wrong = weakness("technician", password)
    assert wrong is not None
    assert words in wrong.en
    assert "密码" in wrong.zh


def test_the_list_of_the_commonest_can_be_met() -> None:
    """Each stands there as passwords are compared, and would be taken but for the list."""
    for password in COMMONEST:
        assert normal(password).casefold() == password
        assert SHORTEST <= len(password) <= LONGEST
        assert len(set(password)) >= 4


def test_the_cost_is_not_below_what_is_asked_for() -> None:
    """OWASP's least is 19 MiB and two passes; the string that is kept says what was used."""
    assert STRONG.memory_kib >= 19 * 1024
    assert STRONG.passes >= 2

    async def main() -> str:
        real = Passwords()
        try:
            return await real.hashed(PASSWORD)
        finally:
            real.close()

    assert run(main()).startswith("$argon2id$v=19$m=65536,t=3,p=1$")


def test_a_password_fits_itself_alone() -> None:
    """Full-width letters are the letters; two accounts of one password look different."""

    async def main() -> None:
        cheap = Passwords(CHEAP)
        kept = await cheap.hashed(PASSWORD)
        assert kept != await cheap.hashed(PASSWORD)
        assert await cheap.fits(PASSWORD, kept)
        assert await cheap.fits("ｃorrect horse battery", kept)
        for other in ("", "Correct horse battery", PASSWORD + " ", PASSWORD * 100, "\ud800"):
            assert not await cheap.fits(other, kept)
        for damaged in ("", "x", kept[:-3], "$argon2id$v=19$m=8,t=1,p=1$x$y"):
            assert not await cheap.fits(PASSWORD, damaged)
        assert not cheap.outdated(kept)
        assert Passwords(STRONG).outdated(kept)
        cheap.close()

    run(main())


def test_few_are_hashed_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crowd takes neither all cores nor all memory from what watches the alarms."""
    guard, busy, most = threading.Lock(), [0], [0]
    both = threading.Barrier(AT_ONCE)
    real = passwords._hashed

    def watched(password: str, cost: Cost) -> str:
        with guard:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        both.wait(5)
        try:
            return real(password, cost)
        finally:
            with guard:
                busy[0] -= 1

    monkeypatch.setattr(passwords, "_hashed", watched)

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        crowd = (accounts.login(f"n{n}", PASSWORD, f"10.0.{n}.1") for n in range(4 * AT_ONCE))
        assert all(each.tried for each in await asyncio.gather(*map(refusal, crowd)))

    at_the_door(tmp_path, story)
    assert most == [AT_ONCE]


def test_a_crowd_too_big_is_told_to_come_again(tmp_path: Path) -> None:
    """Beyond a bound nobody waits in line, and nothing is counted against anybody."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await accounts.users.add("tech", PASSWORD, "technician")
        accounts._passwords._waiting = MOST_WAITING
        for _again in range(10):
            refused = await refusal(accounts.login("tech", PASSWORD, HOME))
            assert (refused.what.en, refused.tried) == ("too many log in at once; try again", False)
        accounts._passwords._waiting = 0
        await accounts.login("tech", PASSWORD, HOME)

    at_the_door(tmp_path, story)
