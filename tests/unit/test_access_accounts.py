"""The door: a code makes the first admin, a password lets in, nothing says more than it must."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from edge.access import passwords
from edge.access.accounts import Accounts, Opened, Refused, csrf_of
from edge.access.passwords import Cost
from tests.fakes.access import (
    CHEAP,
    ELSEWHERE,
    HOME,
    PASSWORD,
    TurnedClock,
    admin,
    at_the_door,
    refusal,
)
from tests.fakes.time import run

OTHER = "another long password"


def test_there_is_no_account_to_begin_with(tmp_path: Path) -> None:
    """No default password: what others ship with is refused like anything else."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        assert not accounts.enrolled
        assert await accounts.users.all() == []
        for name, password in (("admin", "admin"), ("root", ""), ("", "")):
            assert "wrong" in (await refusal(accounts.login(name, password, HOME))).what.en

    at_the_door(tmp_path, story)


def test_a_code_makes_one_admin_and_lets_them_in(tmp_path: Path) -> None:
    """The session that follows is an admin's; the code is worth nothing the second time."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        code = await accounts.enrolment_code()
        opened = await accounts.enrol(code, "Chief", PASSWORD, HOME)
        assert accounts.enrolled
        assert (opened.principal.name, opened.principal.role) == ("chief", "admin")
        assert await accounts.principal(opened.secret) == opened.principal
        assert "wrong" in (await refusal(accounts.enrol(code, "thief", OTHER, HOME))).what.en
        assert [account.name for account in await accounts.users.all()] == ["chief"]

    at_the_door(tmp_path, story)


def test_a_code_is_read_as_people_type_it(tmp_path: Path) -> None:
    """Small letters, no dashes, O for 0 and l for 1: all of these are meant at night."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        code = await accounts.enrolment_code()
        assert len(code.replace("-", "")) * 5 >= 60
        assert not set("ILOU") & set(code)
        typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')}\t"
        await accounts.enrol(typed, "chief", PASSWORD, HOME)

    for attempt in range(5):
        at_the_door(tmp_path / str(attempt), story)


def test_a_code_ends_after_a_day_or_with_the_next(tmp_path: Path) -> None:
    """A slip of paper that was left lying about opens nothing."""

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        first = await accounts.enrolment_code()
        second = await accounts.enrolment_code()
        await refusal(accounts.enrol(first, "chief", PASSWORD, HOME))
        clock.turn(hours=24)
        await refusal(accounts.enrol(second, "chief", PASSWORD, HOME))
        clock.turn(days=-40)
        await refusal(accounts.enrol(second, "chief", PASSWORD, HOME))
        assert not accounts.enrolled

    at_the_door(tmp_path, story)


def test_of_two_at_once_with_one_code_one_gets_in(tmp_path: Path) -> None:
    """Single use holds while both passwords are being hashed."""

    async def story(accounts: Accounts, _: TurnedClock) -> tuple[object, ...]:
        code = await accounts.enrolment_code()
        return await asyncio.gather(
            accounts.enrol(code, "one", PASSWORD, HOME),
            accounts.enrol(code, "two", PASSWORD, ELSEWHERE),
            return_exceptions=True,
        )

    kinds = sorted(type(each).__name__ for each in at_the_door(tmp_path, story))
    assert kinds == ["Opened", "Refused"]


def test_a_weak_password_does_not_use_up_the_code(tmp_path: Path) -> None:
    """Who is told to choose another password types the same code again."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        code = await accounts.enrolment_code()
        for _again in range(5):
            refused = await refusal(accounts.enrol(code, "chief", "short", HOME))
            assert refused.wait is None
        await accounts.enrol(code, "chief", PASSWORD, HOME)

    at_the_door(tmp_path, story)


def test_a_code_is_the_way_back_in(tmp_path: Path) -> None:
    """A lost password: the code gives that admin another, ends old sessions, lifts a disabling."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        before = await admin(accounts)
        await accounts.users.add("second", PASSWORD, "admin")
        await accounts.users.change("chief", disabled=True)
        code = await accounts.enrolment_code()
        after = await accounts.enrol(code, "chief", OTHER, HOME)
        assert await accounts.principal(before.secret) is None
        assert await accounts.principal(after.secret) == after.principal
        await refusal(accounts.login("chief", PASSWORD, ELSEWHERE))
        await accounts.login("chief", OTHER, ELSEWHERE)

    at_the_door(tmp_path, story)


def test_a_code_does_not_raise_a_technician(tmp_path: Path) -> None:
    """A name that is taken by somebody who is no admin stays what it is."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await admin(accounts)
        await accounts.users.add("tech", PASSWORD, "technician")
        code = await accounts.enrolment_code()
        assert "no admin" in (await refusal(accounts.enrol(code, "tech", OTHER, HOME))).what.en
        assert (await accounts.login("tech", PASSWORD, HOME)).principal.role == "technician"
        await accounts.enrol(code, "second", OTHER, HOME)

    at_the_door(tmp_path, story)


def test_a_wrong_name_and_a_wrong_password_sound_the_same(tmp_path: Path) -> None:
    """Nobody learns which accounts there are; a disabled one says so to its owner alone."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await admin(accounts)
        await accounts.users.add("gone", PASSWORD, "viewer")
        await accounts.users.change("gone", disabled=True)
        tried = [("nobody", PASSWORD), ("chief", OTHER), ("gone", OTHER), ("x" * 300, "y" * 9_000)]
        said = {(await refusal(accounts.login(*pair, ELSEWHERE))).what.en for pair in tried[:3]}
        assert said == {"the account or the password is wrong"}
        assert "wrong" in (await refusal(accounts.login(*tried[3], "10.0.0.9"))).what.en
        assert "disabled" in (await refusal(accounts.login("gone", PASSWORD, HOME))).what.en

    at_the_door(tmp_path, story)


def test_an_unknown_name_costs_as_much_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time until the answer does not tell either: one hash at full cost, whoever asks."""
    hashed: list[Cost] = []
    real = passwords._hashed

    def spy(password: str, cost: Cost) -> str:
        hashed.append(cost)
        return real(password, cost)

    monkeypatch.setattr(passwords, "_hashed", spy)

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await refusal(accounts.login("nobody", PASSWORD, HOME))
        await refusal(accounts.login("nobody", "x" * 100_000, HOME))

    at_the_door(tmp_path, story)
    assert hashed == [CHEAP, CHEAP]


def test_what_was_opened_survives_a_restart(tmp_path: Path) -> None:
    """Accounts, sessions and the code are on disk when the call returns."""
    clock = TurnedClock()

    async def before(accounts: Accounts, _: TurnedClock) -> tuple[Opened, str]:
        opened = await admin(accounts)
        await accounts.users.add("tech", PASSWORD, "technician", frozenset({"3", "1"}))
        await accounts.users.change("tech", language="zh")
        return opened, await accounts.enrolment_code()

    opened, code = at_the_door(tmp_path, before, clock)

    async def after(accounts: Accounts, _: TurnedClock) -> None:
        assert accounts.enrolled
        assert await accounts.principal(opened.secret) == opened.principal
        tech = (await accounts.users.all())[1]
        assert (tech.name, tech.language) == ("tech", "zh")
        assert tech.buildings == {"1", "3"}
        assert tech.created_at == clock.at
        assert tech.last_login is None
        clock.turn(hours=1)
        await accounts.login("TECH", PASSWORD, HOME)
        assert (await accounts.users.all())[1].last_login == clock.at
        await accounts.enrol(code, "second", PASSWORD, HOME)

    at_the_door(tmp_path, after, clock)


def test_a_password_is_hashed_anew_when_the_cost_has_grown(tmp_path: Path) -> None:
    """An update that makes hashes stronger reaches everybody at the next login, ends nothing."""

    async def before(accounts: Accounts, _: TurnedClock) -> Opened:
        return await admin(accounts)

    opened = at_the_door(tmp_path, before)
    stronger = Accounts(tmp_path, TurnedClock(), Cost(memory_kib=16, passes=2))

    async def after() -> None:
        await stronger.login("chief", PASSWORD, HOME)
        kept = stronger.users.get("chief")
        assert kept is not None
        assert "$m=16,t=2,p=1$" in kept.password
        assert await stronger.principal(opened.secret) is not None
        await stronger.login("chief", PASSWORD, HOME)
        await stronger.close()

    run(after())


def test_a_login_that_is_cut_short_counts(tmp_path: Path) -> None:
    """Hanging up before the answer does not give a try for nothing."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await admin(accounts)
        for _again in range(4):
            task = asyncio.create_task(accounts.login("chief", OTHER, ELSEWHERE), name="guess")
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        refused = await refusal(accounts.login("chief", PASSWORD, ELSEWHERE))
        assert (refused.tried, refused.wait) == (False, timedelta(seconds=1))

    at_the_door(tmp_path, story)


def test_an_account_that_changes_meanwhile_does_not_let_in(tmp_path: Path) -> None:
    """Disabled while the password was being compared: no session comes of it."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await admin(accounts)
        await accounts.users.add("tech", PASSWORD, "technician")
        login = asyncio.create_task(accounts.login("tech", PASSWORD, HOME), name="login")
        changed = asyncio.create_task(accounts.users.change("tech", disabled=True), name="change")
        await changed
        with pytest.raises(Refused):
            await login
        assert await accounts.sessions.all("tech") == []

    at_the_door(tmp_path, story)


def test_a_form_brings_what_only_its_session_can_say() -> None:
    """The word against forgery differs by session, and does not give the cookie away."""
    assert csrf_of("one") != csrf_of("other")
    assert csrf_of("one") == csrf_of("one")
    assert "one" not in csrf_of("one")
