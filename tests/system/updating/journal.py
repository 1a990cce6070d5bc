"""A journal that is full of what no platform has yet, and a platform that takes it all at last."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import apsw

from cloud_bridge.change import Change
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_row import row_of
from cloud_bridge.wire import Narrator
from edge.config import load
from edge.model import Kept, LinkChanged
from edge.mqtt import Broker, Session, connect
from simulators.broker import broker

BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)
AT_ONCE: Final = 500
PATIENCE_S: Final = 60.0
RECEIPTS: Final = "community/v1/s/gw/receipts"


def fill(site: Path, path: Path, count: int) -> None:
    """Keep so many events that wait for the platform."""
    path.parent.mkdir()
    file = JournalFile(path, uplinks=["city"], now=lambda: BEGAN)
    narrate = Narrator(load(site).site, "0.1.0").encode
    first = file.standing().last_number + 1
    for begin in range(0, count, AT_ONCE):
        rows = [
            row_of(
                Kept(
                    number=first + number,
                    event=LinkChanged(
                        link="fire",
                        up=number % 2 == 0,
                        reason=f"no. {number}",
                        at=BEGAN + timedelta(seconds=number),
                    ),
                    trusted_clock=True,
                ),
                narrate,
            )
            for number in range(begin, min(begin + AT_ONCE, count))
        ]
        file.commit([Change(events=rows)])
    file.close()


def numbers(path: Path) -> list[int]:
    """Every event that the journal holds."""
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    found = [int(number) for (number,) in db.execute("SELECT number FROM event ORDER BY number")]
    db.close()
    return found


def asides(store: Path) -> list[str]:
    """Journals that were put aside: what would have hidden events."""
    return [each.name for each in store.glob("*aside*")]


def deliver(port: int, wanted: set[int]) -> list[dict[str, Any]]:
    """Be the platform until all of these have come; return what came, each once."""
    return asyncio.run(_deliver(port, wanted))


async def _deliver(port: int, wanted: set[int]) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    async with broker(port) as running:
        way = Broker(host="127.0.0.1", port=port, version=running.version)
        topics = ["community/v1/s/gw/events/+"]
        async with connect(way, client_id="platform", subscriptions=topics) as platform:
            async with asyncio.timeout(PATIENCE_S):
                while wanted - found.keys():
                    found |= {int(each["sequence"]): each for each in await _taken(platform)}
    return [found[number] for number in sorted(found)]


async def _taken(platform: Session) -> list[dict[str, Any]]:
    message = await platform.receive(PATIENCE_S)
    assert message is not None
    message.ack()
    told = json.loads(message.body)
    events = told if isinstance(told, list) else [told]
    stored = {"stored": [each["id"] for each in events]}
    await platform.publish(RECEIPTS, json.dumps(stored).encode())
    return events
