"""The journal in trouble: bounded, telling, and never for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import apsw
import pytest

from cloud_bridge.change import Change
from cloud_bridge.journal import Journal
from cloud_bridge.journal_look import Stored
from cloud_bridge.waiting import MOST_WAITING
from edge.errors import ConfigError
from edge.model import DeviceReported, Kept, Lane, RecordsDropped
from tests.fakes import time as virtual
from tests.fakes.journal import narrate, on_disk, opened, told
from tests.fakes.time import EPOCH


def test_small_handovers_are_bounded_too(tmp_path: Path) -> None:
    """Confirmations and states without an event take memory as well: a failing disk slows all."""
    journal = opened(tmp_path)

    async def main() -> None:
        for _ in range(MOST_WAITING - 1):
            await journal.keep([], {"rule:a": b"1"}, [])
        more = asyncio.create_task(journal.keep([], {}, [lambda: None]), name="more")
        await asyncio.sleep(1)
        assert not more.done()
        await journal.flush()
        await more
        await journal.close()

    virtual.run(main())


def test_a_confirmation_that_fails_stops_nothing(tmp_path: Path) -> None:
    """A driver's mistake in `kept` is logged; the next one is called."""
    journal = opened(tmp_path)
    called: list[str] = []

    def broken() -> None:
        raise RuntimeError("mistake")

    async def main() -> None:
        await journal.keep([], {}, [broken, lambda: called.append("next")])
        await journal.close()

    virtual.run(main())
    assert called == ["next"]


def test_an_event_that_cannot_be_told_costs_no_other(tmp_path: Path) -> None:
    """Under its own number it is told as dropped, in a lane that is looked at; the rest is kept."""

    def narrated(kept: Kept) -> bytes:
        if isinstance(kept.event, DeviceReported) and kept.event.origin == "fire-1/2":
            raise OverflowError("date value out of range")
        said = f" {kept.event.what}" if isinstance(kept.event, RecordsDropped) else ""
        return f"{kept.event.kind}{said}".encode()

    journal = Journal(tmp_path / "journal.db", ["up"], narrated, now=lambda: EPOCH)
    first = journal.next_number
    confirmed: list[str] = []

    async def main() -> list[Stored]:
        events = [told(first + n, f"fire-1/{n + 1}", Lane.LIFE_SAFETY) for n in range(3)]
        await journal.keep(events, {"alarm:7": b"1"}, [lambda: confirmed.append("all")])
        await journal.flush()
        assert journal.depths["up", Lane.LIFE_SAFETY] == 2
        assert journal.depths["up", Lane.FAULT] == 1
        assert journal.knows("fire-1/2"), "sent again it would fail again"
        stored = await journal.these([first, first + 1, first + 2])
        await journal.close()
        return stored

    stored = virtual.run(main())
    assert [each.number for each in stored] == [first, first + 1, first + 2]
    assert [each.body for each in stored] == [
        b"device.reported",
        b"records.dropped device.reported fire-1",
        b"device.reported",
    ]
    assert confirmed == ["all"]


def test_a_store_belongs_to_one_gateway(tmp_path: Path) -> None:
    """A second gateway on the same store is refused in words, until the first has ended."""
    first = opened(tmp_path)
    with pytest.raises(ConfigError, match="another gateway runs on this store"):
        opened(tmp_path)
    virtual.run(first.close())
    virtual.run(opened(tmp_path).close())


def test_deliveries_to_an_uplink_that_is_gone_are_given_up(tmp_path: Path) -> None:
    """They would wait for ever; they are counted, and the events stay for the technician."""
    journal = opened(tmp_path)

    async def main() -> None:
        await journal.keep([told(journal.next_number + n) for n in range(3)], {}, [])
        await journal.close()

    virtual.run(main())
    other = Journal(tmp_path / "journal.db", ["new"], narrate, now=lambda: EPOCH)
    assert other.given_up == 3
    assert not any(other.depths.values())
    virtual.run(other.close())
    assert len(on_disk(tmp_path)) == 3


def test_a_gateway_ends_though_its_disk_refuses(tmp_path: Path) -> None:
    """Closing tries for seconds, not for ever; nothing that was not written was confirmed."""
    journal = opened(tmp_path)
    confirmed: list[int] = []

    def full(_: Sequence[Change]) -> object:
        raise apsw.FullError("database or disk is full")

    async def main() -> None:
        journal._file.commit = full  # type: ignore[method-assign, assignment]
        await journal.keep([told(journal.next_number)], {}, [lambda: confirmed.append(1)])
        await journal.close()

    virtual.run(main())
    assert confirmed == []


def test_a_disk_that_cannot_be_read_keeps_untold_only_what_is_on_it(tmp_path: Path) -> None:
    """How the gateway stands is asked for just then: how long events wait is not known, no more."""
    journal = opened(tmp_path)

    def refused(_: object) -> None:
        raise apsw.IOError("disk I/O error")

    async def main() -> None:
        await journal.keep([told(journal.next_number)], {}, [])
        await journal.flush()
        assert await journal.oldest() == EPOCH
        assert journal._look is not None
        journal._look.oldest = refused  # type: ignore[method-assign, assignment]
        assert await journal.oldest() is None
        await journal.close()

    virtual.run(main())
