"""A journal with one uplink, and a look at its file from outside."""

from __future__ import annotations

from pathlib import Path

import apsw

from cloud_bridge.journal import Journal
from edge.model import DeviceReported, Kept, Lane
from tests.fakes.time import EPOCH


def told(number: int, origin: str = "", lane: Lane = Lane.INFO) -> Kept:
    """A numbered event of a fire panel."""
    report = DeviceReported(
        device="fire-1", what="test", frame="40", at=EPOCH, origin=origin, lane=lane
    )
    return Kept(number=number, event=report, trusted_clock=True)


def narrate(kept: Kept) -> bytes:
    """The shortest story."""
    return b"%d" % kept.number


def opened(folder: Path) -> Journal:
    """A journal with one uplink."""
    return Journal(folder / "journal.db", ["up"], narrate, now=lambda: EPOCH)


def on_disk(folder: Path) -> list[int]:
    """What another process would find in the file."""
    db = apsw.Connection(str(folder / "journal.db"), flags=apsw.SQLITE_OPEN_READONLY)
    numbers = [n for (n,) in db.execute("SELECT number FROM event ORDER BY number")]
    db.close()
    return numbers
