"""A recorded frame that is sent again long after: told, once an hour, and taken all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from edge.driver import Report
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.frames import encode
from edge.drivers.gb26875.link import GbDriver
from edge.drivers.gb26875.replays import MOST_KNOWN, RESEND, TOLD_EVERY, Replays
from edge.model import DeviceReported, RecordsDropped
from tests.fakes.gb26875 import Peer, changed, component, frame, next_report, port, virtual
from tests.fakes.time import EPOCH

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LATE = BEGIN + RESEND + timedelta(minutes=1)


def known(*raws: bytes) -> Replays:
    """A port that has confirmed these at the beginning, to 192.0.2.1."""
    replays = Replays()
    for raw in raws:
        replays.confirmed(raw, "192.0.2.1", BEGIN)
    return replays


def test_a_resend_is_no_replay() -> None:
    """What crosses its confirmation comes at once; what was never confirmed may come whenever."""
    replays = known(b"a")
    assert replays.look("fire-1", b"a", "192.0.2.1", BEGIN + RESEND) is None
    assert replays.look("fire-1", b"b", "192.0.2.1", LATE) is None


def test_a_frame_that_was_confirmed_long_ago_is_told() -> None:
    """With how long ago that was, and with both addresses where it comes from another."""
    same = known(b"a").look("fire-1", b"a", "192.0.2.1", LATE)
    assert same is not None
    assert same.reason == "a recorded frame? confirmed 11 min ago and here again, from 192.0.2.1"
    other = known(b"a").look("fire-1", b"a", "192.0.2.9", LATE)
    assert other is not None
    assert other.reason.endswith("from 192.0.2.9, before from 192.0.2.1")


def test_a_recording_without_end_is_told_once_an_hour() -> None:
    """With how often it came in between; another device has its own hour."""
    replays = known(b"a", b"b")
    first = replays.look("fire-1", b"a", "x", LATE)
    assert first is not None
    assert first.count == 1
    for second in range(50):
        assert replays.look("fire-1", b"a", "x", LATE + timedelta(seconds=second)) is None
    assert replays.look("fire-2", b"b", "x", LATE) is not None
    later = replays.look("fire-1", b"a", "x", LATE + TOLD_EVERY)
    assert later is not None
    assert later.count == 51


def test_what_is_remembered_is_bounded() -> None:
    """The oldest is forgotten, the newest is not."""
    replays = known(*(str(number).encode() for number in range(MOST_KNOWN + 1)))
    assert replays.look("fire-1", b"0", "x", LATE) is None
    assert replays.look("fire-1", str(MOST_KNOWN).encode(), "x", LATE) is not None


async def taken(driver: GbDriver, sent: bytes, reports: int) -> Sequence[Report]:
    """Connect, say a frame, and keep what the driver makes of it; then be silent until the end."""
    peer = Peer(driver)
    await peer.say(sent)
    assert (await changed(driver))[1] == "online"
    found = [await next_report(driver) for _ in range(reports)]
    for report in found:
        if report.kept is not None:
            report.kept()
    await peer.hang_up()
    assert (await changed(driver))[1] == "offline"
    return found


def fire(at: datetime) -> bytes:
    """A fire as a device says it whose clock shows this instant."""
    label = DIALECTS["std"].write_time((at + timedelta(hours=8)).replace(tzinfo=None))
    return encode(frame(component(2), label=label))


@virtual
async def test_a_port_tells_a_recorded_fire_and_takes_it() -> None:
    """It may be one after all: the event is beside the report, which is confirmed as ever."""
    async with port() as driver:
        sent = fire(EPOCH)
        await taken(driver, sent, reports=1)
        await asyncio.sleep(RESEND.total_seconds() + 60)
        told, report = await taken(driver, sent, reports=2)
        (dropped,) = told.records
        assert isinstance(dropped, RecordsDropped)
        assert dropped.what == f"fire-1: {sent.hex()}"
        assert isinstance(report.records[0], DeviceReported)


@virtual
async def test_a_device_with_a_dead_clock_repeats_itself_by_nature() -> None:
    """What it says anew is the same bytes as before: no word of it."""
    async with port() as driver:
        sent = fire(EPOCH - timedelta(days=400))
        await taken(driver, sent, reports=1)
        await asyncio.sleep(RESEND.total_seconds() + 60)
        (report,) = await taken(driver, sent, reports=1)
        assert isinstance(report.records[0], DeviceReported)
