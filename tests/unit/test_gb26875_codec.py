"""What frames of GB/T 26875.3 mean: readings and events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.gb26875 import codec, frames, objects, tables
from edge.drivers.gb26875.codec import Received
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.frames import Frame
from edge.drivers.gb26875.objects import Item
from edge.model import DeviceReported, DeviceReset, Lane, Reading, Record
from tests.fakes.gb26875 import AT, LABEL, component, frame, profile

LOCAL = datetime(2019, 7, 1, 10, 20, 30)  # noqa: DTZ001  a device's clock has no zone
STD = DIALECTS["std"]
SYSTEM: dict[str, Any] = {"system_type": 1, "system_address": 1}


def received(sent: Frame, at: datetime = AT, local: datetime = LOCAL) -> Received:
    """Receive a frame at the time that it carries."""
    return Received(device="fire-1", frame=sent, at=at, local=local)


def records(app: bytes, dialect: str = "std", made: str = "panels/gb26875") -> tuple[Record, ...]:
    """Return what app data mean."""
    return codec.records(received(frame(app)), DIALECTS[dialect], profile(made))


def of(kind: int, **fields: Any) -> tuple[Record, ...]:
    """Return what one object means."""
    return records(objects.encode(kind, (Item(**fields),)))


def told(found: tuple[Record, ...]) -> DeviceReported:
    """Return the report itself, which stands first."""
    assert isinstance(found[0], DeviceReported)
    return found[0]


def values(found: tuple[Record, ...]) -> dict[str, object]:
    """Return the values by point."""
    return {each.point: each.value for each in found if isinstance(each, Reading)}


def test_a_fire_makes_a_reading_for_each_bit() -> None:
    """Every bit is told, the clear ones too, so that an alarm can end; bit 0 is no point."""
    found = records(component(2))
    assert values(found) == {
        f"fire-1/1-1-10-2.{name}": name == "fire"
        for name in tables.COMPONENT_BITS.values()
        if name != "normal"
    }
    assert {each.at for each in found} == {AT}
    assert {each.about for each in found if isinstance(each, Reading)} == {
        "点型光电感烟火灾探测器 一层大厅"
    }


def test_the_report_of_a_fire() -> None:
    """The report keeps the frame, its identity, the device's time, and goes first."""
    sent = frame(component(2))
    report = told(records(component(2)))
    assert report.what == "component_status"
    assert report.frame == frames.encode(sent).hex()
    assert report.device_time == "2019-07-01T10:20:30"
    assert report.lane is Lane.LIFE_SAFETY
    assert report.fields["test"] is True
    assert report.origin.startswith("fire-1/5/1e140a010713/")
    assert report.fields["description"] == "一层大厅"


def test_test_is_a_tag_and_never_a_filter() -> None:
    """A fire with bit 0 clear is as much of a fire as one with bit 0 set."""
    assert values(records(component(2))) == values(records(component(3)))
    assert told(records(component(3))).fields["test"] is False


def test_no_fire_is_information() -> None:
    """Only a fire bit, or an alarm given by hand, makes a report urgent."""
    assert told(records(component(0x01FD))).lane is Lane.INFO


def test_system_status() -> None:
    """A system's bits are points of the component `1-1`."""
    found = of(1, **SYSTEM, status=0b0001_1001_0000_0101, time=LABEL)
    assert [point for point, value in values(found).items() if value] == [
        "fire-1/1-1.fault",
        "fire-1/1-1.main_power_fault",
        "fire-1/1-1.manual",
        "fire-1/1-1.config_changed",
    ]
    assert "fire-1/1-1.reset" not in values(found)


def test_a_reset_in_the_status_comes_before_the_bits() -> None:
    """What is still set after a reset is a new alarm, so the reset is told first."""
    _, reset, *rest = of(1, **SYSTEM, status=1 << 13 | 2, time=LABEL)
    assert reset == DeviceReset(device="fire-1", component="1-1", at=AT)
    assert isinstance(rest[0], Reading)


def test_device_status() -> None:
    """The device's own bits are plain points."""
    found = of(21, status=0b0100_1010, time=LABEL)
    assert values(found) == {
        "fire-1/fire": True,
        "fire-1/fault": False,
        "fire-1/main_power_fault": True,
        "fire-1/backup_power_fault": False,
        "fire-1/center_link_fault": False,
        "fire-1/monitored_line_fault": True,
    }
    assert told(found).lane is Lane.LIFE_SAFETY


@pytest.mark.parametrize(("kind", "component"), [(4, "1-1"), (24, "")])
def test_reset_operation(kind: int, component: str) -> None:
    """A reset at the panel ends what its system latched; at the device, everything."""
    found = of(kind, **(SYSTEM if kind == 4 else {}), operation=1, operator=7, time=LABEL)
    assert DeviceReset(device="fire-1", component=component, at=AT) in found
    assert told(found).fields["operation"] == "reset"
    assert told(found).fields["operator"] == 7


def test_a_manual_alarm_is_an_alarm() -> None:
    """An alarm given by hand is a point that comes on, urgent, and goes when it is cleared."""
    on = of(24, operation=1 << 2, operator=1, time=LABEL)
    off = of(24, operation=1 << 3, operator=1, time=LABEL)
    assert values(on) == {"fire-1/manual_alarm": True}
    assert told(on).lane is Lane.LIFE_SAFETY
    assert values(off) == {"fire-1/manual_alarm": False}
    assert values(of(4, **SYSTEM, operation=1 << 2, operator=1, time=LABEL)) == {
        "fire-1/1-1.manual_alarm": True
    }


@pytest.mark.parametrize(
    ("kind", "raw", "name", "value"),
    [(3, -5, "temperature", -0.5), (5, 312, "pressure", 31.2), (6, 120, "gas", 12.0)],
)
def test_analog_value(kind: int, raw: int, name: str, value: float) -> None:
    """An analog value is a point of its component, in its unit."""
    place = {"component_type": 31, "zone": 1, "point": 2}
    found = of(3, **SYSTEM, **place, analog_type=kind, analog=raw, time=LABEL)
    assert values(found) == {f"fire-1/1-1-1-2.{name}": value}


@pytest.mark.parametrize("kind", [5, 6, 7, 8, 25, 26, 28])
def test_what_has_no_points_is_only_reported(kind: int) -> None:
    """Versions, texts and times make a report and no reading."""
    item = Item(
        **SYSTEM, component_type=1, zone=1, point=1, major=1, minor=4, text="东", time=LABEL
    )
    found = records(objects.encode(kind, (item,)))
    assert len(found) == 1
    assert told(found).what == tables.WHAT[kind]


def test_a_maker_adds_bits_and_types() -> None:
    """One dialect has bits that the others leave unnamed; its profile names its own type."""
    item = Item(**SYSTEM, component_type=137, zone=1, point=1, status=1 << 12, time=LABEL)
    app = objects.encode(2, (item,))
    found = records(app, "dahua-bcd", "panels/gb26875_dahua")
    assert values(found)["fire-1/1-1-1-1.removed"] is True
    assert isinstance(found[1], Reading)
    assert found[1].about == "声光报警器"
    assert "fire-1/1-1-1-1.removed" not in values(records(app))


@pytest.mark.parametrize(
    ("app", "what"), [(b"\x87\x01\x01", "user_135"), (b"\x4d\x01", "unknown_77"), (b"\x00", "reg")]
)
def test_what_is_not_understood_is_kept(app: bytes, what: str) -> None:
    """An unknown type is reported with its frame and its error, and nothing is made up."""
    found = records(app)
    assert len(found) == 1
    assert told(found).what.startswith(what)
    assert "error" in told(found).fields


def test_a_lack_of_objects_keeps_those_there_are() -> None:
    """A fire in a frame that announces more than it holds is a fire."""
    app = component(2)
    found = records(app[:1] + b"\x03" + app[2:])
    assert values(found)["fire-1/1-1-10-2.fire"] is True
    assert told(found).fields["error"] == "objects_missing: 3 announced, 1 whole"


def test_a_clock_that_is_off_is_only_noted() -> None:
    """A device that lives in 2012 is believed in everything but the time."""
    label = bytes((30, 20, 10, 1, 7, 12))
    found = codec.records(received(frame(component(2), label=label)), STD, profile())
    assert told(found).fields["clock_off_s"] == -220_838_400
    assert told(found).device_time == "2012-07-01T10:20:30"
    assert {each.at for each in found} == {AT}
    assert "clock_off_s" not in told(records(component(2))).fields


def test_an_impossible_time_is_noted() -> None:
    """Month 0 is no time, and no reason to drop a fire."""
    found = codec.records(received(frame(component(2), label=bytes(6))), STD, profile())
    assert (told(found).device_time, told(found).fields["clock"]) == ("", "impossible")
    assert values(found)["fire-1/1-1-10-2.fire"] is True


def test_a_resend_has_the_same_origin() -> None:
    """The same frame an hour later is the same report; anything else in it makes another."""
    first = received(frame(component(2)))
    again = received(frame(component(2)), AT + timedelta(hours=1), LOCAL + timedelta(hours=1))
    assert codec.origin(first, STD) == codec.origin(again, STD)
    others = [
        received(frame(component(3))),
        received(frame(component(2), serial=6)),
        received(frame(component(2), label=LABEL[::-1])),
        Received(device="fire-2", frame=frame(component(2)), at=AT, local=LOCAL),
    ]
    assert codec.origin(first, STD) not in {codec.origin(each, STD) for each in others}


def test_serial_0_with_a_dead_clock_is_told_apart_by_arrival() -> None:
    """A device whose serial and clock both stand still can burn twice."""
    dead = frame(component(2), serial=0, label=bytes(6))
    later = received(dead, AT + timedelta(hours=1), LOCAL + timedelta(hours=1))
    assert codec.origin(received(dead), STD) != codec.origin(later, STD)
    ticking = frame(component(2), serial=0)
    assert codec.origin(received(ticking), STD) == codec.origin(
        received(ticking, AT + timedelta(hours=1), LOCAL + timedelta(hours=1)), STD
    )


def test_a_dead_clock_hides_no_fire_of_another_day() -> None:
    """Serials begin anew at each start of a device without a clock: days later it is new."""
    dead = frame(component(2), serial=9, label=bytes(6))
    soon = received(dead, AT + timedelta(minutes=2), LOCAL + timedelta(minutes=2))
    days = received(dead, AT + timedelta(days=2), LOCAL + timedelta(days=2))
    assert codec.origin(received(dead), STD) == codec.origin(soon, STD), "a resend is a resend"
    assert codec.origin(received(dead), STD) != codec.origin(days, STD)


@given(st.binary(min_size=1, max_size=400), st.binary(min_size=6, max_size=6))
def test_anything_a_device_says_can_be_reported(app: bytes, label: bytes) -> None:
    """No content makes the codec fail, and the frame is always kept whole."""
    sent = frame(app, label=label)
    for dialect in DIALECTS.values():
        found = codec.records(received(sent), dialect, profile_once)
        assert told(found).frame == frames.encode(sent).hex()


profile_once = profile()


def test_every_point_that_is_told_is_in_the_profile() -> None:
    """No reading comes for a point that the profile does not name."""
    std, dahua = profile(), profile("panels/gb26875_dahua")
    both = {*tables.SYSTEM_BITS.values(), *tables.COMPONENT_BITS.values()} - {"normal", "reset"}
    assert both | {kind.name for kind in tables.ANALOGS.values()} < set(std.component_points)
    assert set(tables.DEVICE_BITS.values()) - {"normal"} < set(std.points)
    more = set(tables.DAHUA_COMPONENT_BITS.values()) - {"normal"}
    assert more < set(dahua.component_points)
    units = {kind.name: kind.unit for kind in tables.ANALOGS.values()}
    assert {name: std.component_points[name].unit for name in units} == units


def test_the_tables_do_not_mix_up_neighbours() -> None:
    """10 is the linkage controller, 11 the hydrants; 23 is the fire power supply, no lift."""
    assert tables.system_type(10).zh == "消防联动控制器"
    assert tables.system_type(11).zh == "消火栓系统"
    assert tables.system_type(23).zh == "消防电源"
    assert tables.system_type(99).en == "System type 99"
    assert tables.component_type(200, {}).zh == "部件类型200"
