"""What made an alarm's condition true, in words."""

from __future__ import annotations

from cloud_bridge.wire.parts import CauseDoc
from cloud_bridge.wire.words import bilingual, cut, plain
from edge.model import Cause, Point, Text, Value
from edge.site import Site

_ONLINE = Text("在线", "online")
_NO = Text("否", "no")
_NOTHING = Text("无数据", "no value")


def _point(site: Site, subject: str) -> Point | None:
    device_id, _, name = subject.partition("/")
    device = site.devices.get(device_id)
    if device is None:
        return None
    return device.points.get(name) or device.points.get(name.rpartition(".")[2])


def _point_name(subject: str, point: Point | None) -> Text:
    if point:
        return point.text
    name = subject.rpartition("/")[2].rpartition(".")[2]
    return _ONLINE if name == "online" else Text(name, name)


def _number(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def value_name(value: Value | None, point: Point | None, unit: str = "") -> Text:
    """A value in words: its label, its number with unit; a true is said by its point's name."""
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return Text("", "") if value else _NO
    if point and isinstance(value, int) and value in point.labels:
        return point.labels[value]
    words = f"{_number(value)} {unit}".strip()
    return Text(words, words)


def cause_text(site: Site, cause: Cause) -> Text:
    """The cause in one line, such as `满溢率：91 %（限值 85 %）`."""
    point = _point(site, cause.point)
    unit = cause.unit or (point.unit if point else "")
    name = _point_name(cause.point, point)
    value = value_name(cause.value, point, unit)
    zh = f"{name.zh}：{value.zh}" if value.zh else name.zh
    en = f"{name.en}: {value.en}" if value.en else name.en
    if isinstance(cause.limit, int | float) and not isinstance(cause.limit, bool):
        limit = value_name(cause.limit, point, unit)
        if limit != value:
            zh, en = f"{zh}（限值 {limit.zh}）", f"{en} (limit {limit.en})"
    if cause.about:
        zh, en = f"{zh}；{cause.about}", f"{en}; {cause.about}"
    return Text(zh, en)


def cause_doc(site: Site, cause: Cause) -> CauseDoc:
    """The cause with its words."""
    return CauseDoc(
        point=cut(cause.point),
        value=None if cause.value is None else plain(cause.value),
        unit=cut(cause.unit),
        limit=None if cause.limit is None else plain(cause.limit),
        about=cut(cause.about),
        text=bilingual(cause_text(site, cause)),
    )
