"""A profile for a Modbus device that nobody has written one for, from what was found on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from edge.config import OWN_PROFILES
from edge.drivers import KINDS
from edge.drivers.modbus.profile import (
    ModbusPoint,
    ModbusSettings,
    Order,
    Serial,
    Table,
    Words,
)
from edge.duration import format_duration
from edge.files.problems import Language, Problems, config_error
from edge.files.yaml_file import Tree, parse
from edge.model import Text
from edge.profiles.profile_file import check_profile
from edge.schema import Kind
from edge.versions.files import Unfit
from edge.versions.writing import flow, plain

_ID: Final = re.compile(r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*){0,4}$")
_LONGEST_NAME: Final = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPoint:
    """A value that somebody has recognised; `register` as the manual, or `numbering`, counts it.

    Without a `type` it is what fits the words and the scale. Orders that are not given are those
    of the device.
    """

    name: str
    text: Text
    register: int
    type: Literal["", "bool", "int", "float"] = ""
    table: Table = "holding"
    words: Words = "u16"
    bit: int | None = None
    word_order: Order | None = None
    byte_order: Order | None = None
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    deadband: float = 0.0
    group: Literal["fast", "slow"] = "fast"
    inverted: bool = False
    labels: Mapping[int, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMeta:
    """What the device is; `source` says who found it out and how, for whoever reads it later."""

    kind: Kind
    make: str
    model: str
    source: str
    text: Text
    firmware: str = ""
    numbering: Literal[0, 1] = 0
    word_order: Order = "big"
    byte_order: Order = "big"
    serial: Serial | None = None


def profile_file(profile: str) -> str:
    """The file of a site's own profile: `profiles/meters/hall.yaml` for `meters/hall`."""
    if not _ID.match(profile):
        raise Unfit(
            Text(
                "型号名用小写字母、数字、- 和 _，如 meters/hall",
                "name a profile with a-z, 0-9, - and _, such as meters/hall",
            )
        )
    return f"{OWN_PROFILES}/{profile}.yaml"


def point_name(words: str, taken: Collection[str] = ()) -> str:
    """A name for a point that people call so: `active_power_a` for `Active power, A`."""
    stem = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    stem = stem if stem[:1].isalpha() else f"value_{stem}".rstrip("_")
    stem = stem[: _LONGEST_NAME - 4].rstrip("_")
    numbered = (f"{stem}_{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (stem, *numbered) if name not in taken)


def draft(meta: DraftMeta, points: Sequence[DraftPoint], language: Language = "zh") -> str:
    """The profile's text; `ConfigError` where the device cannot be as it is described."""
    lines = [
        *_lines(_head(meta)),
        "",
        "settings:",
        *(f"  {line}" for line in _lines(_settings(meta))),
        "",
        "points:" if points else "points: {}",
        *(f"  {line}" for point in points for line in _lines({point.name: _point(point)})),
        "",
        "alarms:",
        "  offline:",
        *(f"    {line}" for line in _lines(_offline(meta.text))),
    ]
    text = "\n".join(lines) + "\n"
    problems = Problems()
    check_profile(parse(text, f"{OWN_PROFILES}/…"), KINDS, problems)
    if problems.found:
        raise config_error(problems.found, language)
    return text


def _lines(pairs: Mapping[str, Tree]) -> list[str]:
    return [flow({key: value})[1:-1] for key, value in pairs.items()]


def _head(meta: DraftMeta) -> dict[str, Tree]:
    head: dict[str, Tree] = {
        "driver": "modbus",
        "kind": meta.kind,
        "make": meta.make,
        "model": meta.model,
        "firmware": meta.firmware,
        "source": meta.source,
        "text": _both(meta.text),
    }
    return {key: value for key, value in head.items() if value or key != "firmware"}


def _settings(meta: DraftMeta) -> dict[str, Tree]:
    usual = ModbusSettings()
    settings: dict[str, Tree] = {"numbering": meta.numbering}
    if meta.serial is not None:
        settings["serial"] = plain(meta.serial.model_dump())
    if meta.word_order != usual.word_order:
        settings["word_order"] = meta.word_order
    if meta.byte_order != usual.byte_order:
        settings["byte_order"] = meta.byte_order
    settings["groups"] = {name: format_duration(every) for name, every in usual.groups.items()}
    return settings


def _point(point: DraftPoint) -> dict[str, Tree]:
    """What differs from what a point is without saying so."""
    said: dict[str, Tree] = {
        "table": point.table,
        "words": point.words,
        "bit": point.bit,
        "word_order": point.word_order,
        "byte_order": point.byte_order,
        "scale": _number(point.scale),
        "offset": _number(point.offset),
        "inverted": point.inverted,
        "unit": point.unit,
        "deadband": _number(point.deadband),
        "labels": {str(number): _both(label) for number, label in point.labels.items()},
        "group": point.group,
    }
    fields = ModbusPoint.model_fields
    own = {key: value for key, value in said.items() if value != fields[key].get_default()}
    if not point.labels:
        own.pop("labels", None)
    return {
        "type": point.type or _type(point),
        "register": point.register,
        **own,
        "text": _both(point.text),
    }


def _type(point: DraftPoint) -> Tree:
    if point.bit is not None or point.table in {"coil", "discrete"}:
        return "bool"
    decimals = point.words.startswith("f") or point.scale % 1 or point.offset % 1
    return "float" if decimals else "int"


def _offline(text: Text) -> dict[str, Tree]:
    """The one alarm that every device needs."""
    return {
        "when": {"point": "online", "equals": False},
        "for": "60s",
        "category": "device.offline",
        "severity": 500,
        "lane": "fault",
        "text": {"zh": f"{text.zh}离线", "en": f"{text.en} does not answer"},
    }


def _both(text: Text) -> Tree:
    return {"zh": text.zh, "en": text.en}


def _number(value: float) -> Tree:
    return int(value) if value % 1 == 0 else value
