"""What the port for transmission devices answers, over connections in memory."""

from __future__ import annotations

import asyncio

import pytest

from edge.drivers.gb26875 import frames, objects
from edge.drivers.gb26875.link import INBOX
from edge.model import DeviceReported, Reading
from tests.fakes.gb26875 import (
    ADDRESS,
    Peer,
    changed,
    commands,
    component,
    frame,
    next_report,
    nothing,
    port,
    virtual,
)

CONFIRM, DENY = 3, 6


@virtual
async def test_confirmed_only_when_kept() -> None:
    """The acknowledgement leaves when `kept` is called, not a moment before."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame(component(2), serial=9))
        assert await changed(driver) == ("fire-1", "online", "connected")
        report = await next_report(driver)
        await asyncio.sleep(5)
        assert peer.heard() == []
        assert report.kept is not None
        report.kept()
        (answer,) = peer.heard()
        assert (answer.command, answer.serial, answer.app) == (CONFIRM, 9, b"")
        assert (answer.source, answer.destination) == (1, ADDRESS)
        # 1 January 2026, eight in the morning at UTC+8.
        assert answer.label[2:] == bytes((8, 1, 1, 26))


@virtual
async def test_one_frame_is_one_report() -> None:
    """The report itself comes first, its readings with it."""
    async with port() as driver:
        await Peer(driver).say(frame(component(2)))
        await changed(driver)
        first, *rest = (await next_report(driver)).records
        assert isinstance(first, DeviceReported)
        assert all(isinstance(each, Reading) for each in rest)
        assert rest


@virtual
async def test_resends_come_again_with_the_same_origin() -> None:
    """The driver remembers nothing of what was said; each copy waits for its own confirmation."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(*[frame(component(2), serial=9)] * 3)
        await changed(driver)
        reports = [await next_report(driver) for _ in range(3)]
        origins = {getattr(report.records[0], "origin", "") for report in reports}
        assert len(origins) == 1
        assert origins != {""}
        for report in reports:
            assert report.kept is not None
            report.kept()
        assert commands(peer) == [CONFIRM] * 3


@virtual
async def test_a_report_weighs_what_it_tells_of() -> None:
    """Each component of a frame may become an alarm, and counts against the link's share."""
    several = objects.decode(component(2)).items * 3
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame(objects.encode(2, several)))
        assert await changed(driver) == ("fire-1", "online", "connected")
        assert (await next_report(driver)).weight == 3


@virtual
async def test_kept_after_the_device_has_gone() -> None:
    """Nobody is there to be answered: nothing is raised."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame(component(2)))
        await changed(driver)
        report = await next_report(driver)
        await peer.hang_up()
        assert report.kept is not None
        report.kept()
        assert peer.heard() == []


@pytest.mark.parametrize(
    ("dialect", "byte", "app", "answer"),
    [
        ("std", 2, b"", b""),
        ("dgiot", 2, b"\x16", b"\x17"),
        ("dgiot", 2, b"", b""),
        ("dahua-bcd", 7, b"", b""),
    ],
)
@virtual
async def test_heartbeats_are_answered_at_once(
    dialect: str, byte: int, app: bytes, answer: bytes
) -> None:
    """Each dialect's heartbeat is confirmed in its own way, and is no report."""
    async with port(dialect) as driver:
        peer = Peer(driver)
        await peer.say(frame(app, command=byte))
        (heard,) = peer.heard()
        assert (heard.command, heard.app) == (CONFIRM, answer)
        await changed(driver)
        await nothing(driver)


@virtual
async def test_a_registration_is_a_report() -> None:
    """Where devices register, that is kept and confirmed as everything else."""
    async with port("dahua-bcd") as driver:
        peer = Peer(driver)
        await peer.say(frame(bytes(112), command=0))
        await changed(driver)
        report = await next_report(driver)
        assert getattr(report.records[0], "what", "") == "registration"
        assert report.kept is not None


@virtual
async def test_a_device_may_ask_for_the_time() -> None:
    """Where devices ask for the time they are confirmed and told it, in BCD."""
    async with port("dahua-bcd") as driver:
        peer = Peer(driver)
        await peer.say(frame(b"\x5a\x01\x00", command=1))
        confirm, clock = peer.heard()
        assert (confirm.command, clock.command) == (CONFIRM, 1)
        assert clock.app == b"\x5a\x01" + bytes((0, 0, 8, 1, 1, 0x26))


@pytest.mark.parametrize("byte", [0, 1, 4, 7, 127, 200])
@virtual
async def test_what_no_device_may_say_is_denied(byte: int) -> None:
    """A command byte that is not defined, or not a device's to use, is denied."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame(component(2), command=byte, serial=3))
        (denial,) = peer.heard()
        assert (denial.command, denial.serial) == (DENY, 3)
        await changed(driver)
        await nothing(driver)


@virtual
async def test_damage_is_denied_and_the_next_frame_taken() -> None:
    """A wrong checksum is denied, so is over-length; what follows is taken."""
    async with port() as driver:
        peer = Peer(driver)
        raw = bytearray(frames.encode(frame(component(2), serial=7)))
        raw[-3] ^= 1
        long = bytearray(frames.encode(frame(serial=8)))
        long[24:26] = (1025).to_bytes(2, "little")
        await peer.say(bytes(raw), bytes(long), frame(serial=9))
        heard = peer.heard()
        assert [(each.command, each.serial) for each in heard] == [
            (DENY, 7),
            (DENY, 8),
            (CONFIRM, 9),
        ]


@virtual
async def test_noise_is_not_answered() -> None:
    """Damage that names no device of the site is let go without a word."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(b"\x40\x40" * 30 + bytes(100), frame())
        assert commands(peer) == [CONFIRM]


@virtual
async def test_a_full_inbox_makes_devices_wait() -> None:
    """Nothing is dropped: what cannot be taken yet stays unread, and comes later."""
    async with port() as driver:
        peer = Peer(driver)
        count = INBOX + 20
        await peer.say(*(frame(component(2), serial=number) for number in range(count)))
        assert driver._inbox.qsize() == INBOX
        await changed(driver)
        serials = [
            getattr((await next_report(driver)).records[0], "fields", {}).get("serial")
            for _ in range(count)
        ]
        assert serials == list(range(count))


@virtual
async def test_one_connections_rubbish_harms_no_other() -> None:
    """While one sends noise, the other is answered."""
    async with port() as driver:
        bad, sound = Peer(driver), Peer(driver)
        await bad.say(bytes(range(256)) * 16)
        await sound.say(frame())
        await bad.hang_up()
        await sound.say(frame())
        assert commands(sound) == [CONFIRM, CONFIRM]
