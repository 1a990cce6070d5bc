"""Devices and networks that misbehave, over loopback: one harms no other."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from edge.errors import LinkDown
from edge.model import Reading, Record
from edge.trace import Trace
from simulators.lift import LiftSimulator, LiftSpec
from simulators.modbus_server import Faults
from tests.fakes.modbus import bad, changes, listen, living, made, placed, profile, section, values
from tests.fakes.modbus import utc_now as now

pytestmark = pytest.mark.integration

BOX = profile("lifts/ba_box")
HASTY = BOX.model_copy(
    update={
        "settings": BOX.settings.model_copy(update={"groups": {"all": timedelta(milliseconds=200)}})
    }
)


FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("silent", {}, "no answer"),
    ("half_frame", {}, "answers are garbled"),
    ("slow", {"ms": 5000}, "no answer"),
    ("exception", {"code": 11}, "gateway: target does not answer"),
]


async def _outage(transport: str, framing: Any, verb: str, args: dict[str, Any]) -> list[Record]:
    """What two lifts tell while the first has a fault for two seconds."""
    lifts = [LiftSpec(device=f"lift-{n}", unit=n, profile=HASTY) for n in (1, 2)]
    simulator = LiftSimulator("bus", lifts, framing=framing)
    async with living(simulator):
        way = {"type": transport, "host": "127.0.0.1", "port": simulator.server.port}
        link = section({**way, "answer_within": "300ms"}).bind(
            [placed(spec.device, spec.unit, HASTY) for spec in lifts]
        )
        await simulator.act("lift-1", verb, args)
        slave = simulator.server.units[1]
        asyncio.get_running_loop().call_later(2, setattr, slave, "faults", Faults())
        async with link.open(now, Trace(now)) as driver:
            return await listen(driver, 4.5)


@pytest.mark.parametrize(("transport", "framing"), [("tcp", "mbap"), ("rtu_over_tcp", "rtu")])
def test_faults_and_recovery(transport: str, framing: Any) -> None:
    """Each fault makes one lift offline, once, with its reason; the other goes on."""

    async def main() -> list[list[Record]]:
        return await asyncio.gather(
            *(_outage(transport, framing, verb, args) for verb, args, _ in FAULTS)
        )

    for (_, _, reason), records in zip(FAULTS, asyncio.run(main()), strict=True):
        assert [each for each in changes(records) if each[0] == "lift-1"] == [
            ("lift-1", "offline", reason),
            ("lift-1", "online", "answers"),
        ]
        assert [each for each in changes(records) if each[0] == "lift-2"] == [
            ("lift-2", "online", "answers")
        ]
        assert sorted(bad(records)) == sorted(f"lift-1/{name}" for name in BOX.points)
        assert values(records)["lift-1/trapped"] is False
        polls = [
            each for each in records if isinstance(each, Reading) and each.point == "lift-2/trapped"
        ]
        assert len(polls) >= 10


def test_wrong_checksums_are_silence() -> None:
    """Frames with a wrong checksum are never believed."""

    async def main() -> None:
        simulator = LiftSimulator(
            "bus", [LiftSpec(device="lift-1", unit=1, profile=HASTY)], framing="rtu"
        )
        async with living(simulator):
            await simulator.act("lift-1", "wrong_crc", {})
            link = section(
                {"type": "rtu_over_tcp", "host": "127.0.0.1", "port": simulator.server.port}
            ).bind([placed("lift-1", 1, HASTY)])
            async with link.open(now, Trace(now)) as driver:
                records = await listen(driver, 4)
        assert changes(records) == [("lift-1", "offline", "answers are garbled")]
        assert len(bad(records)) == len(BOX.points) == len(values(records))

    asyncio.run(main())


def test_stream_that_is_no_modbus() -> None:
    """A TCP stream that is something else is LinkDown, not endless waiting."""

    async def main() -> None:
        async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 mail.example.org ESMTP\r\n")
            writer.close()

        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        link = section({"type": "tcp", "host": "127.0.0.1", "port": port}).bind(
            [placed("d", 1, made({"a": {"register": 0}}))]
        )
        async with link.open(now, Trace(now)) as driver:
            with pytest.raises(LinkDown, match="no Modbus"):
                await listen(driver, 5)
        server.close()

    asyncio.run(main())
