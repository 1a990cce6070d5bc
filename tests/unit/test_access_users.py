"""Accounts: added, changed, removed; rights end at once, and there is always an admin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edge.access.accounts import Accounts
from edge.access.names import name_of
from edge.access.refused import Refused
from edge.access.users import MOST
from tests.fakes.access import (
    ELSEWHERE,
    HOME,
    PASSWORD,
    TurnedClock,
    admin,
    at_the_door,
    refusal,
)

OTHER = "another long password"


def test_an_account_logs_in_with_what_it_may(tmp_path: Path) -> None:
    """Role and buildings are those of the principal that comes of it."""

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        made = await accounts.users.add("Tech", PASSWORD, "technician", frozenset({"3"}))
        assert (made.name, made.created_at, made.disabled) == ("tech", clock.at, False)
        who = (await accounts.login("tech", PASSWORD, HOME)).principal
        assert (who.name, who.role, who.door) == ("tech", "technician", "session")
        assert who.buildings == {"3"}
        assert who.may("operate")
        assert not who.may("configure")

    at_the_door(tmp_path, story)


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (lambda a: a.users.change("tech", role="viewer"), "out"),
        (lambda a: a.users.change("tech", buildings=frozenset({"1"})), "out"),
        (lambda a: a.users.change("tech", disabled=True), "out"),
        (lambda a: a.users.set_password("tech", OTHER), "out"),
        (lambda a: a.users.remove("tech"), "out"),
        (lambda a: a.users.change("tech", language="zh"), "in"),
        (lambda a: a.users.change("tech", role="technician"), "in"),
        (lambda a: a.users.change("chief", language="en"), "in"),
    ],
)
def test_a_change_of_rights_ends_the_sessions_at_once(
    tmp_path: Path, change: Callable[[Accounts], Awaitable[object]], after: str
) -> None:
    """In memory and on disk; what changes no right leaves people where they are."""
    ends = after == "out"

    async def story(accounts: Accounts, _: TurnedClock) -> str:
        chief = await admin(accounts)
        await accounts.users.add("tech", PASSWORD, "technician")
        opened = await accounts.login("tech", PASSWORD, HOME)
        await change(accounts)
        assert (await accounts.principal(opened.secret) is None) is ends
        assert await accounts.principal(chief.secret) is not None
        return opened.secret

    secret = at_the_door(tmp_path, story)

    async def restarted(accounts: Accounts, _: TurnedClock) -> None:
        assert (await accounts.principal(secret) is None) is ends

    at_the_door(tmp_path, restarted)


@pytest.mark.parametrize(
    "change",
    [
        lambda users: users.remove("chief"),
        lambda users: users.change("chief", disabled=True),
        lambda users: users.change("chief", role="technician"),
        lambda users: users.change("CHIEF ", role="auditor"),
    ],
)
def test_the_last_admin_stays(
    tmp_path: Path, change: Callable[[object], Awaitable[object]]
) -> None:
    """Not removed, disabled or made less, be there a disabled one; with two it goes."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        opened = await admin(accounts)
        await accounts.users.add("second", PASSWORD, "admin")
        await accounts.users.change("second", disabled=True)
        assert "last admin" in (await refusal(change(accounts.users))).what.en
        assert await accounts.principal(opened.secret) is not None
        await accounts.users.change("second", disabled=False)
        await change(accounts.users)
        assert accounts.enrolled

    at_the_door(tmp_path, story)


def test_an_account_is_disabled_and_enabled(tmp_path: Path) -> None:
    """Somebody who comes back for a season keeps password and rights."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await accounts.users.add("tech", PASSWORD, "technician")
        await accounts.users.change("tech", disabled=True)
        await refusal(accounts.login("tech", PASSWORD, HOME))
        await accounts.users.change("tech", disabled=False)
        await accounts.login("tech", PASSWORD, HOME)

    at_the_door(tmp_path, story)


def test_what_is_refused_changes_nothing(tmp_path: Path) -> None:
    """A name that is taken, an unknown one, a weak password, an admin for one building only."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await admin(accounts)
        some = frozenset({"1"})
        for doing, words in (
            (accounts.users.add("Chief", PASSWORD, "viewer"), "already"),
            (accounts.users.add("x y", PASSWORD, "viewer"), "a name begins"),
            (accounts.users.add("weak", "short", "viewer"), "too short"),
            (accounts.users.add("part", PASSWORD, "auditor", some), "whole site"),
            (accounts.users.change("chief", buildings=some), "whole site"),
            (accounts.users.change("nobody", role="viewer"), "no such account"),
            (accounts.users.set_password("chief", "chiefchief"), "account's name"),
            (accounts.users.set_password("nobody", PASSWORD), "no such account"),
            (accounts.users.remove("nobody"), "no such account"),
        ):
            assert words in (await refusal(doing)).what.en
        [chief] = await accounts.users.all()
        assert (chief.name, chief.role, chief.buildings) == ("chief", "admin", frozenset())

    at_the_door(tmp_path, story)


def test_there_are_so_many_accounts_and_no_more(tmp_path: Path) -> None:
    """A script that runs wild fills no disk."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await admin(accounts)
        kept = accounts.users.get("chief")
        assert kept is not None
        accounts.users._all = {str(number): kept for number in range(MOST)}
        assert "at most" in (await refusal(accounts.users.add("more", PASSWORD, "viewer"))).what.en

    at_the_door(tmp_path, story)


def test_who_takes_up_an_old_name_begins_anew(tmp_path: Path) -> None:
    """Sessions and known places of the one who was removed are not those of the next."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await accounts.users.add("tech", PASSWORD, "technician")
        opened = await accounts.login("tech", PASSWORD, ELSEWHERE)
        await admin(accounts)
        await accounts.users.remove("tech")
        await accounts.users.add("tech", OTHER, "viewer")
        assert await accounts.principal(opened.secret) is None
        known = "SELECT 1 FROM known WHERE account = 'tech'"
        assert await accounts._store.change(lambda: accounts._store.rows(known)) == []
        assert "tech" not in accounts._tries._known

    at_the_door(tmp_path, story)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Wang", "wang"),
        (" wang.li ", "wang.li"),
        ("王师傅", "王师傅"),
        ("ｗａｎｇ", "wang"),
        ("a@b-c_d.1", "a@b-c_d.1"),
        ("", ""),
        ("..", ""),
        ("-x", ""),
        ("a/b", ""),
        ("a b", ""),
        ("a\x00", ""),
        ("x" * 41, ""),
        ("\ud800", ""),
    ],
)
def test_a_name_is_a_word_that_fits_into_an_address(typed: str, kept: str) -> None:
    """However it is typed it is one name; a slash, two dots or a blank make none."""
    try:
        name = name_of(typed)
    except Refused:
        name = ""
    assert name == kept
