"""Simulated lifts: believable on their own, and read back as they are."""

from __future__ import annotations

import asyncio
import random
import struct
from typing import Any

import pytest

from edge.drivers.modbus.decode import compile_read
from edge.drivers.modbus.planner import plan
from edge.model import Value
from simulators.lift import LiftSimulator, LiftSpec
from simulators.lift_car import FLOOR_HEIGHT, RATED_SPEED, Car
from simulators.modbus_server import SlaveUnit, crc16
from tests.fakes.modbus import profile

PROFILES = {
    name: profile(f"lifts/{name}")
    for name in ("ba_box", "techno_board", "sensor_box", "sensor_box_cic", "sensor_box_chongqing")
}


def shown(simulator: LiftSimulator, name: str) -> dict[str, Value | None]:
    """What a reader of the registers sees."""
    unit = list(PROFILES).index(name) + 1
    slave, box = simulator.server.units[unit], PROFILES[name]
    values: dict[str, Value | None] = {}
    for read in plan(box.points, box.settings):
        words = [slave.tables[read.table][read.start + index] for index in range(read.count)]
        decoder = compile_read(read, box.points, box.settings)
        data = struct.pack(f">{len(words)}H", *words)
        values |= dict(zip(decoder.names, decoder(data), strict=True))
    return values


def simulator() -> LiftSimulator:
    """One lift of each model."""
    return LiftSimulator(
        "bus",
        [
            LiftSpec(device=name, unit=unit, profile=box)
            for unit, (name, box) in enumerate(PROFILES.items(), start=1)
        ],
    )


def test_car_lives() -> None:
    """In an hour a car serves floors of its shaft, never moves with an open door, and counts."""
    car = Car(lowest=-1, highest=12, chance=random.Random(7))  # noqa: S311 - no secret
    floors = set()
    for _ in range(5 * 3600):
        before, height = car.phase, car.height
        car.step(0.2)
        assert abs(car.height - height) <= RATED_SPEED * 0.2 + 0.01
        assert before == "moving" or car.height == height
        assert 0 <= car.height <= 13 * FLOOR_HEIGHT + 0.01
        assert 0 <= car.passengers <= 13
        if car.phase == "open":
            assert car.at_landing
            floors.add(car.floor)
    assert len(floors) > 6
    assert car.starts > 50
    assert car.door_cycles >= car.starts
    assert car.metres > 500
    assert 0 < car.running_seconds < 3600


@pytest.mark.parametrize(
    ("verb", "name", "expected"),
    [
        ("trap", "ba_box", {"trapped": True, "stopped_outside_door_zone": True}),
        ("trap", "sensor_box", {"fault_code": 11, "door_zone": 2, "passenger": 1, "floor": 5}),
        ("trap", "sensor_box_chongqing", {"fault_code": 93}),
        ("trap", "sensor_box_cic", {"fault_code": 4, "door_zone": 2, "passenger": 1}),
        ("trap", "techno_board", {"fault": True, "floor": 5, "running": False}),
        ("door_fault", "ba_box", {"door_close_fault": True, "trapped": False}),
        ("door_fault", "sensor_box_cic", {"fault_code": 2}),
        ("overspeed", "ba_box", {"overspeed": True}),
        ("overspeed", "sensor_box_cic", {"fault_code": 11}),
        ("power_off", "ba_box", {"power_lost": True}),
        ("power_off", "sensor_box", {"event_code": 41, "service_mode": 0}),
        ("button", "ba_box", {"car_alarm_button": True, "trapped": False}),
        ("button", "sensor_box", {"alarm_code": 90}),
    ],
)
def test_what_happens_shows(verb: str, name: str, expected: dict[str, Value]) -> None:
    """Each verb shows in the registers of each model in its own way, and restore takes it back."""

    async def main() -> None:
        bus = simulator()
        before = shown(bus, name)
        await bus.act(name, verb, {"floor": 5})
        after = shown(bus, name)
        assert {point: after[point] for point in expected} == expected
        assert before != after
        await bus.act(name, "restore", {})
        healed = shown(bus, name)
        assert not healed.get("trapped", False)
        assert healed.get("fault_code", 0) == 0
        assert bus.car(name).faults == set()

    asyncio.run(main())


def test_release_lets_people_out() -> None:
    """After the release the car stands at a landing, empty, and opens."""

    async def main() -> None:
        bus = simulator()
        await bus.act("ba_box", "trap", {"floor": 9})
        car = bus.car("ba_box")
        for _ in range(100):
            car.step(0.2)
        assert (car.floor, car.speed, car.at_landing, car.stuck) == (9, 0.0, False, True)
        await bus.act("ba_box", "release", {})
        assert (car.passengers, car.at_landing, car.phase) == (0, True, "opening")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("device", "verb", "args"),
    [("ba_box", "fly", {}), ("nobody", "trap", {}), ("ba_box", "trap", {"floor": "top"})],
)
def test_wrong_verbs(device: str, verb: str, args: dict[str, Any]) -> None:
    """A verb, a lift or an argument that is not known is a ValueError."""
    with pytest.raises(ValueError, match=r"fly|nobody|floor"):
        asyncio.run(simulator().act(device, verb, args))


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("0300000002", "0304000a000b"),
        ("0300010002", "8302"),
        ("0300000000", "8303"),
        ("0300007fff", "8303"),
        ("0400000001", "8402"),
        ("0100000003", "010105"),
        ("0500020000", "0500020000"),
        ("0500021234", "8503"),
        ("060001beef", "060001beef"),
        ("0600020000", "8602"),
        ("10000000020400010002", "1000000002"),
        ("2b0e0100", "ab01"),
    ],
)
def test_slave(request_: str, answer: str) -> None:
    """The simulated slave answers and refuses as the specification says."""
    slave = SlaveUnit(tables={"holding": {0: 10, 1: 11}, "coil": {0: 1, 1: 0, 2: 1}})
    assert slave.answer(bytes.fromhex(request_)).hex() == answer


def test_checksum() -> None:
    """The simulator's own CRC agrees with a published frame."""
    frame = bytes.fromhex("0203004000170423")
    assert crc16(frame[:-2]) == frame[-2:]
