"""A sensor's message told value by value: its path, its point, what it means."""

from __future__ import annotations

from edge.drivers.mqtt_json import codec
from edge.drivers.mqtt_json.profile import JsonPoint, JsonProfile
from edge.drivers.mqtt_json.routes import pattern_of
from edge.json_leaves import Leaf, leaves
from edge.model import Text, Value
from edge.trace import Frame, Part

_TOPIC = Text("主题", "Topic")
_VALUES = Text("测量值", "values")
_AVAILABILITY = Text("在线状态", "whether it is there")
_REST = Text("其余", "The rest")
_NO_JSON = Text("不是 JSON，或被截断", "no JSON, or cut off")
_DOUBTFUL = Text("不可信", "not believed")
_YES, _NO = Text("是", "yes"), Text("否", "no")


def describe(frame: Frame, profile: JsonProfile | None) -> tuple[Part, ...]:
    """Tell the topic and each value; never raises, whatever the bytes."""
    words = None
    if profile is not None:
        of_values = pattern_of(profile.topic).fullmatch(frame.note) is not None
        words = _VALUES if of_values else _AVAILABILITY
    parts = [Part(0, 0, _TOPIC, frame.note, words)]
    for leaf in leaves(frame.body):
        parts += _parts(leaf, profile)
    return tuple(parts)


def _parts(leaf: Leaf, profile: JsonProfile | None) -> list[Part]:
    """One for each point that a value is the source of, or one under its own path."""
    if not leaf.path:
        return [Part(leaf.start, leaf.end, _REST, leaf.text, _NO_JSON)]
    plain = Part(leaf.start, leaf.end, Text(leaf.path, leaf.path), leaf.text)
    if profile is None:
        return [plain]
    found = [
        Part(leaf.start, leaf.end, point.text.plain(), leaf.text, _words(point, leaf))
        for point in profile.points.values()
        if point.path == leaf.path
    ]
    for path, name in (
        (profile.message_id, Text("报文编号", "Number of the message")),
        (profile.timestamp.path if profile.timestamp else None, Text("时间", "Time")),
    ):
        if path == leaf.path:
            found.append(Part(leaf.start, leaf.end, name, leaf.text))
    return found or [plain]


def _words(point: JsonPoint, leaf: Leaf) -> Text | None:
    value: Value | None = codec.value_of(point, leaf.value)
    if value is None:
        return _DOUBTFUL
    if isinstance(value, bool):
        return _YES if value else _NO
    label = point.labels.get(value) if isinstance(value, int) else None
    if label is not None:
        return label.plain()
    shown = f"{value} {point.unit}".rstrip()
    return Text(shown, shown) if shown != leaf.text else None
