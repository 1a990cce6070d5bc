"""What pydantic found wrong, in words for the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from edge.choices import choose
from edge.duration import format_duration
from edge.files.wide import after_key, digits, key_in
from edge.model import Text

LONGEST_SHOWN: Final = 40
"""Characters of a value that are repeated in a message; more would fill the screen."""

SECRET: Final = re.compile(r"pass(word|wd|phrase)?$|secret|token|api_?key|private_?key|credential")
"""Names of keys whose values are never shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that a model refused; `name` is the key, `context` pydantic's own words."""

    type: str
    name: str
    value: Any
    message: str
    context: Mapping[str, Any]


_DIGITS: Final = Text("写数字，不加引号", "write digits without quotes")
_WRONG_TYPE: Final = {
    "string": (
        Text("文字", "text"),
        Text('写文字；数字加引号，如 "5"', 'write text; put a number in quotes, such as "5"'),
    ),
    "int": (Text("整数", "a whole number"), _DIGITS),
    "float": (Text("数字", "a number"), _DIGITS),
    "bool": (
        Text("true 或 false", "true or false"),
        Text("写 true 或 false，不加引号", "write true or false without quotes"),
    ),
    "list": (
        Text("列表", "a list"),
        Text("写成 [甲, 乙] 或每行以 `- ` 开头", "write [a, b] or lines that begin with `- `"),
    ),
    "model": (
        Text("一组键值", "a section of keys"),
        Text(
            "写成 {键: 值} 或缩进的多行 `键: 值`",
            "write {key: value} or indented lines `key: value`",
        ),
    ),
}
_SAME_TYPE: Final = {
    "tuple": "list",
    "set": "list",
    "dict": "model",
    "mapping": "model",
    "dataclass": "model",
}

_PATTERNS: Final = {
    "^[a-z0-9][a-z0-9_-]{0,62}$": Text(
        "用小写字母、数字、- 与 _，如 lift-3", "use a-z, 0-9, - and _, such as lift-3"
    ),
    "^[a-z][a-z0-9_]{0,62}$": Text(
        "用小写字母、数字与 _，如 door_open", "use a-z, 0-9 and _, such as door_open"
    ),
    r"^[a-z_]+(\.[a-z_]+)*$": Text(
        "用小写单词，以点相连，如 lift.entrapment",
        "use words joined by dots, such as lift.entrapment",
    ),
    "^[a-z_*?.]+$": Text(
        "写报警类别，* 代表任意文字，如 lift.entrapment 或 fire.*",
        "write a category, * for any text, such as lift.entrapment or fire.*",
    ),
    "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$": Text(
        "用引号写时间，如 '22:30'", "write a time in quotes, such as '22:30'"
    ),
    "^[a-z0-9][a-z0-9_-]{0,62}/([A-Za-z0-9_-]{1,64}\\.)?[a-z][a-z0-9_]{0,62}$": Text(
        "写设备与点，如 hydrant-1/pressure 或 fire-1/1-1-10-2.fire",
        "write a device and its point, such as hydrant-1/pressure or fire-1/1-1-10-2.fire",
    ),
    "^[a-z0-9][a-z0-9_-]{0,62}(/[A-Za-z0-9_-]{1,64}){1,2}$": Text(
        "写设备与报警，如 lift-1/entrapment", "write a device and its alarm: lift-1/entrapment"
    ),
    "^[A-Za-z0-9+/]{43}=$": Text(
        "粘贴 whistle command keygen 打印的那一行",
        "paste the line that `whistle command keygen` prints",
    ),
    r"^[+-](0\d|1[0-4]):[0-5]\d$": Text('写成 "+08:00"', 'write it like "+08:00"'),
    "^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*){0,4}$": Text(
        "写型号文件的路径，不带 .yaml，如 lifts/ba_box",
        "write the profile's path without .yaml, such as lifts/ba_box",
    ),
    r"^rtsps?://[^\s@]{1,2000}$": Text(
        "写成 rtsp://地址:端口/路径；用户名与密码写在 username、password_file",
        "write rtsp://host:port/path; user and password go into username and password_file",
    ),
    r"^https?://[^\s@]{1,2000}$": Text(
        "写成 http://地址/路径；用户名与密码写在 username、password_file",
        "write http://host/path; user and password go into username and password_file",
    ),
    r"^https?://[^\s/?#@]{1,253}(/[^\s?#@]{0,200})?$": Text(
        "写成 https://地址:8086；令牌写在 token_file",
        "write https://host:8086; the token goes into token_file",
    ),
    r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$": Text(
        "用引号写时段，如 '22:00-06:00'", "write a span in quotes, such as '22:00-06:00'"
    ),
    "^/dev/[A-Za-z0-9_/.-]{1,100}$": Text(
        "写设备文件，如 /dev/video0", "write the device's file, such as /dev/video0"
    ),
    "^[a-z][a-z0-9_ ]{0,62}$": Text(
        "写目标的类别，如 person、electric_bicycle",
        "write a class of objects, such as person or electric_bicycle",
    ),
    r"^/[^\x00]{1,100}$": Text(
        "写套接字的完整路径，如 /run/detector.sock",
        "write the socket's whole path, such as /run/detector.sock",
    ),
}

_SPAN: Final = re.compile(r"\b(days|seconds|microseconds)=(\d+)")
"""A time as pydantic tells its bounds."""

_LOGIN: Final = re.compile(r"://[^/\s]*@")
"""A name and a password in an address."""


def shown(name: str, value: Any) -> str:
    """A value as it may appear in a message: short, on one line, and no secret."""
    if SECRET.search(name.lower()):
        return "…"
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    text = _LOGIN.sub("://…@", text)
    text = " ".join(text.split()) or '""'
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def unknown_key(name: str, keys: Sequence[str]) -> tuple[Text, Text]:
    """What to say of a key that a section does not have."""
    if key := key_in(name):
        return after_key(key)
    if SECRET.search(name.lower()) and f"{name}_file" in keys:
        return (
            Text("密码不能写在配置里", "a secret does not belong in this file"),
            Text(
                f"把它存入单独的文件，写 {name}_file: 文件路径",
                f"keep it in a file of its own and write {name}_file: its path",
            ),
        )
    return Text(f"没有 {name} 这个键", f"there is no key {name} here"), choose(name, keys)


def add_key(name: str, needed: Sequence[str]) -> Text:
    """The remedy for a key that is missing: of a section, with what cannot be left out in it."""
    sample = f": {_sample(needed)}" if needed else ""
    return Text(f"补上 {name}{sample}", f"add {name}{sample}")


def words_for(
    fault: Fault,
    keys: Sequence[str],
    limits: tuple[float | None, float | None],
    needed: Sequence[str] = (),
) -> tuple[Text, Text]:
    """What is wrong and what would be right, given the section's keys and the number's limits.

    `needed` are the keys that what belongs there cannot do without, where that is a section.
    """
    value = shown(fault.name, fault.value)
    return (
        _about_keys(fault, keys, needed)
        or _choice(fault, value)
        or _wrong_type(fault, value, needed)
        or _out_of_range(fault, value, limits)
        or _other(fault, value)
    )


def _sample(needed: Sequence[str]) -> str:
    return f"{{{', '.join(f'{key}: …' for key in needed)}}}"


def _about_keys(
    fault: Fault, keys: Sequence[str], needed: Sequence[str]
) -> tuple[Text, Text] | None:
    name = fault.name
    match fault.type:
        case "extra_forbidden":
            meant = fault.context.get("meant")
            return unknown_key(name, keys if meant is None else [str(meant)])
        case "union_tag_not_found":
            name, needed = str(fault.context.get("discriminator", "")).strip("'"), ()
        case "missing":
            pass
        case _:
            return None
    return Text(f"缺少 {name}", f"{name} is missing"), add_key(name, needed)


def _choice(fault: Fault, value: str) -> tuple[Text, Text] | None:
    context = fault.context
    if fault.type in ("literal_error", "enum", "union_tag_invalid"):
        expected = str(context.get("expected", context.get("expected_tags", "")))
        choices = re.findall(r"'([^']*)'", expected) or [expected]
        return Text(f"{value} 不在可选范围", f"{value} is not possible"), choose(value, choices)
    if fault.type == "string_pattern_mismatch":
        pattern = str(context.get("pattern", ""))
        remedy = _PATTERNS.get(pattern, Text(f"要符合 {pattern}", f"it has to match {pattern}"))
        return Text(f"{value} 写法不对", f"{value} is not written properly"), remedy
    return None


def _wrong_type(fault: Fault, value: str, needed: Sequence[str]) -> tuple[Text, Text] | None:
    kind, _, rest = fault.type.partition("_")
    known = _WRONG_TYPE.get(_SAME_TYPE.get(kind, kind))
    if known is None or rest not in ("type", "parsing", "from_float", "attributes_type"):
        return None
    wanted, remedy = known
    if needed:
        remedy = Text(f"写成 {_sample(needed)}", f"write {_sample(needed)}")
    if fault.value is None:
        return Text("这里没有值", "there is no value here"), remedy
    if isinstance(fault.value, str):
        if wanted.en == "a section of keys" and (key := key_in(fault.value)):
            return after_key(key)
        remedy = digits(fault.value) or remedy
    return Text(f"{value} 不是{wanted.zh}", f"{value} is not {wanted.en}"), remedy


def _out_of_range(
    fault: Fault, value: str, limits: tuple[float | None, float | None]
) -> tuple[Text, Text] | None:
    if not fault.type.startswith(("greater_than", "less_than")):
        return None
    low, high = limits
    if fault.type.startswith("greater_than") and low is None:
        return Text(f"{value} 太小", f"{value} is too small"), _bound(fault, "大于", "above")
    if fault.type.startswith("less_than") and high is None:
        return Text(f"{value} 太大", f"{value} is too large"), _bound(fault, "小于", "below")
    what = Text(f"{value} 超出范围", f"{value} is out of range")
    if low is not None and high is not None:
        return what, Text(
            f"写 {low:g} 到 {high:g} 的数", f"write a number from {low:g} to {high:g}"
        )
    if low is not None:
        return what, Text(f"写不小于 {low:g} 的数", f"write a number not below {low:g}")
    return what, Text(f"写不大于 {high:g} 的数", f"write a number not above {high:g}")


def _bound(fault: Fault, zh: str, en: str) -> Text:
    limit = next((str(limit) for limit in fault.context.values()), "")
    equal = fault.type.endswith("equal")
    if spans := {name: int(count) for name, count in _SPAN.findall(limit)}:
        limit = format_duration(timedelta(**spans))
        return Text(
            f"写{zh}{'或等于' if equal else ''} {limit} 的时长",
            f"write a time {en} {limit}{', or that' if equal else ''}",
        )
    return Text(
        f"写{zh}{'或等于' if equal else ''} {limit} 的数",
        f"write a number {en} {limit}{' or equal to it' if equal else ''}",
    )


def _other(fault: Fault, value: str) -> tuple[Text, Text]:
    """Lengths, and what a driver's own check says in its own words."""
    context = fault.context
    if fault.type == "fault":
        zh, en = str(context["zh"]), str(context["en"])
        return Text(zh, en), Text(str(context["remedy_zh"]), str(context["remedy_en"]))
    if fault.type in ("too_short", "string_too_short"):
        least = context.get("min_length", 1)
        return (
            Text("太短或为空", "this is too short or empty"),
            Text(f"至少 {least} 个", f"write at least {least}"),
        )
    if fault.type in ("too_long", "string_too_long"):
        most = context.get("max_length", "")
        return Text("太长", "this is too long"), Text(f"最多 {most} 个", f"write {most} at most")
    said = str(context.get("error", fault.message))
    return Text(f"{value}：{said}", f"{value}: {said}"), Text("改正这个值", "correct this value")
