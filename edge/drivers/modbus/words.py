"""What function and exception codes of Modbus are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.drivers.modbus.profile import Table
from edge.model import Text

FUNCTIONS: Final[Mapping[int, Text]] = {
    1: Text("读线圈", "read coils"),
    2: Text("读离散输入", "read discrete inputs"),
    3: Text("读保持寄存器", "read holding registers"),
    4: Text("读输入寄存器", "read input registers"),
    5: Text("写单个线圈", "write a coil"),
    6: Text("写单个保持寄存器", "write a holding register"),
    15: Text("写多个线圈", "write coils"),
    16: Text("写多个保持寄存器", "write holding registers"),
}

EXCEPTIONS: Final[Mapping[int, Text]] = {
    1: Text("功能码不支持", "illegal function"),
    2: Text("地址不存在", "illegal data address"),
    3: Text("数值不允许", "illegal data value"),
    4: Text("设备故障", "device failure"),
    5: Text("已收到，处理中", "acknowledged, still working"),
    6: Text("设备忙", "device busy"),
    8: Text("存储校验错误", "memory parity error"),
    10: Text("网关没有通路", "gateway has no path"),
    11: Text("网关：目标设备无应答", "gateway: target does not answer"),
}

TABLES: Final[Mapping[int, Table]] = {
    1: "coil",
    2: "discrete",
    3: "holding",
    4: "input",
    5: "coil",
    6: "holding",
}
"""The table that a function reads or writes."""


def unknown(number: int) -> Text:
    """What to call a code that no table has."""
    return Text(f"未知（{number}）", f"unknown ({number})")
