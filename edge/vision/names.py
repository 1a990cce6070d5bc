"""What a person calls the things that cameras tell of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from edge.model import Text
from edge.vision.findings import Basis, Ill

ILLS: Final[Mapping[Ill, Text]] = MappingProxyType(
    {
        "frozen": Text("画面冻结", "Frozen"),
        "covered": Text("被遮挡", "Covered"),
        "defocused": Text("失焦", "Out of focus"),
        "moved": Text("被移动", "Moved"),
        "dark": Text("过暗", "Too dark"),
        "corrupt": Text("花屏", "Corrupt"),
    }
)
"""What can be wrong with a picture."""

WATCHES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "intrusion": Text("有人进入", "Intrusion"),
        "loitering": Text("徘徊", "Loitering"),
        "line_crossing": Text("越线", "Line crossing"),
        "crowding": Text("人群聚集", "Crowd"),
        "lane_occupied": Text("通道被占", "Lane occupied"),
        "absence": Text("无人在岗", "Nobody at the post"),
        "class_seen": Text("看到指定目标", "Object seen"),
        "left_object": Text("遗留物", "Object left behind"),
        "cabin_object": Text("轿厢内有大件", "Large object in a cabin"),
        "flame_suspected": Text("疑似明火", "Flame suspected"),
        "thrown_object": Text("高空抛物", "Object thrown down"),
        "bin_full": Text("垃圾满溢", "Bin full"),
    }
)
"""What a zone can be watched for."""

BASES: Final[Mapping[Basis, Text]] = MappingProxyType(
    {
        "model": Text("识别模型", "a model"),
        "classical": Text("画面计算", "picture arithmetic"),
        "camera": Text("摄像机自报", "the camera's own word"),
    }
)
"""What a finding rests on."""

_NAMES: Final[Mapping[str, Text]] = MappingProxyType(
    {**{str(ill): name for ill, name in ILLS.items()}, **WATCHES}
)


def name_of(what: str) -> Text:
    """What a person calls an ill, or what is watched for; the word itself where nobody has said."""
    return _NAMES.get(what, Text(what, what))
