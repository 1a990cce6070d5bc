"""A gate's message told field by field: its topic, then each field with what it means."""

from __future__ import annotations

from collections.abc import Iterable

from edge.drivers.mqtt_gate.profile import Fields, GateProfile, Topics
from edge.drivers.mqtt_gate.redact import HIDDEN
from edge.drivers.mqtt_gate.routes import located
from edge.drivers.mqtt_gate.words import CHANNELS, DOWN, meaning, named
from edge.json_leaves import Leaf, leaves
from edge.model import Text
from edge.trace import Frame, Part

_HIDDEN = Text("不记录", "not kept")
_TOPIC = Text("主题", "Topic")
_REST = Text("其余", "The rest")
_NO_JSON = Text("不是 JSON，或被截断", "no JSON, or cut off")
_LIVE = {"1": Text("是", "yes"), "0": Text("否，补传", "no, from the gate's store")}


def describe(frame: Frame, profile: GateProfile | None) -> tuple[Part, ...]:
    """Tell the topic and each field; never raises, whatever the bytes."""
    topics = profile.topics if profile is not None else Topics()
    _, channel = located(topics, frame.note)
    words = CHANNELS[channel] if channel is not None else None
    if frame.way == "out":
        words = DOWN
    return (Part(0, 0, _TOPIC, frame.note, words), *_fields(leaves(frame.body), profile))


def _fields(found: Iterable[Leaf], profile: GateProfile | None) -> Iterable[Part]:
    fields = profile.fields if profile is not None else Fields()
    names = named(fields)
    hidden = bytes(HIDDEN).decode().strip('"')
    for leaf in found:
        if not leaf.path:
            yield Part(leaf.start, leaf.end, _REST, leaf.text, _NO_JSON)
            continue
        key = leaf.path.rpartition(".")[2]
        name = names.get(key, Text(leaf.path, leaf.path))
        words = _HIDDEN if leaf.text == hidden else _words(key, leaf.text.strip(), fields, profile)
        yield Part(leaf.start, leaf.end, name, leaf.text, words)


def _words(key: str, value: str, fields: Fields, profile: GateProfile | None) -> Text | None:
    kind = meaning(fields, key)
    if kind == "live":
        return _LIVE.get(value)
    if profile is None:
        return None
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else -1  # noqa: PLR2004 - codes are short
    if kind == "status" and (verdict := profile.verify_status.get(number)) is not None:
        decided = _DECISIONS[verdict.decision]
        reason = verdict.reason
        more = (f"：{reason.zh}", f": {reason.en}") if reason is not None else ("", "")
        return Text(decided.zh + more[0], decided.en + more[1])
    table = {"person_type": profile.person_types}.get(kind, {})
    if key == "code":
        table = profile.answer_codes
    found = table.get(number)
    return found.plain() if found is not None else None


_DECISIONS = {
    "granted": Text("放行", "granted"),
    "denied": Text("拒绝", "denied"),
    "duress": Text("胁迫", "duress"),
    "undecided": Text("未判定", "undecided"),
}
