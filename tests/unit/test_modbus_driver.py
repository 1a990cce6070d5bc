"""Polling in virtual time: deadlines, silence, refusals, commands."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from edge.drivers.modbus.profile import ModbusProfile
from edge.drivers.modbus.timing import Line
from edge.drivers.modbus.unit import Said
from edge.errors import LinkDown
from edge.model import DeviceChanged, Reading, Record
from simulators.modbus_registers import blank
from simulators.modbus_server import Faults, SlaveUnit
from tests.fakes.modbus import (
    FakeBus,
    bad,
    changes,
    listen,
    made,
    opened,
    profile,
    values,
)
from tests.fakes.time import EPOCH, run

BOX = profile("lifts/ba_box")


def slaves(count: int, device: ModbusProfile) -> dict[int, SlaveUnit]:
    """Units 1 to count with everything that the profile reads."""
    return {unit: SlaveUnit(tables=blank(device)) for unit in range(1, count + 1)}


def _set(faults: Faults, name: str, value: int) -> None:
    setattr(faults, name, value)


def test_one_report_for_each_poll() -> None:
    """A poll of 52 points is one report; the first one tells that the device is there, once."""

    async def main() -> None:
        bus = FakeBus(slaves(1, BOX))
        records = await listen(opened(bus, {1: BOX}), 5.5)
        assert len(bus.asked) == 6
        assert changes(records) == [("d1", "online", "answers")]
        assert len(records) == 6 * 52 + 1
        assert {record.at for record in records if isinstance(record, Reading)} == {
            record.at for record in records
        }

    run(main())


def test_silence_is_told_once_and_is_never_zero() -> None:
    """A unit that falls silent: bad once for each point, offline once; back: online and values."""

    async def main() -> None:
        bus = FakeBus(slaves(1, BOX))
        driver = opened(bus, {1: BOX})
        loop = asyncio.get_running_loop()
        faults = bus.slaves[1].faults
        loop.call_at(2.5, _set, faults, "silent", 1)
        loop.call_at(300.5, _set, faults, "silent", 0)
        records = await listen(driver, 400)
        assert sorted(bad(records)) == sorted(f"d1/{name}" for name in BOX.points)
        assert changes(records) == [
            ("d1", "online", "answers"),
            ("d1", "offline", "no answer"),
            ("d1", "online", "answers"),
        ]
        offline = next(r for r in records if isinstance(r, DeviceChanged) and r.state == "offline")
        assert offline.at - EPOCH < timedelta(seconds=10)
        assert all(
            record.value is None
            for record in records
            if isinstance(record, Reading)
            and timedelta(seconds=2.5) < record.at - EPOCH < timedelta(seconds=300)
        )
        back = [r for r in records if r.at - EPOCH > timedelta(seconds=300.5)]
        assert values(back)["d1/trapped"] is False
        probes = [pdu for at, _, pdu in bus.asked if 4 < at < 300]
        assert len(probes) < 12
        assert {int.from_bytes(pdu[3:5]) for pdu in probes} == {1}

    run(main())


def test_a_silent_unit_has_no_good_value_left() -> None:
    """Also of what is read rarely, and has not been asked for since."""

    async def main() -> None:
        device = made({"a": {"register": 0}, "b": {"register": 50, "every": "1h"}})
        bus = FakeBus(slaves(1, device))
        asyncio.get_running_loop().call_at(2.5, _set, bus.slaves[1].faults, "silent", 1)
        assert sorted(bad(await listen(opened(bus, {1: device}), 60))) == ["d1/a", "d1/b"]

    run(main())


def rate(silent: set[int], seconds: float) -> dict[int, int]:
    """Answered reads of each of twenty lifts on a 9600-baud bus."""

    async def main() -> list[Record]:
        bus = FakeBus(slaves(20, BOX))
        for unit in silent:
            bus.slaves[unit].faults.silent = True
        return await listen(opened(bus, dict.fromkeys(range(1, 21), BOX)), seconds)

    counts = dict.fromkeys(range(1, 21), 0)
    for record in run(main()):
        if isinstance(record, Reading) and record.point.endswith("/trapped"):
            counts[int(record.point[1 : record.point.index("/")])] += record.value is not None
    return counts


@pytest.mark.parametrize("silent", [{7}, {1, 20}])
def test_silent_lifts_cost_the_others_nothing(silent: set[int]) -> None:
    """On a saturated bus each other lift keeps 90 % of its polls, from the first second on."""
    all_there, some_silent = rate(set(), 120), rate(silent, 120)
    for unit, count in some_silent.items():
        if unit in silent:
            assert count == 0
        else:
            assert count >= 0.9 * all_there[unit]


def test_everyone_gets_the_same() -> None:
    """A saturated bus is shared evenly."""
    counts = rate(set(), 120)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert sum(counts.values()) > 120 * 11


def test_slow_points_are_not_starved() -> None:
    """On a bus that is too slow for all, a slow group still gets its turn in its own time."""

    async def main() -> None:
        device = made(
            {
                "fast": {"register": 0, "every": "100ms"},
                "slow": {"register": 50, "every": "10s"},
            }
        )
        bus = FakeBus(slaves(20, device), line=Line(baud=9600))
        await listen(opened(bus, dict.fromkeys(range(1, 21), device)), 60)
        for unit in range(1, 21):
            slow = [at for at, asked, pdu in bus.asked if asked == unit and pdu[2] == 50]
            gaps = [later - earlier for earlier, later in pairwise(slow)]
            assert len(slow) >= 4
            assert max(gaps) < 20.5

    run(main())


def test_refused_register_is_isolated() -> None:
    """A register that the device refuses is found by halving, told once, and the rest is read."""

    async def main() -> None:
        device = made({f"p{n:02}": {"register": n} for n in range(32)})
        bus = FakeBus(slaves(1, device))
        bus.slaves[1].faults.illegal = {5}
        bus.slaves[1].tables["holding"][31] = 9
        records = await listen(opened(bus, {1: device}), 60)
        assert changes(records) == [
            ("d1", "online", "answers"),
            ("d1", "degraded", "refuses p05"),
        ]
        assert bad(records) == ["d1/p05"]
        said = values(records)
        assert said.pop("d1/p05") is None
        assert len(said) == 31
        assert said["d1/p31"] == 9
        refused = [pdu for at, _, pdu in bus.asked if at > 2 and _holds(pdu, 5)]
        assert not refused

    run(main())


def test_refusal_that_goes_is_noticed() -> None:
    """What was refused is asked for again some minutes later; then the device is whole."""

    async def main() -> None:
        device = made({f"p{n:02}": {"register": n} for n in range(8)})
        bus = FakeBus(slaves(1, device))
        bus.slaves[1].faults.illegal = {5}
        faults = bus.slaves[1].faults
        asyncio.get_running_loop().call_at(30, faults.illegal.clear)
        records = await listen(opened(bus, {1: device}), 1300)
        assert [state for _, state, _ in changes(records)] == ["online", "degraded", "online"]
        assert values(records)["d1/p05"] == 0

    run(main())


def _holds(pdu: bytes, address: int) -> bool:
    start, count = int.from_bytes(pdu[1:3]), int.from_bytes(pdu[3:5])
    return start <= address < start + count


def test_device_that_refuses_everything() -> None:
    """A unit that only answers with exceptions is there, but degraded; it is left in peace."""

    async def main() -> None:
        device = made({"a": {"register": 0}, "b": {"register": 1}})
        bus = FakeBus(slaves(1, device))
        bus.slaves[1].faults.exception = 1
        records = await listen(opened(bus, {1: device}), 300)
        assert changes(records) == [
            ("d1", "online", "answers"),
            ("d1", "degraded", "refuses a, b"),
        ]
        assert sorted(bad(records)) == ["d1/a", "d1/b"]
        assert len(bus.asked) < 10

    run(main())


@pytest.mark.parametrize(("code", "told"), [(6, []), (11, ["offline"])])
def test_other_exceptions(code: int, told: list[str]) -> None:
    """A busy unit is there, its values are bad meanwhile; behind a gateway code 11 is silence."""

    async def main() -> None:
        bus = FakeBus(slaves(1, BOX))
        faults = bus.slaves[1].faults
        loop = asyncio.get_running_loop()
        loop.call_at(2.5, _set, faults, "exception", code)
        loop.call_at(20.5, _set, faults, "exception", 0)
        records = await listen(opened(bus, {1: BOX}), 100)
        states = [state for _, state, _ in changes(records)]
        assert states == (["online", *told, "online"] if told else ["online"])
        assert len(bad(records)) == len(BOX.points)
        assert values(records)["d1/trapped"] is False

    run(main())


def test_said_outlives_a_session() -> None:
    """A link that comes back does not tell again what is as it was."""

    async def main() -> None:
        said = Said()
        bus = FakeBus(slaves(1, BOX))
        assert changes(await listen(opened(bus, {1: BOX}, said), 2)) != []
        assert changes(await listen(opened(bus, {1: BOX}, said), 2)) == []
        bus.slaves[1].faults.silent = True
        told = changes(await listen(opened(bus, {1: BOX}, said), 20))
        assert told == [("d1", "offline", "no answer")]
        assert changes(await listen(opened(bus, {1: BOX}, said), 20)) == []

    run(main())


def test_nothing_answers_for_long() -> None:
    """A connection on which nobody has answered for five minutes is given to the keeper."""

    async def main() -> None:
        bus = FakeBus({})
        with pytest.raises(LinkDown, match="300 s"):
            await listen(opened(bus, {1: BOX}), 1000)

    run(main())


def test_start_is_spread() -> None:
    """Units begin one after the other over the first period, not all at once."""

    async def main() -> None:
        device = made({"a": {"register": 0, "every": "10s"}})
        bus = FakeBus(slaves(5, device))
        await listen(opened(bus, dict.fromkeys(range(1, 6), device)), 9)
        assert [round(at) for at, _, _ in bus.asked] == [0, 2, 4, 6, 8]

    run(main())


def test_min_pause() -> None:
    """A device that needs rest after an answer gets it."""

    async def main() -> None:
        device = made({"a": {"register": 0, "every": "10ms"}}, settings={"min_pause": "150ms"})
        bus = FakeBus(slaves(1, device), line=Line())
        await listen(opened(bus, {1: device}), 3)
        assert len(bus.asked) in {20, 21}

    run(main())
