"""How a lift looks: where its car is, where it goes, how its door stands; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.api.ui.now.look import SILENT, Look, Readings, joined
from edge.api.ui.now.plan import Drawing
from edge.model import Device, Quality, Reading, Text, Value
from edge.rules.lift_facts import BELIEVED_FOR, Car, Seen, read_car
from edge.site import Lift

Way: TypeAlias = Literal["", "up", "down", "moving", "stopped"]

NOTHING: Final = Lift(facts={})
"""Of a lift whose profile tells nothing of its car."""

_WAYS: Final[Mapping[Way, Text]] = {
    "up": Text("上行", "going up"),
    "down": Text("下行", "going down"),
    "moving": Text("运行中", "moving"),
    "stopped": Text("停着", "standing"),
}
_OPEN: Final = Text("门开着", "door open")
_CLOSED: Final = Text("门关着", "door closed")
_BETWEEN: Final = Text("在门区外", "between floors")
_ATTENDED: Final = Text("检修或消防运行", "inspection or firefighters")
_PASSENGER: Final = Text("轿厢有人", "somebody inside")
_CONTRADICTION: Final = Text("信号自相矛盾", "its signals contradict each other")
_NO_FLOOR: Final = Text("不知楼层", "floor not told")
_OLD: Final = Text("读数已旧", "its readings are old")


class CarView:
    """Looks at one lift.

    What its points mean is taken from its profile: the facts that the rules follow it by, and the
    points `floor`, `direction`, or `up` and `down`.
    """

    def __init__(self, device: Device, lift: Lift | None, drawing: Drawing | None) -> None:
        self._lift = lift or NOTHING
        self.device = device
        self._drawing = drawing
        self._ways = _directions(device)
        claimed = {c.point for claims in self._lift.facts.values() for c in claims}
        told = {f"{device.id}/{name}" for name in ("floor", *self._ways) if name in device.points}
        self.points: tuple[str, ...] = tuple(sorted(claimed | told))

    def look(self, readings: Readings, now: datetime) -> Look:
        """How it is; what was heard too long ago is not known."""
        heard = {p: each for p in self.points if (each := readings.get(p)) is not None}
        if not heard:
            return Look(tone="off", words=SILENT)
        at = max([each.at for each in heard.values()])
        seen = _seen(heard, now)
        if not seen:
            return Look(tone="off", words=_OLD, at=at)
        car = read_car(self._lift.facts, seen, now)
        way = self._way(car, seen)
        floor, top = self._floor(seen)
        state: Literal["", "open", "closed"] = ""
        if car.open is not None:
            state = "open" if car.open else "closed"
        return Look(
            tone="",
            words=joined(_words(car, way, floor, tells_floor="floor" in self.device.points)),
            at=at,
            state=state,
            way=way,
            top=top,
            floor=floor,
            service="attended" if car.attended else "",
        )

    def _way(self, car: Car, seen: Mapping[str, Seen]) -> Way:
        if car.stopped:
            return "stopped"
        for name, meant in self._ways.items():
            known = seen.get(f"{self.device.id}/{name}")
            if known is not None and (way := meant.get(known.value)):
                return way
        return "moving" if car.stopped is False else ""

    def _floor(self, seen: Mapping[str, Seen]) -> tuple[str, int | None]:
        """The floor as people call it, and where that is in the drawing."""
        known = seen.get(f"{self.device.id}/floor")
        if known is None or not isinstance(known.value, int) or isinstance(known.value, bool):
            return "", None
        if self._drawing is None:
            return str(known.value), None
        number: int | None = known.value
        if self._lift.floor == "counted":
            number = self._drawing.counted(known.value)
        if number is None:
            return "", None
        return str(number), self._drawing.top_of(number)


def _directions(device: Device) -> Mapping[str, Mapping[Value, Way]]:
    """The points that tell which way the car goes, and what their values mean."""
    found: dict[str, Mapping[Value, Way]] = {}
    if "up" in device.points and "down" in device.points:
        found["up"] = {True: "up"}
        found["down"] = {True: "down"}
    if "direction" in device.points:
        labels = device.points["direction"].labels
        words: Mapping[str, Way] = {"up": "up", "down": "down"}
        found["direction"] = {
            number: words[text.en.lower()]
            for number, text in labels.items()
            if text.en.lower() in words
        }
    return found


def _seen(heard: Mapping[str, Reading], now: datetime) -> Mapping[str, Seen]:
    return {
        point: Seen(reading.value, reading.at)
        for point, reading in heard.items()
        if reading.value is not None
        and reading.quality is Quality.GOOD
        and now - reading.at <= BELIEVED_FOR
    }


def _words(car: Car, way: Way, floor: str, *, tells_floor: bool) -> list[Text]:
    parts: list[Text] = []
    if floor:
        parts.append(Text(f"{floor} 层", f"floor {floor}"))
    elif tells_floor:
        parts.append(_NO_FLOOR)
    if car.contradiction:
        parts.append(_CONTRADICTION)
    if way:
        parts.append(_WAYS[way])
    if car.stopped and car.outside:
        parts.append(_BETWEEN)
    if car.open is not None:
        parts.append(_OPEN if car.open else _CLOSED)
    if car.passenger:
        parts.append(_PASSENGER)
    if car.attended:
        parts.append(_ATTENDED)
    return parts or [_NO_FLOOR]
