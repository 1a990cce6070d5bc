"""The port's connections: strangers, silence, two lines, and their end."""

from __future__ import annotations

import asyncio
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from edge.drivers.gb26875 import codec, frames
from edge.drivers.gb26875.link import STRANGERS
from edge.drivers.gb26875.session import STALL_S, STRANGER_S, UNSENT
from edge.model import RecordsDropped
from tests.fakes import time
from tests.fakes.gb26875 import (
    Peer,
    changed,
    commands,
    component,
    frame,
    next_report,
    nothing,
    port,
    settle,
    told_to,
    virtual,
)

CONFIRM, DENY = 3, 6


@virtual
async def test_an_unknown_address_is_refused_and_told_once() -> None:
    """A stranger is denied and hung up on; the site hears of it the first time."""
    async with port() as driver:
        for _ in range(2):
            peer = Peer(driver)
            await peer.say(frame(component(2), source=999))
            assert commands(peer) == [DENY]
            assert peer.wire.is_closing()
        (dropped,) = (await next_report(driver)).records
        assert isinstance(dropped, RecordsDropped)
        assert "999" in dropped.reason
        await nothing(driver)


@virtual
async def test_a_scan_of_addresses_is_told_only_so_often() -> None:
    """Strangers without end do not fill the journal."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        await changed(driver)
        for source in range(1000, 1000 + STRANGERS + 5):
            await peer.say(frame(source=source))
        for _ in range(STRANGERS):
            await next_report(driver)
        await nothing(driver)


@virtual
async def test_a_connection_without_a_device_ends() -> None:
    """Who connects and says nothing, or never anything whole, takes no place for long."""
    async with port() as driver:
        silent, dribbling = Peer(driver), Peer(driver)
        for _ in range(int(STRANGER_S)):
            await asyncio.sleep(1)
            await dribbling.say(b"\x40")
        await asyncio.sleep(2)
        assert silent.wire.is_closing()
        assert dribbling.wire.is_closing()


@virtual
async def test_no_more_connections_than_allowed() -> None:
    """One too many is hung up on; it harms none of the others; a free place is taken again."""
    async with port(connections=1) as driver:
        first = Peer(driver)
        await first.say(frame())
        second = Peer(driver)
        assert second.wire.is_closing()
        assert commands(first) == [CONFIRM]
        await first.hang_up()
        third = Peer(driver)
        await third.say(frame())
        assert commands(third) == [CONFIRM]


@virtual
async def test_who_has_not_said_who_it_is_gives_way() -> None:
    """Idle connections take every place: the oldest is ended for a device that connects anew."""
    async with port(connections=3) as driver:
        known = Peer(driver)
        await known.say(frame())
        oldest, younger = Peer(driver), Peer(driver)
        await settle()
        for _ in range(2):
            device = Peer(driver)
            await device.say(frame(source=124))
            assert commands(device) == [CONFIRM]
            await device.hang_up()
        assert oldest.wire.is_closing()
        assert not known.wire.is_closing()
        assert not younger.wire.is_closing()


@virtual
async def test_silence_is_offline_once() -> None:
    """Three minutes without a frame end the connection; the next word is online again."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        assert await changed(driver) == ("fire-1", "online", "connected")
        await asyncio.sleep(179)
        assert not peer.wire.is_closing()
        await asyncio.sleep(2)
        assert await changed(driver) == ("fire-1", "offline", "silent")
        assert peer.wire.is_closing()
        await Peer(driver).say(frame())
        assert await changed(driver) == ("fire-1", "online", "connected")
        await nothing(driver)


@virtual
async def test_one_of_two_on_a_connection_falls_silent() -> None:
    """Devices behind one connection are lost one by one."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame(), frame(source=124))
        assert [(await changed(driver))[0] for _ in range(2)] == ["fire-1", "fire-2"]
        await asyncio.sleep(100)
        await peer.say(frame())
        await asyncio.sleep(100)
        assert await changed(driver) == ("fire-2", "offline", "silent")
        assert not peer.wire.is_closing()
        await peer.hang_up()
        assert await changed(driver) == ("fire-1", "offline", "closed")


@virtual
async def test_two_connections_from_one_device() -> None:
    """A device that connects again while its old line hangs stays online; the newest is asked."""
    async with port() as driver:
        old, new = Peer(driver), Peer(driver)
        await old.say(frame())
        await new.say(frame())
        assert await changed(driver) == ("fire-1", "online", "connected")
        old.heard()
        new.heard()
        asking = asyncio.create_task(driver.execute(told_to("sync_clock")))
        await settle()
        assert (len(old.heard()), len(new.heard())) == (0, 1)
        await new.say(frame(command=CONFIRM, serial=0))
        await asking
        await old.hang_up()
        await nothing(driver)
        await new.hang_up()
        assert await changed(driver) == ("fire-1", "offline", "closed")


@virtual
async def test_a_fire_behind_a_stalled_frame() -> None:
    """A frame that stops half-way holds up the fire behind it for seconds at most."""
    async with port() as driver:
        peer = Peer(driver)
        half = frames.encode(frame(bytes(1000)))[:40]
        await peer.say(half, frame(component(2)))
        await asyncio.sleep(STALL_S + 0.1)
        await changed(driver)
        report = await next_report(driver)
        assert getattr(report.records[0], "what", "") == "component_status"


@virtual
async def test_who_does_not_read_is_hung_up_on() -> None:
    """Answers that nobody takes do not pile up."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        peer.wire.unsent = UNSENT + 1
        await peer.say(frame())
        assert peer.wire.is_closing()


@virtual
async def test_ending_leaves_nothing_behind() -> None:
    """When the port closes, its connections close, and no device is called offline for it."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        await changed(driver)
        await driver.end()
        assert peer.wire.is_closing()
        await nothing(driver)


def test_a_mistake_of_ours_ends_one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw costs the connection it happened on, tells so, and no other."""

    def fail(*_: object) -> NoReturn:
        raise RuntimeError("not foreseen")

    async def main() -> None:
        async with port() as driver:
            broken, sound = Peer(driver), Peer(driver)
            await broken.say(frame())
            await sound.say(frame(source=124))
            with monkeypatch.context() as patch, capture_logs() as logs:
                patch.setattr(codec, "records", fail)
                await broken.say(frame(component(2)))
            assert [each["event"] for each in logs] == ["connection_failed"]
            assert broken.wire.is_closing()
            assert [(await changed(driver))[:2] for _ in range(3)] == [
                ("fire-1", "online"),
                ("fire-2", "online"),
                ("fire-1", "offline"),
            ]
            await sound.say(frame(component(2), source=124))
            assert (await next_report(driver)).kept is not None

    time.run(main())
