"""The tables of GB/T 26875.3: types, bits, kinds of systems, components and analog values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from edge.drivers.gb26875.components import COMPONENT_TYPES
from edge.model import Text

CONTROL: Final = 1
SEND: Final = 2
CONFIRM: Final = 3
REQUEST: Final = 4
RESPONSE: Final = 5
DENY: Final = 6

SYSTEM_STATUS: Final = 1
COMPONENT_STATUS: Final = 2
COMPONENT_ANALOG: Final = 3
OPERATION: Final = 4
DEVICE_STATUS: Final = 21
DEVICE_OPERATION: Final = 24
SYNC_CLOCK: Final = 90
DUTY_CHECK: Final = 91
USER_TYPES: Final = range(128, 255)

WHAT: Final[Mapping[int, str]] = {
    0: "registration",
    1: "system_status",
    2: "component_status",
    3: "component_analog",
    4: "operation",
    5: "system_version",
    6: "system_config",
    7: "component_config",
    8: "system_time",
    21: "device_status",
    24: "device_operation",
    25: "device_version",
    26: "device_config",
    28: "device_time",
}
"""What a device tells, by type flag."""

SYSTEM_BITS: Final[Mapping[int, str]] = {
    0: "normal",
    1: "fire",
    2: "fault",
    3: "shield",
    4: "supervise",
    5: "start",
    6: "feedback",
    7: "delay",
    8: "main_power_fault",
    9: "backup_power_fault",
    10: "bus_fault",
    11: "manual",
    12: "config_changed",
    13: "reset",
}

COMPONENT_BITS: Final[Mapping[int, str]] = {
    0: "normal",
    1: "fire",
    2: "fault",
    3: "shield",
    4: "supervise",
    5: "start",
    6: "feedback",
    7: "delay",
    8: "power_fault",
}

DAHUA_COMPONENT_BITS: Final[Mapping[int, str]] = {
    **COMPONENT_BITS,
    9: "offline",
    10: "open_circuit",
    11: "short_circuit",
    12: "removed",
    14: "sensor_fault",
    15: "upgrade_fault",
}

DEVICE_BITS: Final[Mapping[int, str]] = {
    0: "normal",
    1: "fire",
    2: "fault",
    3: "main_power_fault",
    4: "backup_power_fault",
    5: "center_link_fault",
    6: "monitored_line_fault",
}

OPERATION_BITS: Final[Mapping[int, str]] = {
    0: "reset",
    1: "mute",
    2: "manual_alarm",
    3: "alarm_cleared",
    4: "self_test",
    5: "confirm",
    6: "test",
}

DEVICE_OPERATION_BITS: Final[Mapping[int, str]] = {**OPERATION_BITS, 5: "duty_answer"}

SYSTEM_TYPES: Final[Mapping[int, Text]] = {
    0: Text("通用", "General"),
    1: Text("火灾报警系统", "Fire alarm system"),
    10: Text("消防联动控制器", "Fire linkage controller"),
    11: Text("消火栓系统", "Hydrant system"),
    12: Text("自动喷水灭火系统", "Sprinkler system"),
    13: Text("气体灭火系统", "Gas extinguishing system"),
    14: Text("水喷雾灭火系统(泵启动)", "Water spray system (pump)"),
    15: Text("水喷雾灭火系统(压力容器启动)", "Water spray system (pressure vessel)"),
    16: Text("泡沫灭火系统", "Foam system"),
    17: Text("干粉灭火系统", "Dry powder system"),
    18: Text("防烟排烟系统", "Smoke control system"),
    19: Text("防火门及卷帘系统", "Fire doors and shutters"),
    20: Text("消防电梯", "Firefighters' lift"),
    21: Text("消防应急广播", "Emergency broadcast"),
    22: Text("消防应急照明和疏散指示系统", "Emergency lighting and exit signs"),
    23: Text("消防电源", "Fire power supply"),
    24: Text("消防电话", "Fire telephone"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Analog:
    """A kind of analog value: one count on the wire is 1/`divisor` of `unit`."""

    name: str
    unit: str
    divisor: int
    text: Text

    def scale(self, raw: int) -> int | float:
        """Turn counts into the unit; whole numbers stay whole, tenths stay exact tenths."""
        return raw if self.divisor == 1 else raw / self.divisor

    def counts(self, value: float) -> int:
        """Turn a value in the unit back into counts."""
        return round(value * self.divisor)


def _analog(name: str, unit: str, divisor: int, zh: str, en: str) -> Analog:
    return Analog(name=name, unit=unit, divisor=divisor, text=Text(zh, en))


ANALOGS: Final[Mapping[int, Analog]] = {
    1: _analog("event_count", "件", 1, "事件计数", "Event count"),
    2: _analog("height", "m", 100, "高度", "Height"),
    3: _analog("temperature", "℃", 10, "温度", "Temperature"),
    4: _analog("pressure_mpa", "MPa", 10, "压力", "Pressure"),
    5: _analog("pressure", "kPa", 10, "压力", "Pressure"),
    6: _analog("gas", "%LEL", 10, "气体浓度", "Gas concentration"),
    7: _analog("duration", "s", 1, "时间", "Time"),
    8: _analog("voltage", "V", 10, "电压", "Voltage"),
    9: _analog("current", "A", 10, "电流", "Current"),
    10: _analog("flow", "L/s", 10, "流量", "Flow"),
    11: _analog("flow_m3_min", "m3/min", 10, "流量", "Flow"),
    12: _analog("wind_speed", "m/s", 1, "风速", "Air speed"),
}


def analog(number: int) -> Analog:
    """Return the kind of an analog value; an unlisted one is told in plain counts."""
    known = ANALOGS.get(number)
    return known or _analog(f"analog_{number}", "", 1, f"模拟量{number}", f"Analog {number}")


def system_type(number: int) -> Text:
    """Return a system type's name."""
    return SYSTEM_TYPES.get(number) or Text(f"系统类型{number}", f"System type {number}")


def component_type(number: int, more: Mapping[int, Text]) -> Text:
    """Return a component type's name; `more` holds the maker's own types, from 128 on."""
    known = more.get(number) or COMPONENT_TYPES.get(number)
    return known or Text(f"部件类型{number}", f"Component type {number}")


def flags(status: int, bits: Mapping[int, str]) -> tuple[str, ...]:
    """Return the names of the bits that are set, lowest first; bits without a name are left out."""
    return tuple(name for bit, name in bits.items() if status >> bit & 1)
