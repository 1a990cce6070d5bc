"""What transmission devices are told, over connections in memory and in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from edge.driver import Report
from edge.drivers.gb26875 import frames, objects
from edge.drivers.gb26875.objects import Item
from edge.errors import CommandRejected
from edge.model import Reading, Value
from tests.fakes.gb26875 import (
    ADDRESS,
    LABEL,
    Peer,
    changed,
    component,
    frame,
    next_report,
    port,
    settle,
    told_to,
    virtual,
)

CONFIRM, DENY = 3, 6


@virtual
async def test_a_clock_is_set() -> None:
    """Setting the clock says the site's time and ends with the device's confirmation."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        peer.heard()
        asking = asyncio.create_task(driver.execute(told_to("sync_clock")))
        await settle()
        (asked,) = peer.heard()
        assert (asked.command, asked.destination, asked.source) == (1, ADDRESS, 1)
        assert asked.app == b"\x5a\x01" + bytes((0, 0, 8, 1, 1, 26))
        await peer.say(frame(command=CONFIRM, serial=asked.serial))
        await asking


@virtual
async def test_a_read_brings_a_report_without_confirmation() -> None:
    """What was asked for is told like everything else; nobody waits for its confirmation."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        peer.heard()
        args: dict[str, Value] = {"system_type": 1, "system_address": 1, "zone": 10, "point": 2}
        asking = asyncio.create_task(driver.execute(told_to("read_component", **args)))
        await settle()
        (asked,) = peer.heard()
        assert (asked.command, asked.app) == (4, bytes.fromhex("3e0101010a000200"))
        await peer.say(frame(component(2), command=5, serial=asked.serial))
        await asking
        await changed(driver)
        report = await next_report(driver)
        assert report.kept is None
        assert any(isinstance(each, Reading) and each.value is True for each in report.records)


@virtual
async def test_no_answer_is_asked_for_four_times() -> None:
    """Sent once and again three times, ten seconds apart, under one serial; then rejected."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        peer.heard()
        begun = asyncio.get_running_loop().time()
        with pytest.raises(CommandRejected, match="no_answer"):
            await driver.execute(told_to("read_status"))
        assert asyncio.get_running_loop().time() - begun == pytest.approx(40)
        asked = peer.heard()
        assert len(asked) == 4
        assert len({each.serial for each in asked}) == 1
        assert {each.app for each in asked} == {b"\x51\x01\x00"}


@virtual
async def test_a_late_answer_is_an_answer() -> None:
    """The second copy may be the one that is answered."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        asking = asyncio.create_task(driver.execute(told_to("sync_clock")))
        await asyncio.sleep(15)
        await peer.say(frame(command=CONFIRM, serial=0))
        await asking


@virtual
async def test_a_denial_is_a_rejection() -> None:
    """What the device denies is told to who asked."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        asking = asyncio.create_task(driver.execute(told_to("sync_clock")))
        await settle()
        await peer.say(frame(command=DENY, serial=0))
        with pytest.raises(CommandRejected, match="denied"):
            await asking


@virtual
async def test_what_cannot_be_asked() -> None:
    """An absent device, an unlisted action and a wrong argument are rejected at once."""
    async with port() as driver:
        with pytest.raises(CommandRejected, match="offline"):
            await driver.execute(told_to("sync_clock"))
        with pytest.raises(CommandRejected, match="cannot initialise"):
            await driver.execute(told_to("initialise"))
        with pytest.raises(CommandRejected, match="zone is None"):
            await driver.execute(told_to("read_analog", system_type=1, system_address=1))
        with pytest.raises(CommandRejected, match="fire-9"):
            await driver.execute(replace(told_to("sync_clock"), device="fire-9"))


def duty_answer(serial: int) -> bytes:
    """Return the frame that says that a person has pressed the key."""
    item = Item(operation=1 << 5, operator=1, time=LABEL)
    return frames.encode(frame(objects.encode(24, (item,)), serial=serial))


@virtual
async def test_a_duty_check_ends_when_a_person_answers() -> None:
    """The device's confirmation is not yet a person; the key is."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        peer.heard()
        asking = asyncio.create_task(driver.execute(told_to("duty_check", minutes=5)))
        await settle()
        (asked,) = peer.heard()
        assert asked.app == b"\x5b\x01\x05"
        await peer.say(frame(command=CONFIRM, serial=asked.serial))
        await asyncio.sleep(120)
        assert not asking.done()
        await peer.say(duty_answer(1))
        await asking
        await changed(driver)
        report: Report = await next_report(driver)
        assert getattr(report.records[0], "fields", {})["operation"] == "duty_answer"
        assert report.kept is not None


@virtual
async def test_nobody_answers_a_duty_check() -> None:
    """After the minutes that were given nobody is there."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        asking = asyncio.create_task(driver.execute(told_to("duty_check", minutes=2)))
        await settle()
        await peer.say(frame(command=CONFIRM, serial=0))
        await asyncio.sleep(119)
        assert not asking.done()
        with pytest.raises(CommandRejected, match="no_duty_answer"):
            await asking
