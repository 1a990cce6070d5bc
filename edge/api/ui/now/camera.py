"""How a camera looks in the picture of the site: well, ill, in part, or gone; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from edge.api.ui.now.look import (
    SILENT,
    Look,
    Readings,
    Watch,
    joined,
    latest,
)
from edge.model import Device, Quality, Reading, Text
from edge.vision.names import ILLS

SHEDS: Final = 0.1
"""The share of pictures left out for lack of time from which on that is told."""

WELL: Final = Text("画面正常", "its picture is well")
UNSEEN: Final = Text("部分区域看不了", "some zones cannot be judged")
TOO_MUCH: Final = Text("来不及识别", "no time to look at all pictures")


def camera_watch(device: Device) -> Watch:
    """What its look depends on: its picture's ills, what is left out, the points of its zones."""
    own = device.id
    ills = tuple(f"{own}/{ill}" for ill in ILLS if ill in device.points)
    zones = tuple(f"{own}/{zone}.{name}" for zone in device.components for name in device.points)
    others = (f"{own}/shed_share", f"{own}/age_s", f"{own}/online")

    def say(readings: Readings) -> Look:
        return _look(device, ills, zones, readings)

    return Watch(device=device, points=(*ills, *zones, *others), say=say)


def _look(device: Device, ills: Sequence[str], zones: Iterable[str], readings: Readings) -> Look:
    told = latest((*ills, f"{device.id}/age_s", f"{device.id}/online"), readings)
    if told is None:
        return Look(tone="off", words=SILENT)
    found = [
        device.points[point.partition("/")[2]].text
        for point in ills
        if (reading := readings.get(point)) is not None and reading.value is True
    ]
    if found:
        return Look(tone="fault", words=joined(found), at=told)
    shed = readings.get(f"{device.id}/shed_share")
    if shed is not None and isinstance(shed.value, float) and shed.value > SHEDS:
        return Look(tone="fault", words=TOO_MUCH, at=told)
    if any(_unknown(readings.get(point)) for point in zones):
        return Look(tone="info", words=UNSEEN, at=told)
    return Look(tone="", words=WELL, at=told)


def _unknown(reading: Reading | None) -> bool:
    return reading is not None and reading.quality is Quality.BAD
