"""The file of the accounts: whose it is, which version, what a full disk leaves."""

from __future__ import annotations

import stat
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import apsw
import pytest
from structlog.testing import capture_logs

from edge.access.accounts import Accounts, Opened
from edge.access.database import FILE, Database
from edge.errors import ConfigError
from tests.fakes.access import HOME, PASSWORD, TurnedClock, admin, at_the_door

OTHER = "another long password"


def test_only_the_gateway_may_read_it(tmp_path: Path) -> None:
    """The file and what SQLite puts beside it, be it that it was made readable for others."""
    (tmp_path / FILE).touch(0o644)
    database = Database(tmp_path)
    database.write(("INSERT INTO audit VALUES ('head', 1, 'x')", ()))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    database.close()
    assert modes == dict.fromkeys((FILE, f"{FILE}-wal", f"{FILE}-shm"), 0o600)


def test_what_is_written_survives_a_power_cut(tmp_path: Path) -> None:
    """WAL with synchronous FULL, and rows that belong to nobody cannot be."""
    database = Database(tmp_path)
    asked = [database.rows(f"PRAGMA {each}") for each in ("journal_mode", "synchronous")]
    with pytest.raises(OSError, match="FOREIGN KEY"):
        database.write(("INSERT INTO known VALUES ('nobody', x'00', '')", ()))
    database.close()
    assert asked == [[("wal",)], [(2,)]]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("CREATE TABLE cat (name)", "another program's database"),
        ("CREATE TABLE cat (name); PRAGMA application_id = 1464355155", "another program's"),
        (
            "CREATE TABLE a (b); PRAGMA application_id = 1464353091; PRAGMA user_version = 99",
            "schema 99, this version of Whistle knows 1 at most",
        ),
    ],
)
def test_what_is_not_ours_is_left_alone(tmp_path: Path, made: str, words: str) -> None:
    """Another program's file, a journal, one of a newer version: told in words, not touched."""
    other = apsw.Connection(str(tmp_path / FILE))
    other.execute(made)
    other.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(ConfigError, match=words) as told:
        Database(tmp_path)
    assert told.value.problems[0].what.zh
    assert (tmp_path / FILE).read_bytes() == before


def test_a_damaged_file_is_told_in_words(tmp_path: Path) -> None:
    """Not deleted and not made anew: that would let in whoever can damage a file."""
    (tmp_path / FILE).write_bytes(b"this is no database at all" * 100)
    with pytest.raises(ConfigError, match="do not delete it"):
        Accounts(tmp_path, TurnedClock())
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    with pytest.raises(ConfigError, match=FILE):
        Accounts(tmp_path, TurnedClock())


def _fill(accounts: Accounts, pages: int) -> None:
    """Let the disk take no more, or take again."""
    accounts._store.rows(f"PRAGMA max_page_count = {pages}")


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.users.add("tech", PASSWORD, "technician", frozenset({"x" * 9_000})),
        lambda a: a.tokens.make("t", "viewer", frozenset({"x" * 9_000}), None),
        lambda a: a.users.change("tester", buildings=frozenset({"x" * 9_000})),
    ],
)
def test_a_full_disk_changes_nothing(
    tmp_path: Path, change: Callable[[Accounts], Awaitable[object]]
) -> None:
    """Who asked is told; in memory it is as on disk; the next change goes through."""

    async def story(accounts: Accounts, _: TurnedClock) -> None:
        opened = await admin(accounts)
        await accounts.users.add("tester", PASSWORD, "viewer")
        users, tokens = await accounts.users.all(), await accounts.tokens.all()
        await accounts._store.change(lambda: _fill(accounts, 1))
        with pytest.raises(OSError, match="full"):
            await change(accounts)
        assert (await accounts.users.all(), await accounts.tokens.all()) == (users, tokens)
        assert await accounts.principal(opened.secret) is not None
        await accounts._store.change(lambda: _fill(accounts, 100_000))
        await change(accounts)

    at_the_door(tmp_path, story)


def test_a_full_disk_keeps_nobody_out_who_is_in(tmp_path: Path) -> None:
    """When somebody was last seen cannot be written: that is logged, and the page goes on."""

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        opened = await admin(accounts)
        clock.turn(minutes=2)
        real = accounts._store._database
        accounts._store._database = _Refusing()  # type: ignore[assignment]
        assert await accounts.principal(opened.secret) is not None
        await accounts._store.change(lambda: None)
        accounts._store._database = real

    with capture_logs() as logs:
        at_the_door(tmp_path, story)
    assert [line["event"] for line in logs] == ["access.not_written"]


class _Refusing:
    def write(self, *_: object) -> None:
        """Refuse, as a full disk does."""
        raise OSError("full")


def test_neither_secret_nor_password_is_on_disk(tmp_path: Path) -> None:
    """Who has the disk has no password, code, cookie or token; not even one that was mistyped."""

    async def story(accounts: Accounts, clock: TurnedClock) -> list[str]:
        code = await accounts.enrolment_code()
        opened: Opened = await accounts.enrol(code, "chief", PASSWORD, HOME)
        unused = await accounts.enrolment_code()
        _, token = await accounts.tokens.make("bms", "viewer", frozenset(), timedelta(days=1))
        await accounts.users.set_password("chief", OTHER)
        again = await accounts.login("chief", OTHER, HOME)
        clock.turn(minutes=5)
        await accounts.principal(again.secret)
        await accounts.token(token)
        with pytest.raises(ValueError, match="wrong"):
            await accounts.login("hunter2hunter2", "hunter3hunter3", HOME)
        codes = [each.replace("-", cut) for each in (code, unused) for cut in ("", "-")]
        typed = ["hunter2hunter2", "hunter3hunter3", PASSWORD, OTHER]
        return [*typed, *codes, opened.secret, again.secret, token]

    secrets = at_the_door(tmp_path, story)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"chief" in kept
    assert [secret for secret in secrets if secret.encode() in kept] == []
