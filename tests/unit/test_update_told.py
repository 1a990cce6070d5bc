"""How an update went is told once, by whichever release runs afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from structlog.testing import capture_logs

from edge.gateway import updates
from edge.gateway.updates import told
from edge.model import Event, GatewayChanged, Kept, Text
from edge.update.box import RECORD
from edge.update.record import Record, Result, encode
from tests.fakes import journal as journals
from tests.fakes import time
from tests.fakes.releases import AT, NEW, OLD

KEPT = Result(version=NEW, before=OLD, outcome="kept", at=AT)
RETURNED = Result(
    version="0.3.0",
    before=NEW,
    outcome="returned",
    reason=Text("没有应答", "no answer"),
    at=AT + timedelta(days=1),
)


def note(root: Path, *results: Result) -> None:
    """Write them down as whoever updates does."""
    (root / "new").write_bytes(encode(Record(results=results)))
    (root / "new").replace(root / RECORD)


def lived(folder: Path, life: Callable[[Path], Awaitable[None]]) -> list[Event]:
    """Let a gateway live on a box; what it tells of updates."""
    journal = journals.opened(folder)
    said: list[Event] = []

    async def tell(event: Event) -> None:
        said.append(event)
        kept = Kept(number=journal.next_number + len(said), event=event, trusted_clock=True)
        await journal.keep([kept], {}, ())

    async def main() -> None:
        telling = asyncio.create_task(updates.follow(folder, journal, tell), name="updates")
        await life(folder)
        telling.cancel()
        await asyncio.wait([telling])
        await journal.close()

    time.run(main())
    return said


async def passes(_: Path) -> None:
    """Some time passes."""
    await asyncio.sleep(updates.LOOK_S * 3)


async def updated(root: Path) -> None:
    """A trial ends while the gateway runs."""
    await asyncio.sleep(updates.LOOK_S * 3)
    note(root, KEPT, RETURNED)
    await asyncio.sleep(updates.LOOK_S * 3)


def test_each_is_told_once(tmp_path: Path) -> None:
    """However often the gateway starts; what comes while it runs, too."""
    assert lived(tmp_path, passes) == []
    note(tmp_path, KEPT)
    assert lived(tmp_path, passes) == [told(KEPT)]
    assert lived(tmp_path, passes) == []
    assert lived(tmp_path, updated) == [told(RETURNED)]


def test_a_record_that_nobody_can_read_stops_no_gateway(tmp_path: Path) -> None:
    """It is told in the log, as often as it changes."""
    (tmp_path / RECORD).mkdir()
    with capture_logs() as logs:
        assert lived(tmp_path, passes) == []
    assert [line["event"] for line in logs] == ["update.record_unreadable"]


def test_what_is_told() -> None:
    """The release that it was about, when, and why it does not run."""
    event = told(RETURNED)
    assert event == GatewayChanged(
        state="update_failed",
        reason="没有应答 / no answer",
        at=RETURNED.at,
        release="0.3.0",
        origin=RETURNED.origin,
    )
    assert (told(KEPT).kind, event.kind) == ("gateway.updated", "gateway.update_failed")


def test_where_no_release_is_installed_nothing_is_told(tmp_path: Path) -> None:
    """As in this tree: it ends by itself."""
    journal = journals.opened(tmp_path)

    async def main() -> None:
        await updates.tell_updates(journal, lambda _: asyncio.sleep(0))
        await journal.close()

    time.run(main())
