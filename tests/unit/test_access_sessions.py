"""Sessions and tokens: found without the disk, ended by time, by hand and by number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from edge.access import tokens
from edge.access.accounts import Accounts, Opened
from edge.access.chance import TOKEN_BEGINS
from edge.access.sessions import IDLE, LONGEST, MOST_OF_ONE
from tests.fakes.access import (
    ELSEWHERE,
    HOME,
    PASSWORD,
    TurnedClock,
    admin,
    at_the_door,
    refusal,
)

Turn = Callable[[TurnedClock], None]
WHOLE = frozenset[str]()


@pytest.mark.parametrize(
    ("turn", "lives"),
    [
        (lambda clock: clock.turn(hours=11, minutes=59), "yes"),
        (lambda clock: clock.turn(hours=12), "no"),
        (lambda clock: clock.turn(hours=-1), "yes"),
        (lambda clock: clock.turn(days=-300), "no"),
    ],
)
def test_an_unused_session_ends(tmp_path: Path, turn: Turn, lives: str) -> None:
    """After 12 hours; a clock that was set back by months does not keep one open for months."""

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        opened = await admin(accounts)
        turn(clock)
        assert (await accounts.principal(opened.secret) is not None) is (lives == "yes")
        assert (len(await accounts.sessions.all()) == 1) is (lives == "yes")

    at_the_door(tmp_path, story)


def test_a_session_ends_after_a_week_however_much_it_is_used(tmp_path: Path) -> None:
    """A browser in a control room that nobody ever closes asks for the password once a week."""

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        opened = await admin(accounts)
        assert opened.expires_at == clock.at + IDLE
        hours = 0
        while await accounts.principal(opened.secret) is not None:
            clock.turn(hours=1)
            hours += 1
        assert timedelta(hours=hours) == LONGEST

    at_the_door(tmp_path, story)


def test_a_request_asks_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests within a minute write nothing and read nothing; the next one writes once."""
    written: list[object] = []

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        opened = await admin(accounts)
        _, token = await accounts.tokens.make("dashboard", "viewer", WHOLE, None)
        await accounts.token(token)
        monkeypatch.setattr(accounts._store, "later", lambda *sql: written.append(sql))
        monkeypatch.setattr(accounts._store, "rows", None)
        monkeypatch.setattr(accounts._store, "change", None)
        for _ in range(1_000):
            clock.turn(seconds=0.05)
            assert await accounts.principal(opened.secret) is not None
            assert await accounts.token(token) is not None
        assert written == []
        clock.turn(seconds=10)
        for _ in range(100):
            await accounts.principal(opened.secret)
            await accounts.token(token)
        assert len(written) == 2
        monkeypatch.undo()

    at_the_door(tmp_path, story)


def test_when_somebody_was_last_seen_survives_a_restart(tmp_path: Path) -> None:
    """To the minute: so that an idle session is not brought to life by pulling the plug."""
    clock = TurnedClock()

    async def before(accounts: Accounts, _: TurnedClock) -> Opened:
        opened = await admin(accounts)
        clock.turn(hours=11)
        await accounts.principal(opened.secret)
        return opened

    opened = at_the_door(tmp_path, before, clock)
    seen = clock.at

    async def after(accounts: Accounts, _: TurnedClock) -> None:
        clock.turn(hours=11)
        [line] = await accounts.sessions.all()
        assert (line.last_seen, line.account, line.address) == (seen, "chief", HOME)
        assert line.expires_at == seen + IDLE
        assert line.id == opened.principal.session
        clock.turn(hours=1)
        assert await accounts.principal(opened.secret) is None

    at_the_door(tmp_path, after, clock)


def test_a_session_is_revoked_and_the_others_go_on(tmp_path: Path) -> None:
    """By its id, which opens nothing; log out is the same. A restart revives none of them."""

    async def story(accounts: Accounts, _: TurnedClock) -> tuple[Opened, Opened, Opened]:
        one = await admin(accounts)
        two = await accounts.login("chief", PASSWORD, ELSEWHERE)
        three = await accounts.login("chief", PASSWORD, ELSEWHERE)
        assert await accounts.principal(one.principal.session) is None
        assert await accounts.sessions.revoke(one.principal.session)
        assert not await accounts.sessions.revoke(one.principal.session)
        await accounts.log_out(two.principal.session)
        assert await accounts.principal(one.secret) is None
        assert await accounts.principal(two.secret) is None
        assert await accounts.principal(three.secret) is not None
        assert [line.id for line in await accounts.sessions.all("chief")] == [
            three.principal.session
        ]
        assert await accounts.sessions.all("nobody") == []
        return one, two, three

    opened = at_the_door(tmp_path, story)

    async def after(accounts: Accounts, _: TurnedClock) -> list[bool]:
        return [await accounts.principal(each.secret) is not None for each in opened]

    assert at_the_door(tmp_path, after) == [False, False, True]


def test_one_session_too_many_ends_the_longest_unseen(tmp_path: Path) -> None:
    """A program that logs in again and again fills nothing; the browser that is used stays."""

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        used = await admin(accounts)
        idle = await accounts.login("chief", PASSWORD, HOME)
        for _ in range(MOST_OF_ONE):
            clock.turn(seconds=1)
            await accounts.principal(used.secret)
            await accounts.login("chief", PASSWORD, HOME)
        assert len(await accounts.sessions.all()) == MOST_OF_ONE
        assert await accounts.principal(used.secret) is not None
        assert await accounts.principal(idle.secret) is None

    at_the_door(tmp_path, story)


def test_a_secret_is_told_to_one_only(tmp_path: Path) -> None:
    """No two are the same, and none shows when what was opened is printed."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        one = await admin(accounts)
        two = await accounts.login("chief", PASSWORD, HOME)
        assert one.secret != two.secret
        assert one.secret not in repr(one)
        assert await accounts.principal("") is None
        assert await accounts.principal(one.secret[:-1]) is None
        assert await accounts.principal("\ud800") is None

    at_the_door(tmp_path, story)


def test_a_token_opens_until_it_ends_or_is_revoked(tmp_path: Path) -> None:
    """With the rights that it was made with, over a restart; a session's secret is no token."""
    clock = TurnedClock()

    async def before(accounts: Accounts, _: TurnedClock) -> tuple[str, str, str]:
        session = (await admin(accounts)).secret
        for_ever, kept = await accounts.tokens.make("BMS", "viewer", frozenset({"2"}), None)
        assert (for_ever.name, for_ever.last_used, for_ever.expires_at) == ("bms", None, None)
        month, short = await accounts.tokens.make("month", "admin", WHOLE, timedelta(days=30))
        assert month.expires_at == clock.at + timedelta(days=30)
        assert kept.startswith(TOKEN_BEGINS)
        assert await accounts.token(session) is None
        assert await accounts.principal(kept) is None
        return kept, short, for_ever.id

    kept, short, identity = at_the_door(tmp_path, before, clock)

    async def after(accounts: Accounts, _: TurnedClock) -> None:
        clock.turn(days=29)
        who = await accounts.token(kept)
        assert who is not None
        assert (who.name, who.role, who.door) == ("bms", "viewer", "token")
        assert (who.buildings, who.session) == (frozenset({"2"}), identity)
        assert await accounts.token(short) is not None
        clock.turn(days=1)
        assert await accounts.token(short) is None
        line = (await accounts.tokens.all())[0]
        assert line.last_used == clock.at - timedelta(days=1)
        assert await accounts.tokens.revoke(identity)
        assert not await accounts.tokens.revoke(identity)
        assert await accounts.token(kept) is None

    at_the_door(tmp_path, after, clock)


def test_a_token_that_may_not_be_is_not_made(tmp_path: Path) -> None:
    """Two of one name, a bad name, an admin for one building, one more than there may be."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        await accounts.tokens.make("bms", "viewer", WHOLE, None)
        for name, role, where, words in (
            ("BMS", "viewer", WHOLE, "already"),
            ("a/b", "viewer", WHOLE, "a name begins"),
            ("part", "admin", frozenset({"1"}), "whole site"),
        ):
            making = accounts.tokens.make(name, role, where, None)  # type: ignore[arg-type]
            assert words in (await refusal(making)).what.en
        for number in range(1, tokens.MOST):
            await accounts.tokens.make(f"t{number}", "viewer", WHOLE, None)
        making = accounts.tokens.make("more", "viewer", WHOLE, None)
        assert "revoke" in (await refusal(making)).what.en
        assert len(await accounts.tokens.all()) == tokens.MOST

    at_the_door(tmp_path, story)
