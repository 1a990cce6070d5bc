"""What a camera's process, or the camera itself, has said, told value by value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.drivers.camera.native import spec_of
from edge.drivers.camera.profile import CameraProfile
from edge.json_leaves import Leaf, leaves
from edge.model import Text
from edge.trace import Frame, Part
from edge.vision.names import ILLS

_REST: Final = Text("其余", "The rest")
_CUT: Final = Text("不是 JSON，或被截断", "no JSON, or cut off")
_UNKNOWN: Final = Text("型号文件里没有这个代码", "the profile does not have this code")
_NAMES: Final[Mapping[str, Text]] = {
    "type": Text("类别", "Kind"),
    "age_s": Text("最新画面距今，秒", "Age of the newest picture, s"),
    "fps": Text("每秒画面", "Pictures a second"),
    "frames": Text("画面总数", "Pictures so far"),
    "broken": Text("损坏的画面", "Broken pictures"),
    "motion": Text("有动静", "Motion"),
    "analysed": Text("已分析", "Analysed"),
    "wanted": Text("需要识别", "To be looked at for objects"),
    "shed": Text("来不及识别", "Left out for lack of time"),
    "cpu_s": Text("处理器用时，秒", "Processor time, s"),
    "memory": Text("内存，字节", "Memory, bytes"),
    "missing": Text("缺少", "What is missing"),
    "reason": Text("原因", "Reason"),
    "code": Text("摄像机的代码", "The camera's code"),
    "way": Text("状态", "State"),
    "where": Text("规则或区域", "Rule or region"),
    "channel": Text("通道", "Channel"),
    "label": Text("目标", "What was seen"),
    "capture": Text("留存请求", "Request to keep"),
    "bytes": Text("字节数", "Bytes"),
    "width": Text("宽", "Width"),
    "height": Text("高", "Height"),
    "codec": Text("编码", "Codec"),
    "at": Text("时间", "Time"),
    "finding.what": Text("看到什么", "What is seen"),
    "finding.phase": Text("阶段", "Phase"),
    "finding.zone": Text("区域", "Zone"),
    "finding.object": Text("对象编号", "Number of the object"),
    "finding.dwell_s": Text("停留，秒", "Dwell, s"),
    "finding.basis": Text("依据", "Basis"),
    "finding.confidence": Text("可信度", "Confidence"),
    "finding.label": Text("目标", "What was seen"),
    "finding.model": Text("模型", "Model"),
    **{f"ills.{ill}": name for ill, name in ILLS.items()},
}
_WORDS: Final[Mapping[tuple[str, str], Text]] = {
    ("type", "State"): Text("每秒的状况", "how it goes, each second"),
    ("type", "Found"): Text("看到", "something is seen"),
    ("type", "Opened"): Text("第一幅画面到了", "the first picture is there"),
    ("type", "Ended"): Text("会话结束", "the session is over"),
    ("type", "Kept"): Text("画面已留存", "a picture is kept"),
    ("type", "Seen"): Text("供查看的画面（此处不留）", "a picture to look at, left out here"),
    ("type", "Refused"): Text("做不到", "it cannot be done"),
    ("type", "Capture"): Text("要求留存画面", "keep a picture"),
    ("type", "Look"): Text("要求看一眼", "a picture to look at, please"),
    ("type", "Said"): Text("摄像机自己的事件", "an event of the camera's own"),
    ("type", "Garbled"): Text("摄像机的事件无法读取", "an event that cannot be read"),
    ("way", "on"): Text("开始", "begins"),
    ("way", "again"): Text("仍在继续", "goes on"),
    ("way", "off"): Text("结束", "is over"),
    ("way", "pulse"): Text("发生一次", "happened"),
}
_VERDICTS: Final[Mapping[str, Text]] = {
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "not_observable": Text("看不出来", "cannot be seen"),
}


def describe(frame: Frame, profile: CameraProfile | None) -> tuple[Part, ...]:
    """Tell each value of a word; never raises, whatever the bytes."""
    return tuple(_part(leaf, profile) for leaf in leaves(frame.body))


def _part(leaf: Leaf, profile: CameraProfile | None) -> Part:
    if not leaf.path:
        return Part(leaf.start, leaf.end, _REST, leaf.text, _CUT)
    name = _NAMES.get(leaf.path) or _unable(leaf.path)
    return Part(leaf.start, leaf.end, name, leaf.text, _words(leaf, profile))


def _unable(path: str) -> Text:
    """What a watch of a zone lacks; anything else goes by its own name."""
    what = path.removeprefix("unable.")
    return Text(path, path) if what == path else Text(f"{what} 为何不能判断", f"Why not {what}")


def _words(leaf: Leaf, profile: CameraProfile | None) -> Text | None:
    if leaf.path.startswith("ills."):
        return _VERDICTS.get(leaf.text)
    if leaf.path == "code" and profile is not None:
        spec = spec_of(leaf.text, profile.codes)
        return _meaning(spec.what, profile) if spec is not None else _UNKNOWN
    if leaf.path == "finding.what" and profile is not None:
        return _meaning(leaf.text, profile)
    return _WORDS.get((leaf.path, leaf.text))


def _meaning(what: str, profile: CameraProfile) -> Text | None:
    point = profile.component_points.get(what)
    if point is not None:
        return point.text.plain()
    own = (each for each in profile.points.values() if each.measures == what)
    measured = next(own, None)
    return measured.text.plain() if measured is not None else None
