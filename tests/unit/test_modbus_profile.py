"""What a profile and a link section may say, and what is refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pymodbus.transport import serialtransport
from ruamel.yaml import YAML

import edge.drivers.modbus
from edge.drivers.modbus import ModbusAddress, ModbusSection
from edge.drivers.modbus.link import ModbusLink
from edge.errors import ConfigError
from edge.profiles import Profiles
from edge.trace import Trace
from tests.fakes.modbus import SHIPPED, made, placed, profile
from tests.fakes.time import now, run

SAMPLE = Path(edge.drivers.modbus.__file__).with_name("sample.yaml")

LIFTS = sorted(path.stem for path in (SHIPPED / "lifts").glob("*.yaml"))
WRITE = {"text": {"zh": "写", "en": "write"}, "table": "coil", "register": 1, "value": 1}


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        ({"register": 70000}, "less than or equal"),
        ({"register": 65535, "words": "u32"}, "there is no register"),
        ({"register": 0, "table": "coil"}, "single bit"),
        ({"register": 0, "table": "coil", "type": "bool", "bit": 1}, "single bit"),
        ({"register": 0, "bit": 16, "type": "bool"}, "15"),
        ({"register": 0, "bit": "mid.1", "type": "bool"}, "bit"),
        ({"register": 0, "bit": 3}, "a single bit is a bool"),
        ({"register": 0, "bit": 3, "bits": "1..2", "type": "bool"}, "exclude each other"),
        ({"register": 0, "bits": "5..4"}, "do not lie"),
        ({"register": 0, "bits": "12..16"}, "do not lie"),
        ({"register": 0, "scale": 0.1}, "a value with decimals"),
        ({"register": 0, "words": "f32"}, "a value with decimals"),
        ({"register": 0, "words": "f32", "type": "float", "bits": "1..2"}, "no bits"),
        ({"register": 0, "inverted": True}, "inverted"),
        ({"register": 0, "group": "hourly"}, "no group hourly"),
        ({"register": 0, "every": "0s"}, "poll rate"),
        ({"register": 0, "type": "str"}, "type"),
        ({"register": 0, "regster": 1}, "regster"),
        ({}, "register"),
    ],
)
def test_points_that_make_no_sense(point: dict[str, Any], reason: str) -> None:
    """Each mistake is refused in words that name it."""
    with pytest.raises(ValidationError, match=reason):
        made({"p": point})


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"numbering": 1}, "there is no register 0"),
        ({"max_registers": 126}, "125"),
        ({"forbidden": [{"table": "holding", "first": 0, "last": 5}]}, "forbidden"),
        ({"groups": {"fast": "0s"}}, "poll rate"),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, Any], reason: str) -> None:
    """A limit beyond the protocol, a forbidden point, a rate of nothing."""
    with pytest.raises(ValidationError, match=reason):
        made({"p": {"register": 0}}, settings=settings)


def test_lift_with_an_action() -> None:
    """A lift's profile that could write is refused, whatever it would write."""
    assert made({"p": {"register": 0}}, actions={"open": WRITE}).actions
    with pytest.raises(ValidationError, match="never written"):
        made({"p": {"register": 0}}, kind="lift", actions={"open": WRITE})


def test_lift_with_an_action_in_a_site_folder(tmp_path: Any) -> None:
    """A site cannot add an action to a shipped lift either."""
    (tmp_path / "mine.yaml").write_text(
        "extends: lifts/ba_box\n"
        "actions:\n"
        "  open: {table: coil, register: 1, value: 1, text: {zh: 开, en: open}}\n"
    )
    with pytest.raises(ConfigError, match="never written"):
        profile("mine", tmp_path)


@pytest.mark.parametrize("name", [*(f"lifts/{stem}" for stem in LIFTS), "sensors/leakage_breaker"])
def test_shipped_profiles(name: str) -> None:
    """Every shipped profile is sound, bilingual, says its source, and tells of silence.

    A lift has no action; the breaker's trip coil cannot be written either.
    """
    device = profile(name)
    assert not device.actions
    assert "ssumed" in device.source or "own" in device.source
    offline = device.alarms["offline"]
    assert (offline.when.point, offline.when.equals) == ("online", False)
    assert (offline.category, offline.on_delay.total_seconds()) == ("device.offline", 60)
    for point in device.points.values():
        assert any("\u4e00" <= letter <= "\u9fff" for letter in point.text.zh)
        assert point.text.en.isascii()


@pytest.mark.parametrize("name", ["lifts/ba_box", "lifts/sensor_box", "lifts/sensor_box_chongqing"])
def test_entrapment_is_life_safety(name: str) -> None:
    """Wherever a lift tells of trapped passengers, that is the most urgent alarm there is."""
    alarm = profile(name).alarms["entrapment"]
    assert (alarm.category, alarm.lane.value, alarm.severity) == (
        "lift.entrapment",
        "life_safety",
        900,
    )


def test_code_tables_stay_apart() -> None:
    """The same number means different things to different authorities."""
    box, city = profile("lifts/sensor_box"), profile("lifts/sensor_box_cic")
    assert box.points["fault_code"].labels[11].zh == "困人"
    assert city.points["fault_code"].labels[11].zh == "超速"
    assert profile("lifts/sensor_box_chongqing").points["fault_code"].labels[93].zh == "平层关人"
    for code in range(8):
        assert box.points["fault_code"].labels[code] == city.points["fault_code"].labels[code]


def bound(transport: dict[str, Any], *devices: Any) -> ModbusLink:
    """A link of a site file with its devices."""
    section = ModbusSection.model_validate({"driver": "modbus", "id": "b", "transport": transport})
    return section.bind(devices)


RTU = {"type": "rtu", "port": "/dev/ttyS0"}


def test_serial_settings_come_from_the_profile() -> None:
    """9600 8E1 is the lift box's own; the site file goes before it; eleven bits a character."""
    box = placed("lift", 2, profile("lifts/ba_box"))
    serial = bound(RTU, box).serial
    assert (serial.baud, serial.data_bits, serial.parity, serial.stop_bits) == (9600, 8, "E", 1)
    assert bound(RTU, box).line.bits_per_character == 11
    assert bound({**RTU, "parity": "N", "baud": 19200}, box).serial.parity == "N"
    assert bound({"type": "tcp", "host": "h"}, box).line.baud is None


def test_devices_that_cannot_share_a_bus() -> None:
    """8E1 and 8N1 on one bus is a mistake that names both, unless the site file decides."""
    box = placed("lift", 2, profile("lifts/ba_box"))
    board = placed("board", 1, profile("lifts/techno_board"))
    with pytest.raises(ConfigError, match=r"lift wants parity E and board N"):
        bound(RTU, box, board)
    assert bound({**RTU, "parity": "E"}, box, board).serial.parity == "E"
    assert bound({"type": "tcp", "host": "h"}, box, board).devices == (box, board)


@pytest.mark.parametrize("unit", [0, 248])
def test_units_that_a_bus_does_not_have(unit: int) -> None:
    """0 speaks to all and 248 is reserved: on a bus neither can answer; on TCP they may."""
    device = placed("d", unit, made({"p": {"register": 0}}))
    with pytest.raises(ConfigError, match=f"unit {unit}"):
        bound(RTU, device)
    assert bound({"type": "tcp", "host": "h"}, device)


@pytest.mark.parametrize(
    "transport",
    [
        {"type": "udp", "host": "h"},
        {"type": "tcp"},
        {"type": "tcp", "host": "h", "port": 0},
        {"type": "rtu", "port": "/dev/ttyS0", "parity": "X"},
        {"type": "dial_in"},
        {"type": "dial_in", "listen": 1, "registration_hex": "abc"},
    ],
)
def test_transports_that_make_no_sense(transport: dict[str, Any]) -> None:
    """What cannot be opened is refused when the site file is read."""
    with pytest.raises(ValidationError):
        bound(transport)


def test_sample_is_sound() -> None:
    """The sample's links, addresses and profiles fit together, with one device on each link."""
    sample = YAML(typ="safe").load(SAMPLE)
    for link in sample["links"]:
        section = ModbusSection.model_validate_json(json.dumps(link))
        devices = [
            placed(
                device["id"],
                ModbusAddress.model_validate(device["address"]).unit,
                profile(device["profile"]),
            )
            for device in sample["devices"]
            if device["link"] == section.id
        ]
        assert len(section.bind(devices).devices) == 1


def test_serial_port_gets_what_the_profile_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lift box's port is opened with 9600 8E1."""
    asked: dict[str, object] = {}

    async def create(_: object, __: object, port: str, **settings: object) -> None:
        asked.update(settings, port=port)
        raise OSError("enough")

    monkeypatch.setattr(serialtransport, "create_serial_connection", create)
    link = bound(RTU, placed("lift", 2, profile("lifts/ba_box")))

    async def main() -> None:
        async with link.open(now, Trace(now)):
            pass

    with pytest.raises(OSError, match="enough"):
        run(main())
    assert asked == {
        "port": "/dev/ttyS0",
        "baudrate": 9600,
        "bytesize": 8,
        "parity": "E",
        "stopbits": 1,
        "timeout": 0,
    }


def test_profiles_are_found_by_id() -> None:
    """The shipped profiles are where the gateway looks for them."""
    assert {f"lifts/{stem}" for stem in LIFTS} <= set(Profiles(SHIPPED).ids())
