"""What is done to the journal's file while the gateway is down."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import apsw

from tests.source_tree import ROOT
from tests.system.proof import loop_disk
from tests.system.proof.schedule import Value
from tests.system.proof.stage import Stage

Words = Mapping[str, Value]

PAGE: Final = 4096
NEWER: Final = 999
SCHEMA: Final = ROOT / "cloud_bridge" / "schema"


async def damage_page(stage: Stage, words: Words) -> None:
    """Some pages in the middle of the file are noise."""
    del words
    await _down(stage, _noise)


async def cut_log(stage: Stage, words: Words) -> None:
    """The second half of the write-ahead log is not there."""
    del words
    await _down(stage, _half)


async def make_newer(stage: Stage, words: Words) -> None:
    """A newer version has written the journal, and this one is started over it."""
    del words
    await _down(stage, lambda journal: _version(journal, journal.with_suffix(".version"), NEWER))


async def make_older(stage: Stage, words: Words) -> None:
    """The newer version is installed."""
    del words
    await _down(stage, lambda journal: _version(journal, journal.with_suffix(".version"), None))


async def pile_up(stage: Stage, words: Words) -> None:
    """The broker is out of reach: the journal fills."""
    del words
    stage.ways["cloud"].hold("up", "down")
    await stage.platform.tell(do="door", fault="500", expired=0)


async def upgrade(stage: Stage, words: Words) -> None:
    """What the version before has written, full as it is, this one is started over."""
    del words
    await _down(stage, as_before)
    await stage.platform.tell(do="door", fault="", expired=0)
    stage.ways["cloud"].let("up", "down")


async def _down(stage: Stage, work: Callable[[Path], None]) -> None:
    await stage.daemon.take_down()
    await asyncio.to_thread(work, stage.folder / "var" / "journal.db")
    stage.daemon.bring_up()


def _noise(journal: Path) -> None:
    db = apsw.Connection(str(journal))
    db.pragma("wal_checkpoint", "truncate")
    db.close()
    chance = random.Random(PAGE)  # noqa: S311 - it has to repeat
    pages = journal.stat().st_size // PAGE
    with journal.open("r+b") as file:
        for page in range(2, pages, 3):
            file.seek(page * PAGE)
            file.write(chance.randbytes(PAGE))


def _half(journal: Path) -> None:
    log = Path(f"{journal}-wal")
    if log.exists():
        os.truncate(log, log.stat().st_size // 2)


def as_before(journal: Path) -> None:
    """Copy what a journal holds into one as the version before the newest made it."""
    scripts = sorted(SCHEMA.glob("*.sql"))[:-1]
    before = journal.with_suffix(".before")
    with closing(apsw.Connection(str(before))) as db:
        for script in scripts:
            db.execute(script.read_text("utf-8"))
        tables = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        db.execute("ATTACH ? AS now", (str(journal),))
        with db:
            for table in tables:
                columns = ", ".join(each[1] for each in db.execute(f"PRAGMA table_info({table})"))
                db.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM now.{table}")  # noqa: S608 - our own
        db.pragma("user_version", len(scripts))
    for suffix in ("-wal", "-shm"):
        Path(f"{journal}{suffix}").unlink(missing_ok=True)
    before.replace(journal)
    loop_disk.sync_names(journal.parent)


def _version(journal: Path, aside: Path, version: int | None) -> None:
    """Set the version, or back to what it was."""
    db = apsw.Connection(str(journal))
    if version is not None:
        aside.write_text(str(db.pragma("user_version")), "ascii")
        db.pragma("user_version", version)
    elif aside.exists():
        db.pragma("user_version", int(aside.read_text("ascii")))
    db.close()
