"""What became of a command, in words: the reasons keep their spelling, people get sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.model import Text
from edge.rules import interlock

OUTCOMES: Final[Mapping[str, Text]] = {
    "done": Text("已完成", "Done"),
    "rejected": Text("被拒绝", "Refused"),
    "expired": Text("超时未完成", "Too late"),
    "failed": Text("失败", "Failed"),
}

_INTERLOCKS: Final = {
    each.code: each.words
    for each in (
        interlock.NO_DEVICE,
        interlock.NO_ACTION,
        interlock.LIFT,
        interlock.FIRE,
        interlock.REMOTE_OFF,
        interlock.NOT_GRANTED,
        interlock.NOT_BY_RULE,
    )
}

_WORDS: Final[Mapping[str, Text]] = {
    **_INTERLOCKS,
    "device.refused": Text("设备拒绝了", "the device refused it"),
    "link.down": Text(
        "链路断开，设备没有收到；命令不会排队等待",
        "the link is down, the device was not told; commands are never queued",
    ),
    "expired.late": Text("到达时已过期，没有执行", "it came too late and was not done"),
    "expired.no_answer": Text(
        "设备没有及时应答；做了没有，不知道，去现场看",
        "the device did not answer in time; whether it was done nobody knows, go and look",
    ),
    "cannot_keep": Text(
        "磁盘记不下，所以没有执行", "the disk does not take it, so it was not done"
    ),
    "busy": Text("同时进行的命令太多", "too many commands are under way"),
    "id.reused": Text("这个编号已用于另一条命令", "another command has this id"),
    "internal.fault": Text("网关内部错误，已记入日志", "a fault of the gateway, see its log"),
    "interrupted": Text(
        "执行中网关停止了；做了没有，不知道，去现场看",
        "the gateway ended meanwhile; whether it was done nobody knows, go and look",
    ),
}


def refusal_words(code: str) -> Text:
    """What a reason means; itself where nobody knows."""
    return _WORDS.get(code, Text(code, code))


def detail_words(detail: str) -> Text:
    """The detail of a result: the words for its reason, and what the device itself has said."""
    code, colon, said = detail.partition(": ")
    words = _WORDS.get(code)
    if words is None:
        return Text(detail, detail)
    if not colon or code in _INTERLOCKS or code not in _SAYING:
        return words
    return Text(f"{words.zh}：{said}", f"{words.en}: {said}")


_SAYING: Final = frozenset({"device.refused", "link.down", "internal.fault"})
"""Reasons behind which stands what somebody else has said."""
