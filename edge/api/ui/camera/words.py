"""What is said of cameras on their pages: meanings, verdicts, states, classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.api.camera_now import CameraState
from edge.model import Text
from edge.vision.findings import Verdict

MEANINGS: Final[Mapping[str, Text]] = {
    "intrusion": Text("区域里有人", "somebody is in the zone"),
    "loitering": Text("有人在区域里停留", "somebody stays in the zone"),
    "line_crossing": Text("有人越过这条线", "somebody crosses the line"),
    "crowding": Text("区域里有这么多人", "so many people are in the zone"),
    "lane_occupied": Text(
        "有车停在区域里；驶过不算",
        "a vehicle stands in the zone; one that drives through does not count",
    ),
    "absence": Text("区域里没有人", "nobody is in the zone"),
    "class_seen": Text(
        "区域里出现自己模型认得的目标", "what your own model knows is seen in the zone"
    ),
    "left_object": Text(
        "东西放下后没人拿走；不需要模型", "something was put down and left; needs no model"
    ),
    "cabin_object": Text(
        "电梯轿厢里除人之外的大件；先要看到过空轿厢",
        "something large besides people in a lift; it has to see the cabin empty first",
    ),
    "flame_suspected": Text(
        "像火一样闪动：只是疑似，不是火警",
        "it flickers like a flame: a suspicion, never a fire alarm",
    ),
    "thrown_object": Text(
        "有东西沿外墙落下；要每秒 25 幅",
        "something falls along a facade; needs 25 pictures a second",
    ),
    "bin_full": Text(
        "垃圾桶满了；先用 whistle vision teach 教它",
        "a bin is full, as taught by examples: whistle vision teach",
    ),
}
"""What it means that a zone is watched for something."""

VERDICTS: Final[Mapping[Verdict, Text]] = {
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "not_observable": Text("此场景看不出来", "cannot be judged here"),
}

STATES: Final[Mapping[CameraState, Text]] = {
    "ok": Text("正常", "Well"),
    "ill": Text("画面异常", "Its picture is not right"),
    "degraded": Text("部分可用", "Works in part"),
    "offline": Text("离线", "Offline"),
    "unknown": Text("还没有连上", "Not connected yet"),
}

CLASSES: Final[Mapping[str, Text]] = {
    "person": Text("人", "person"),
    "bicycle": Text("自行车", "bicycle"),
    "motorcycle": Text("摩托车", "motorcycle"),
    "car": Text("小汽车", "car"),
    "bus": Text("客车", "bus"),
    "truck": Text("卡车", "truck"),
}
"""The classes that the shipped model finds and a community asks for; others are typed."""


def class_words(label: str) -> Text:
    """What is seen."""
    return CLASSES.get(label, Text(label, label))
