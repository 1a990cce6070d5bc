"""Readings that gateways have sent, each once, in a file and on a thread of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

import apsw
import msgspec

from cloud_bridge.wire import Telemetry, readings_of
from edge.model import Quality, Reading
from simulators.platform.instants import instant, micros

MOST_READINGS: Final = 1_000_000
"""Of more the oldest that came are forgotten: some 100 MB, a day of a large demonstration."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS readings (
  arrival      INTEGER PRIMARY KEY,
  site         TEXT NOT NULL,
  gateway      TEXT NOT NULL,
  point        TEXT NOT NULL,
  at           INTEGER NOT NULL,
  value        BLOB NOT NULL,
  quality      TEXT NOT NULL,
  UNIQUE (site, gateway, point, at)
) STRICT;
"""
"""A reading is known by its gateway, its point and its instant; a value is JSON."""

T = TypeVar("T")


class Readings:
    """What came of the points of all gateways; events never wait for it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="platform-readings")
        self._db: apsw.Connection | None = None

    async def open(self) -> None:
        """Open the file."""
        self._db = await self._run(lambda: _opened(self._path))

    async def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            await self._run(self._db.close)
        self._thread.shutdown(wait=False)

    async def keep(self, telemetry: Telemetry) -> int:
        """Store what is new of a batch, safely; return how many readings that is.

        `WireError`: it can never be stored.
        """
        db = self._opened()
        return await self._run(lambda: _keep(db, telemetry))

    async def count(self) -> int:
        """How many there are, of all gateways."""
        db = self._opened()
        return await self._run(lambda: _count(db))

    async def of(self, site: str, gateway: str) -> list[Reading]:
        """Every reading of a gateway, in the order in which they came."""
        db = self._opened()
        return await self._run(lambda: _of(db, site, gateway))

    def _opened(self) -> apsw.Connection:
        if self._db is None:
            raise RuntimeError("the readings are not open")
        return self._db

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _opened(path: Path) -> apsw.Connection:
    db = apsw.Connection(str(path))
    for _ in db.execute("PRAGMA journal_mode = WAL"):
        pass
    db.execute("PRAGMA synchronous = FULL")
    db.execute(_SCHEMA)
    return db


def _keep(db: apsw.Connection, telemetry: Telemetry) -> int:
    rows = [
        (
            telemetry.site,
            telemetry.gateway,
            reading.point,
            micros(reading.at),
            msgspec.json.encode(reading.value),
            reading.quality.value,
        )
        for reading in readings_of(telemetry)
    ]
    with db:
        before = db.total_changes()
        db.executemany(
            "INSERT INTO readings (site, gateway, point, at, value, quality)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            rows,
        )
        new = db.total_changes() - before
        db.execute(
            "DELETE FROM readings WHERE arrival <= (SELECT max(arrival) FROM readings) - ?",
            (MOST_READINGS,),
        )
    return new


def _count(db: apsw.Connection) -> int:
    row = db.execute("SELECT count(*) FROM readings").fetchone()
    return int(row[0]) if row else 0


def _of(db: apsw.Connection, site: str, gateway: str) -> list[Reading]:
    rows = db.execute(
        "SELECT point, at, value, quality FROM readings WHERE site = ? AND gateway = ?"
        " ORDER BY arrival",
        (site, gateway),
    )
    return [
        Reading(
            point=str(point),
            at=instant(int(at)),
            value=msgspec.json.decode(bytes(value), type=bool | int | float | str | None),
            quality=Quality(str(quality)),
        )
        for point, at, value, quality in rows
    ]
