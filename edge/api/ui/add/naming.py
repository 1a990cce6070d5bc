"""What a new device could be called; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from edge.model import Text
from edge.site import Building

STEMS: Final[Mapping[str, str]] = {
    "lift": "lift",
    "gate": "gate",
    "fire_panel": "fire",
    "call_button": "call",
    "bin": "bin",
    "parking": "lane",
    "pressure": "hydrant",
    "smoke": "smoke",
    "electric": "breaker",
    "camera": "camera",
}

NAMES: Final[Mapping[str, Text]] = {
    "lift": Text("电梯", "Lift"),
    "gate": Text("门禁", "Gate"),
    "fire_panel": Text("消防传输装置", "Fire transmission device"),
    "call_button": Text("呼叫按钮", "Call button"),
    "bin": Text("垃圾桶", "Bin"),
    "parking": Text("消防通道地磁", "Fire lane"),
    "pressure": Text("消火栓水压", "Hydrant pressure"),
    "smoke": Text("烟感", "Smoke detector"),
    "electric": Text("配电柜", "Distribution cabinet"),
    "camera": Text("摄像机", "Camera"),
}


def free_id(kind: str, taken: Collection[str]) -> str:
    """The first of `lift-1`, `lift-2`, … that nobody has."""
    return numbered(STEMS.get(kind, kind.replace("_", "-") or "device"), taken)


def numbered(stem: str, taken: Collection[str]) -> str:
    """The stem with the lowest number that makes it free."""
    return next(f"{stem}-{n}" for n in range(1, len(taken) + 2) if f"{stem}-{n}" not in taken)


def suggested(kind: str, building: Building | None, unit: str, taken: Collection[str]) -> Text:
    """A name after the place, with a number where another has it; `taken` are Chinese names."""
    what = NAMES.get(kind, Text("设备", "Device"))
    zh, en = what.zh, what.en
    if building is not None:
        own = building.units.get(unit)
        zh = f"{building.name.zh}{own.zh if own else ''}{what.zh}"
        place = f"{building.name.en}, {own.en}" if own else building.name.en
        en = f"{what.en} of {place}"
    if zh not in taken:
        return Text(zh, en)
    number = next(n for n in range(2, len(taken) + 3) if f"{zh}{n}" not in taken)
    return Text(f"{zh}{number}", f"{en}, no. {number}")
