"""The file `access.db`: SQLite in WAL mode with synchronous FULL; every call blocks."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import apsw

from edge.all_or_nothing import release
from edge.errors import ConfigError, Problem
from edge.model import Text
from edge.schema_steps import Newer, Step, readable, steps_in, take

FILE: Final = "access.db"

OWN_ONLY: Final = 0o600
"""Who may read it: the gateway's own user, and root."""

APPLICATION: Final = 0x57484143
"""The letters WHAC, as SQLite's application id."""

BUSY_MS: Final = 5_000
"""How long to wait for the other connection: accounts and the audit log have one each."""

Cell: TypeAlias = str | int | bytes | None
Statement: TypeAlias = tuple[str, Sequence[Cell]]
"""SQL, and what its question marks stand for."""


class Database:
    """One connection; `OSError` when the disk refuses, and then nothing has changed."""

    def __init__(self, store: Path) -> None:
        path = store / FILE
        try:
            store.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWN_ONLY))
            path.chmod(OWN_ONLY)
            self._db = apsw.Connection(str(path))
            self._db.set_busy_timeout(BUSY_MS)
            version = self._version(path)
            self._db.pragma("journal_mode", "wal")
            self._db.pragma("synchronous", "full")
            self._db.pragma("foreign_keys", "on")
            take(self._db, access_steps(), version)
        except (apsw.Error, OSError) as error:
            raise _unusable(
                path,
                Text(
                    f"账号库打不开，或已损坏（{error}）",
                    f"the accounts cannot be opened, or are damaged ({error})",
                ),
                Text(
                    "检查磁盘与权限；文件损坏时先移到安全处，不要删除",
                    "look at the disk and the permissions; move a damaged file to a safe place,"
                    " do not delete it",
                ),
            ) from error

    def rows(self, sql: str, *cells: Cell) -> list[tuple[Any, ...]]:
        """Return what a question finds."""
        try:
            return list(self._db.execute(sql, cells))
        except apsw.Error as error:
            raise _refusal(error) from error

    def write(self, *statements: Statement) -> None:
        """Write all of them in one transaction, or none."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for sql, cells in statements:
                self._db.execute(sql, cells)
            self._db.execute("COMMIT")
        except apsw.Error as error:
            if not self._db.get_autocommit():  # a full disk has rolled back by itself
                self._db.execute("ROLLBACK")
            raise _refusal(error) from error

    def close(self) -> None:
        """Release the file."""
        release(self._db)

    def _version(self, path: Path) -> int:
        """Return the schema's version, 0 for an empty file; `ConfigError` for what is not ours."""
        [(application,)] = self._db.execute("PRAGMA application_id")
        [(tables,)] = self._db.execute("SELECT count(*) FROM sqlite_master")
        if tables and application != APPLICATION:
            raise _unusable(
                path,
                Text(
                    "这是别的程序的数据库，不是账号库",
                    "this is another program's database, it holds no accounts of Whistle",
                ),
                Text(
                    "把它移走，或给网关另一个存储目录（gateway.store）",
                    "move it away, or give the gateway a store of its own (gateway.store)",
                ),
            )
        try:
            return readable(self._db, len(access_steps()))
        except Newer as newer:
            raise _unusable(
                path,
                Text(
                    f"账号库的结构是第 {newer.version} 版，本程序最多认识第 {newer.known} 版",
                    f"the accounts have schema {newer.version}, this version of Whistle knows"
                    f" {newer.known} at most",
                ),
                Text(
                    "安装写下它的那个版本，或更新的版本",
                    "install the version that wrote them, or a newer one",
                ),
            ) from newer


def access_steps() -> tuple[Step, ...]:
    """Return the steps of the schema of the accounts."""
    return steps_in("edge.access.schema")


def _refusal(error: apsw.Error) -> OSError:
    number = errno.ENOSPC if isinstance(error, apsw.FullError) else errno.EIO
    return OSError(number, str(error), FILE)


def _unusable(path: Path, what: Text, remedy: Text) -> ConfigError:
    problem = Problem(file=str(path), what=what, remedy=remedy)
    return ConfigError(f"{path}: {what.en}; {remedy.en}", (problem,))
