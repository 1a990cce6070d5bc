"""What the fields, commands, types and bits of GB/T 26875.3 are called on a screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.drivers.gb26875.frames import Fault
from edge.drivers.gb26875.objects import Field
from edge.model import Text

COMMANDS: Final[Mapping[int, Text]] = {
    1: Text("控制", "control"),
    2: Text("发送数据", "send data"),
    3: Text("确认", "confirm"),
    4: Text("请求", "request"),
    5: Text("应答", "response"),
    6: Text("否认", "deny"),
}

TYPES: Final[Mapping[int, Text]] = {
    0: Text("注册", "registration"),
    1: Text("系统状态", "status of a system"),
    2: Text("部件运行状态", "status of a component"),
    3: Text("部件模拟量值", "analog value of a component"),
    4: Text("操作信息", "operation"),
    5: Text("系统软件版本", "version of a system"),
    6: Text("系统配置情况", "configuration of a system"),
    7: Text("部件配置情况", "configuration of a component"),
    8: Text("系统时间", "time of a system"),
    21: Text("传输装置运行状态", "status of the device"),
    24: Text("传输装置操作信息", "operation at the device"),
    25: Text("传输装置软件版本", "version of the device"),
    26: Text("传输装置配置情况", "configuration of the device"),
    28: Text("传输装置时间", "time of the device"),
    61: Text("读系统状态", "read the status of a system"),
    62: Text("读部件运行状态", "read the status of a component"),
    63: Text("读部件模拟量值", "read an analog value"),
    64: Text("读操作信息", "read the operations"),
    65: Text("读系统软件版本", "read the version of a system"),
    66: Text("读系统配置情况", "read the configuration of a system"),
    67: Text("读部件配置情况", "read the configuration of a component"),
    68: Text("读系统时间", "read the time of a system"),
    81: Text("读传输装置状态", "read the status of the device"),
    84: Text("读传输装置操作", "read the operations at the device"),
    85: Text("读传输装置版本", "read the version of the device"),
    86: Text("读传输装置配置", "read the configuration of the device"),
    88: Text("读传输装置时间", "read the time of the device"),
    89: Text("初始化", "initialise"),
    90: Text("同步时钟", "set the clock"),
    91: Text("查岗", "duty check"),
}

FIELDS: Final[Mapping[Field, Text]] = {
    "system_type": Text("系统类型", "System type"),
    "system_address": Text("系统地址", "System address"),
    "component_type": Text("部件类型", "Component type"),
    "zone": Text("区号", "Zone"),
    "point": Text("位号", "Point"),
    "status": Text("状态", "Status"),
    "device_status": Text("状态", "Status"),
    "description": Text("说明", "Description"),
    "analog_type": Text("模拟量类型", "Kind of value"),
    "analog": Text("模拟量值", "Value"),
    "operation": Text("操作标志", "Operation"),
    "operator": Text("操作员编号", "Operator"),
    "major": Text("主版本号", "Major version"),
    "minor": Text("次版本号", "Minor version"),
    "text": Text("文本", "Text"),
    "count": Text("记录数目", "Number of records"),
    "minutes": Text("分钟", "Minutes"),
    "reserved": Text("预留", "Reserved"),
    "time": Text("时间", "Time"),
}

FLAGS: Final[Mapping[str, Text]] = {
    "normal": Text("正常", "normal"),
    "fire": Text("火警", "fire"),
    "fault": Text("故障", "fault"),
    "shield": Text("屏蔽", "disabled"),
    "supervise": Text("监管", "supervisory"),
    "start": Text("启动", "started"),
    "feedback": Text("反馈", "feedback"),
    "delay": Text("延时", "delayed"),
    "power_fault": Text("电源故障", "power fault"),
    "main_power_fault": Text("主电故障", "mains fault"),
    "backup_power_fault": Text("备电故障", "backup power fault"),
    "bus_fault": Text("总线故障", "bus fault"),
    "manual": Text("手动", "manual"),
    "config_changed": Text("配置改变", "configuration changed"),
    "reset": Text("复位", "reset"),
    "offline": Text("离线", "offline"),
    "open_circuit": Text("断路", "open circuit"),
    "short_circuit": Text("短路", "short circuit"),
    "removed": Text("被拆除", "removed"),
    "sensor_fault": Text("传感器故障", "sensor fault"),
    "upgrade_fault": Text("升级失败", "upgrade failed"),
    "center_link_fault": Text("与监控中心通信故障", "line to the centre faulty"),
    "monitored_line_fault": Text("监测线路故障", "line to the panel faulty"),
    "mute": Text("消音", "muted"),
    "manual_alarm": Text("手动报警", "alarm given by hand"),
    "alarm_cleared": Text("警情消除", "alarm cleared"),
    "self_test": Text("自检", "self test"),
    "confirm": Text("确认", "confirmed"),
    "test": Text("测试", "test"),
    "duty_answer": Text("查岗应答", "duty check answered"),
}

FAULTS: Final[Mapping[Fault, Text]] = {
    "bad_start": Text("没有启动符 40 40", "no 40 40 in it"),
    "too_short": Text("帧不完整", "the frame is cut off"),
    "over_length": Text("应用数据超长", "the app data are too long"),
    "bad_end": Text("结束符不是 23 23", "it does not end with 23 23"),
    "bad_checksum": Text("校验和错误", "the checksum is wrong"),
}


def unknown(number: int) -> Text:
    """What to call a number that no table has."""
    return Text(f"未知（{number}）", f"unknown ({number})")
