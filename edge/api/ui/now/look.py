"""How one device looks at an instant: what it says of itself, in words and in a picture; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.api.ui.wording import with_unit
from edge.model import Device, Lane, LinkChanged, Quality, Reading, Text

Readings: TypeAlias = Mapping[str, Reading]

Tone: TypeAlias = Literal["", "life_safety", "security", "fault", "info", "off"]
"""The lane of the worst alarm; `off` where nothing can be said; empty when all is well."""

TONES: Final[Mapping[Lane, Tone]] = {
    Lane.LIFE_SAFETY: "life_safety",
    Lane.SECURITY: "security",
    Lane.FAULT: "fault",
    Lane.INFO: "info",
}

WORST: Final[tuple[Tone, ...]] = ("life_safety", "security", "fault", "off", "info", "")

MAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "gate": ("door_open",),
    "call_button": ("pressed",),
    "bin": ("fill_percent",),
    "parking": ("occupied",),
    "pressure": ("pressure",),
    "smoke": ("smoke",),
    "electric": ("residual_current",),
}
"""The point of a kind that a person asks for first; of another kind its first point counts."""

_WORDS: Final[Mapping[str, tuple[Text, Text]]] = {
    "door_open": (Text("门关着", "door closed"), Text("门开着", "door open")),
    "pressed": (Text("无呼叫", "no call"), Text("有人呼叫", "pressed")),
    "occupied": (Text("空着", "free"), Text("有车", "occupied")),
    "smoke": (Text("无烟", "no smoke"), Text("有烟", "smoke")),
}
"""What a boolean says of itself: false, true."""

OFFLINE: Final = Text("离线", "offline")
LINK_DOWN: Final = Text("链路断开", "its link is down")
SILENT: Final = Text("还没有读数", "no reading yet")
BAD: Final = Text("读数不可信", "its reading cannot be trusted")
ONLINE: Final = Text("在线", "online")
FIRE: Final = Text("火警", "fire")
FAULTY: Final = Text("故障", "fault")
WELL: Final = Text("正常", "normal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is drawn of a device; `at` is when it last said something.

    `figure` is what a small mark has room for. `state` is of a door; `way`, `top`, `floor` and
    `service` are of a lift's car: where it is, and whether it is out of everybody's use.
    """

    tone: Tone
    words: Text
    at: datetime | None = None
    figure: str = ""
    state: Literal["", "open", "closed"] = ""
    way: Literal["", "up", "down", "moving", "stopped"] = ""
    top: int | None = None
    floor: str = ""
    service: Literal["", "attended", "out"] = ""
    trapped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The points that a look depends on, and how it follows from their readings."""

    device: Device
    points: tuple[str, ...]
    say: Callable[[Readings], Look]

    def look(self, readings: Readings, now: datetime) -> Look:
        """How it is."""
        del now
        return self.say(readings)


def watch_of(device: Device) -> Watch:
    """How a device that is no lift is looked at."""
    wanted = ("fire", "fault") if device.kind == "fire_panel" else MAIN.get(device.kind, ())
    names = [name for name in wanted if name in device.points]
    say = _panel if device.kind == "fire_panel" and names else _plain
    if not names:
        names = [name for name in device.points if name != "online"][:1] or ["online"]
    points = tuple(f"{device.id}/{name}" for name in (*names, "online"))
    return Watch(device=device, points=points, say=lambda readings: say(device, points, readings))


def absent(device: Device, readings: Readings, links: Mapping[str, LinkChanged]) -> Text | None:
    """Why nothing can be said of it now; none when something can."""
    link = links.get(device.link)
    if link is not None and not link.up:
        return LINK_DOWN
    online = readings.get(f"{device.id}/online")
    return OFFLINE if online is not None and online.value is False else None


def alarms_told(count: int) -> Text:
    """How many alarms there are, in words."""
    return Text(f"{count} 条报警", f"{count} alarm{'' if count == 1 else 's'}")


def worst(tones: Iterable[Tone]) -> Tone:
    """The most urgent of them."""
    return min(tones, key=WORST.index, default="")


def joined(parts: Iterable[Text]) -> Text:
    """Several things that are true at a time, in one line."""
    each = tuple(parts)
    return Text("，".join(part.zh for part in each), ", ".join(part.en for part in each))


def latest(points: Iterable[str], readings: Readings) -> datetime | None:
    """When any of them was last heard of."""
    return max((r.at for point in points if (r := readings.get(point)) is not None), default=None)


def _plain(device: Device, points: tuple[str, ...], readings: Readings) -> Look:
    reading = readings.get(points[0])
    name = points[0].partition("/")[2]
    if reading is None:
        known = readings.get(points[-1])
        online = known is not None and known.value is True
        return Look(tone="", words=ONLINE, at=known.at) if known and online else _nothing(None)
    if reading.quality is Quality.BAD or reading.value is None:
        return Look(tone="off", words=BAD, at=reading.at)
    if isinstance(reading.value, bool):
        own = device.points[name].text
        usual = (Text(f"{own.zh}：否", f"{own.en}: no"), Text(f"{own.zh}：是", f"{own.en}: yes"))
        words = _WORDS.get(name, usual)[reading.value]
        state: Literal["", "open", "closed"] = ""
        if name == "door_open":
            state = "open" if reading.value else "closed"
        return Look(tone="", words=words, at=reading.at, state=state)
    return Look(tone="", words=_figure(device, name, reading), at=reading.at)


def _figure(device: Device, name: str, reading: Reading) -> Text:
    point = device.points[name]
    value = reading.value
    if isinstance(value, int) and value in point.labels:
        return point.labels[value]
    shown = with_unit(value, point.unit) if isinstance(value, float | int | str) else ""
    return Text(f"{point.text.zh} {shown}", f"{point.text.en} {shown}")


def _panel(device: Device, points: tuple[str, ...], readings: Readings) -> Look:
    del device
    at = latest(points, readings)
    if at is None:
        return _nothing(at)
    said = {p.partition("/")[2] for p in points if (r := readings.get(p)) and r.value is True}
    if "fire" in said:
        return Look(tone="life_safety", words=FIRE, at=at)
    if "fault" in said:
        return Look(tone="fault", words=FAULTY, at=at)
    return Look(tone="", words=WELL, at=at)


def _nothing(at: datetime | None) -> Look:
    return Look(tone="off", words=SILENT, at=at)
