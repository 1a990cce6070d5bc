"""What the Modbus driver notes: each frame, how well each unit answers, who dials in unknown."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from edge.drivers.modbus.bus import Bus
from edge.drivers.modbus.codec import Data, MbapFraming, RtuFraming, Silence, read_request
from edge.drivers.modbus.planner import Read
from edge.drivers.modbus.section import DialIn
from edge.drivers.modbus.timing import Line, Patience
from edge.drivers.modbus.transport import REGISTER_WITHIN, _Ear
from edge.drivers.modbus.wire import Wire
from edge.errors import CommandRejected, LinkDown
from edge.trace import MOST_BYTES, Frame, Trace
from simulators.modbus_registers import blank
from simulators.modbus_server import SlaveUnit, crc16
from tests.fakes.modbus import FakeBus, command, listen, made, opened, profile
from tests.fakes.time import EPOCH, now, run

BOX = profile("lifts/ba_box")
READ = Read(table="holding", start=0, count=1, every=1.0, places=())


class Pipe(asyncio.Transport):
    """The other end of a stream, in memory; says what it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.ended = False

    def write(self, data: Any) -> None:
        """Keep it."""
        self.written.append(bytes(data))

    def abort(self) -> None:
        """End it."""
        self.ended = True


class Asker:
    """A unit as the line sees it."""

    def __init__(self) -> None:
        self.patience = Patience(floor=0.1, ceiling=0.5)
        self.pause = 0.0
        self.rests = 4.0


def rtu(text: str) -> bytes:
    """A frame of an RTU line."""
    body = bytes.fromhex(text)
    return body + crc16(body)


def line(framing: MbapFraming | RtuFraming) -> tuple[Bus, Wire, Pipe, Trace]:
    """A bus over a stream in memory."""
    trace, wire, pipe = Trace(now), Wire(framing), Pipe()
    wire.attach(pipe)
    return Bus(wire, line=Line(), now=now, trace=trace, reconnects=True), wire, pipe, trace


def test_what_went_over_the_wire_is_there_byte_for_byte() -> None:
    """The request with its header or checksum, and all that came, noise too, of the unit's id."""

    async def main() -> None:
        bus, wire, pipe, trace = line(RtuFraming())
        loop = asyncio.get_running_loop()
        loop.call_later(0.2, wire.feed, pipe, b"\xff" + rtu("07 03 02")[:3])
        loop.call_later(0.25, wire.feed, pipe, rtu("07 03 02 00 09")[3:])
        outcome, at = await bus.ask(Asker(), read_request(7, READ, "lift-7"), 0.5)
        assert outcome == Data(bytes((0, 9)))
        assert trace.frames() == [
            Frame(1, at - timedelta(seconds=0.25), "out", "lift-7", rtu("07 03 00 00 00 01")),
            Frame(2, at, "in", "lift-7", b"\xff" + rtu("07 03 02 00 09")),
        ]
        tally = trace.devices["lift-7"]
        assert (tally.sent, tally.heard, tally.good) == (1, 1, 1)
        assert tally.round_trip == pytest.approx(0.25)

    run(main())


def test_silence_garbage_and_an_answer_that_is_late() -> None:
    """Silence is a question alone; garbage stands there as it came; what comes late is unasked."""

    async def main() -> None:
        bus, wire, pipe, trace = line(RtuFraming())
        request = read_request(7, READ, "lift-7")
        assert (await bus.ask(Asker(), request, 0.5))[0] == Silence()
        wire.feed(pipe, rtu("07 03 02 00 09"))
        asyncio.get_running_loop().call_later(0.1, wire.feed, pipe, b"garbage")
        assert (await bus.ask(Asker(), request, 0.5))[0] == Silence(garbled=True)
        assert [(each.way, each.device, each.note) for each in trace.frames()] == [
            ("out", "lift-7", ""),
            ("in", "", "unasked"),
            ("out", "lift-7", ""),
            ("in", "lift-7", ""),
        ]
        assert trace.frames()[-1].body == b"garbage"
        tally = trace.devices["lift-7"]
        assert tally.reasons == {"no answer": 1, "garbled": 1}
        assert tally.resting_until == now() + timedelta(seconds=4)

    run(main())


def test_a_lost_line_leaves_the_last_question_behind() -> None:
    """What had been asked when the connection broke can be looked at afterwards."""

    async def main() -> None:
        bus, wire, pipe, trace = line(MbapFraming())
        asyncio.get_running_loop().call_later(0.1, wire.detach, pipe, "cut")
        with pytest.raises(LinkDown, match="cut"):
            await bus.ask(Asker(), read_request(7, READ, "lift-7"), 0.5)
        [frame] = trace.frames()
        assert (frame.way, frame.body.hex(" ")) == ("out", "00 01 00 00 00 06 07 03 00 00 00 01")

    run(main())


def test_bytes_without_end_are_bounded() -> None:
    """A line that never stops sending fills neither memory nor the trace."""

    async def main() -> None:
        bus, wire, pipe, trace = line(RtuFraming())
        loop = asyncio.get_running_loop()
        for piece in range(2000):
            loop.call_later(0.1 + piece / 10_000, wire.feed, pipe, bytes(3000))
        await bus.ask(Asker(), read_request(7, READ, "lift-7"), 0.5)
        assert len(wire.came) == MOST_BYTES
        assert trace.frames()[-1].body == wire.came

    run(main())


def test_how_well_units_answer_and_how_long_a_silent_one_is_left_in_peace() -> None:
    """Good polls are counted; a silent unit's rest doubles, and ends with its first answer."""

    async def main() -> None:
        bus = FakeBus({1: SlaveUnit(tables=blank(BOX)), 2: SlaveUnit(tables=blank(BOX))})
        trace = Trace(now)
        driver = opened(bus, {1: BOX, 2: BOX}, trace=trace)
        faults = bus.slaves[2].faults
        loop = asyncio.get_running_loop()
        loop.call_at(2.5, setattr, faults, "silent", 1)
        loop.call_at(60, setattr, faults, "silent", 0)
        watched: list[float] = []

        def look() -> None:
            until = trace.devices["d2"].resting_until
            watched.append((until - EPOCH).total_seconds() if until else 0.0)

        for second in range(3, 100, 2):
            loop.call_at(second, look)
        await listen(driver, 99)
        one, two = trace.devices["d1"], trace.devices["d2"]
        assert (one.failed, one.good) == (0, one.sent)
        assert one.good >= 98
        assert two.reasons == {"no answer": 6}
        rests = sorted(set(watched) - {0.0})
        steps = [later - earlier for earlier, later in pairwise(rests)]
        assert steps == pytest.approx([2, 4, 8, 16, 32], abs=1)
        assert two.resting_until is None

    run(main())


def test_refusals_and_commands_are_counted_with_their_reasons() -> None:
    """A refused register by the words of the protocol; a command that fails like a poll."""

    async def main() -> None:
        action = {"text": {"zh": "写", "en": "write"}, "table": "coil", "register": 9, "value": 1}
        device = made({"a": {"register": 0}}, actions={"set": action})
        bus = FakeBus({1: SlaveUnit(tables=blank(device))})
        bus.slaves[1].faults.illegal = {0}
        trace = Trace(now)
        driver = opened(bus, {1: device}, trace=trace)
        await listen(driver, 3)
        with pytest.raises(CommandRejected):
            await driver.execute(command("set", "d1"))
        assert trace.devices["d1"].reasons == {"illegal data address": 2}

    run(main())


def test_a_caller_that_is_not_the_box_is_remembered() -> None:
    """Who dials in with another registration is hung up on, and stands there with what it said."""

    async def main() -> None:
        trace, wire = Trace(now), Wire(RtuFraming())
        place = DialIn(type="dial_in", listen=1, registration="IMEI8675")
        said = {"right": b"IMEI8675", "other": b"IMEI9999", "binary": b"\x01\xfe", "silent": b""}
        pipes = {}
        for name, words in said.items():
            pipe = pipes[name] = Pipe()
            ear = _Ear(wire, trace, place.first_bytes)
            ear.connection_made(pipe)
            if words:
                ear.data_received(words)
        await asyncio.sleep(REGISTER_WITHIN + 1)
        assert {name for name, pipe in pipes.items() if pipe.ended} == {"other", "binary", "silent"}
        found = {each.name: each.address for each in trace.strangers.all()}
        assert found == {
            "IMEI9999": {"registration": "IMEI9999"},
            "01 fe": {"registration_hex": "01fe"},
        }
        assert [each.note for each in trace.frames()] == [
            "registration",
            "unknown registration",
            "unknown registration",
        ]
        wire.close()

    run(main())
