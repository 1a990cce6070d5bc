"""What topics, operators and fields of a face gate are called on a screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.drivers.mqtt_gate.codec import Channel
from edge.drivers.mqtt_gate.profile import Fields
from edge.model import Text

CHANNELS: Final[Mapping[Channel, Text]] = {
    "record": Text("通行记录", "record of a passage"),
    "stranger": Text("陌生人抓拍", "snapshot of a stranger"),
    "answer": Text("命令应答", "answer to a command"),
    "contact": Text("门磁", "door contact"),
    "basic": Text("上下线", "coming or going"),
    "heartbeat": Text("心跳", "heartbeat"),
}

DOWN: Final = Text("发给闸机", "to the gate")

_FIELDS: Final[Mapping[str, Text]] = {
    "device": Text("设备编号", "Number of the gate"),
    "record": Text("记录编号", "Number of the record"),
    "snap": Text("抓拍编号", "Number of the snapshot"),
    "status": Text("核验结果", "Verdict"),
    "person_type": Text("人员类型", "Type of person"),
    "person": Text("人员编号", "Number of the person"),
    "name": Text("姓名", "Name"),
    "time": Text("时间", "Time"),
    "live": Text("实时上送", "Sent at once"),
    "result": Text("结果", "Result"),
    "detail": Text("详情", "Detail"),
}

_PLAIN: Final[Mapping[str, Text]] = {
    "operator": Text("报文类型", "Kind of message"),
    "messageId": Text("报文编号", "Number of the message"),
    "code": Text("结果码", "Code of the result"),
    "PushAckType": Text("确认类型", "What is confirmed"),
    "pic": Text("照片", "Picture"),
    "scene": Text("全景照片", "Picture of the scene"),
}


def named(fields: Fields) -> Mapping[str, Text]:
    """What each spelling of a field is called."""
    spelt = {spelling: text for name, text in _FIELDS.items() for spelling in getattr(fields, name)}
    return {**spelt, **_PLAIN}


def meaning(fields: Fields, key: str) -> str:
    """Which of the fields a spelling is: `status`; empty for what is none of them."""
    for name in _FIELDS:
        if key in getattr(fields, name):
            return name
    return ""
