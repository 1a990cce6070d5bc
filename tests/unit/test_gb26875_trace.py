"""What the port for transmission devices notes: frames, damage, answers, strangers."""

from __future__ import annotations

import asyncio

import pytest

from edge.drivers.gb26875 import KIND, frames
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.link import GbDriver
from edge.drivers.gb26875.strangers import said
from edge.errors import CommandRejected
from edge.strangers import Heard
from edge.trace import Trace
from tests.fakes.gb26875 import (
    PROFILE,
    Peer,
    component,
    frame,
    next_report,
    port,
    profile,
    settle,
    told_to,
    virtual,
)
from tests.fakes.time import EPOCH

CONFIRM, DENY = 3, 6


def trace_of(driver: GbDriver) -> Trace:
    """Where the port's driver writes."""
    trace: Trace = driver._scribe._trace
    return trace


@virtual
async def test_every_frame_is_noted_byte_for_byte_in_both_directions() -> None:
    """What came and the confirmation that left, with the device's id."""
    async with port() as driver:
        peer = Peer(driver)
        fire = frame(component(2), serial=9)
        await peer.say(fire)
        await next_report(driver)
        report = await next_report(driver)
        assert report.kept is not None
        report.kept()
        came, went = trace_of(driver).frames()
        assert (came.way, came.device, came.body) == ("in", "fire-1", frames.encode(fire))
        assert (went.way, went.device, went.body) == ("out", "fire-1", peer.wire.written)
        tally = trace_of(driver).devices["fire-1"]
        assert (tally.heard, tally.sent, tally.good, tally.failed) == (1, 1, 1, 0)


@virtual
async def test_damage_and_noise_are_noted_as_they_came() -> None:
    """One note for what arrived, however many beginnings of frames the search finds in it."""
    async with port() as driver:
        peer = Peer(driver)
        wrong = bytearray(frames.encode(frame(component(2))))
        wrong[-3] ^= 1
        wrong[30:34] = b"\x40\x40\x40\x40"
        await peer.say(bytes(wrong))
        await peer.say(b"GET / HTTP/1.1\r\n\r\n")
        trace = trace_of(driver)
        noted = [(each.device, each.body, each.note) for each in trace.frames() if each.way == "in"]
        assert noted == [
            ("fire-1", bytes(wrong), "bad checksum"),
            ("", b"GET / HTTP/1.1\r\n\r\n", "noise"),
        ]
        assert trace.devices["fire-1"].reasons == {"bad checksum": 1}


@virtual
async def test_questions_are_timed_and_their_failures_counted() -> None:
    """How long a device took; that it refused; each time that it did not answer."""
    async with port() as driver:
        peer = Peer(driver)
        await peer.say(frame())
        for command, wait in ((CONFIRM, 2.0), (DENY, 1.0)):
            peer.heard()
            asking = asyncio.create_task(driver.execute(told_to("sync_clock")))
            await settle()
            (asked,) = peer.heard()
            await asyncio.sleep(wait)
            await peer.say(frame(command=command, serial=asked.serial))
            await asyncio.gather(asking, return_exceptions=True)
        tally = trace_of(driver).devices["fire-1"]
        assert tally.good == 2
        assert tally.round_trip == pytest.approx(2.0)
        with pytest.raises(CommandRejected):
            await driver.execute(told_to("read_status"))
        assert tally.reasons == {"refused": 1, "no answer": 4}


@virtual
async def test_strangers_are_remembered_each_time_they_speak() -> None:
    """With the address to write, what was said in a line, and how often."""
    async with port() as driver:
        for _ in range(3):
            await Peer(driver).say(frame(component(2), source=999))
        await Peer(driver).say(frame(source=2**48 - 1))
        last, first = trace_of(driver).strangers.all()
        assert (first.name, first.address, first.count) == ("999", {"address": 999}, 3)
        assert first.said.en == "status of a component 1-1-10-2 fire"
        assert first.said.zh == "部件运行状态 1-1-10-2 火警"
        assert (last.address, last.said.en) == ({"address": 2**48 - 1}, "heartbeat")
        assert all(each.device == "" for each in trace_of(driver).frames())
        assert not trace_of(driver).devices


@pytest.mark.parametrize(
    ("app", "command", "words"),
    [
        (b"", 2, "heartbeat"),
        (b"", 3, "confirm"),
        (b"", 9, "unknown (9)"),
        (bytes.fromhex("15 01 08 1e 14 0a 01 07 13"), 2, "status of the device mains fault"),
        (
            bytes.fromhex("01 02 01 01 02 00 1e 14 0a 01 07 13 01 02 02 00 1e 14 0a 01 07 13"),
            2,
            "status of a system 1-1 fire, and 1 more",
        ),
        (b"\x4d", 2, "unknown (77)"),
    ],
)
def test_what_was_said_in_a_line(app: bytes, command: int, words: str) -> None:
    """Each kind of frame, one that is no report too."""
    assert said(frame(app, command=command), DIALECTS["std"]).en == words


def test_a_profile_with_the_makers_own_types_suits_better() -> None:
    """A device that speaks of a type beyond the standard wants the profile that names it."""
    dahua = profile("panels/gb26875_dahua")
    own = next(kind for kind in dahua.component_types if kind >= 128)
    assert KIND.fits is not None
    for kind, better in ((own, dahua), (42, None)):
        app = bytearray(component(2))
        app[4] = kind
        heard = Heard(
            name="999",
            address={"address": 999},
            said=PROFILE.text.plain(),
            sample=frames.encode(frame(bytes(app))),
            first_seen=EPOCH,
            last_seen=EPOCH,
        )
        fits = [KIND.fits(each, heard) for each in (dahua, PROFILE)]
        assert all(fit is not None and fit.address == {"address": 999} for fit in fits)
        scores = [fit.score for fit in fits if fit is not None]
        assert scores[0] == scores[1] if better is None else scores[0] > scores[1]
