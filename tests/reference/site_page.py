"""The keys of the site file, from its JSON Schema; the Chinese from the words of its form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from edge.config.json_schema import site_schema
from edge.drivers import KINDS
from edge.files.problems import Language
from edge.versions.form_help import HELP
from edge.versions.form_words import CHOICES, LABELS
from tests.reference.markdown import code, page, table

Schema: TypeAlias = Mapping[str, Any]

ORDER: Final = (
    *("site", "gateway", "page", "history", "buildings", "links", "devices", "vision"),
    *("alarms", "schedules", "calendar", "rules", "watch", "suppressions", "policies"),
    *("uplinks", "series", "updates", "commands"),
)
"""As a person writes a site file; what is new comes after."""

_DRIVERS: Final = {kind.address.__name__: kind.name for kind in KINDS.values()}
_DURATION: Final = "(ms|s|min|h|d)$"
_INTRODUCTION: Final = {
    "en": "Every key that a site file may have. [The site file](../site-file.md) leads through one;"
    " `whistle schema` prints the same for an editor. A key in **bold** has to be there.\n\n"
    "A *duration* is a number with `ms`, `s`, `min`, `h` or `d`: `30s`, `10min`. *Words* are in"
    " both languages: `{zh: 东门, en: East gate}`. An *id* has a-z, 0-9, `-` and `_`.",
    "zh": "站点文件可以写的全部键。[站点文件](../site-file.zh-CN.md)带着写一份；`whistle schema`"
    " 输出同样的内容，供编辑器使用。**粗体**的键必须写。\n\n"
    "*时长*是数字加 `ms`、`s`、`min`、`h` 或 `d`：`30s`、`10min`。*文字*两种语言都写："
    "`{zh: 东门, en: East gate}`。*标识*由 a-z、0-9、`-`、`_` 组成。",
}


def site_page(language: Language) -> str:
    """The page in one language."""
    return page(
        "站点文件的键" if language == "zh" else "The keys of the site file",
        _INTRODUCTION[language],
        *_Walk(site_schema(), language).sections(),
    )


class _Walk:
    """Goes through the schema once; each section is told where it first comes up."""

    def __init__(self, schema: Schema, language: Language) -> None:
        self._definitions: Mapping[str, Schema] = schema["$defs"]
        self._zh = language == "zh"
        self._named: dict[str, str] = {}

    def sections(self) -> Iterator[str]:
        """Yield a heading with a table for each section."""
        keys = self._definitions["SiteFile"]["properties"]
        for key in sorted(keys, key=lambda key: (*ORDER, key).index(key)):
            below = self._below(key, keys[key])
            alone = [path for path, _ in below] == [key]
            about = "" if alone else self._meaning(keys[key], "SiteFile", key)
            yield f"## {key}\n\n{about}".strip()
            if not below:
                yield self._shown(keys[key])
            yield from self._told(key, below)

    def _told(self, top: str, below: Sequence[tuple[str, str]]) -> Iterator[str]:
        ahead = list(below)
        for path, name in ahead:
            self._named.setdefault(name, path)
        while ahead:
            path, name = ahead.pop(0)
            if self._named[name] != path:
                continue
            section = self._definitions[name]
            rows = []
            for key, schema in section.get("properties", {}).items():
                for where, under in self._below(f"{path}.{key}", schema):
                    if under not in self._named:
                        self._named[under] = where
                        ahead.append((where, under))
                rows.append(self._row(section, name, key, schema))
            about = section.get("description", "").partition("\n\n")[0]
            about = HELP.get(about, "") if self._zh else _linked(about)
            yield f"{'' if path == top else f'### {path}'}\n\n{about}".strip()
            head = self._say("键,写什么,不写时,含义", "key,value,default,means")
            yield table(head.split(","), rows)

    def _row(self, section: Schema, name: str, key: str, schema: Schema) -> tuple[str, ...]:
        required = key in section.get("required", ())
        default = schema.get("default")
        default = None if isinstance(default, dict) else default
        return (
            f"**`{key}`**" if required else f"`{key}`",
            self._shown(schema),
            f"`{_typed(default)}`" if isinstance(default, bool | int | float) or default else "",
            self._meaning(schema, name, key),
        )

    def _meaning(self, schema: Schema, name: str, key: str) -> str:
        label = LABELS.get(f"{name}.{key}") or LABELS.get(key)
        said = schema.get("description", "").partition("\n\n")[0]
        if self._zh:
            return _plainly(HELP.get(said, "")) or (label.zh if label else "")
        return _linked(said) or (label.en if label else "")

    def _below(self, path: str, schema: Schema) -> list[tuple[str, str]]:
        """The sections that stand under a key, each with the path that leads to it."""
        found: list[tuple[str, str]] = []
        for at, each in self._parts(path, schema):
            name = each["$ref"].rpartition("/")[2]
            if name not in {"Text", "TemplateText"} and "properties" in self._definitions[name]:
                found.append((at, name))
        if len(found) > 1:
            found = [(f"{at} ({self._kind(name)})", name) for at, name in found]
        return found

    def _parts(self, path: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
        if "$ref" in schema:
            yield path, schema
        for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            yield from self._parts(path, each)
        if isinstance(schema.get("items"), dict):
            yield from self._parts(f"{path}[]", schema["items"])
        for each in schema.get("patternProperties", {}).values():
            yield from self._parts(f"{path}.NAME", each)
        if "$ref" not in schema:
            for key, each in schema.get("properties", {}).items():
                yield from self._parts(f"{path}.{key}", each)

    def _kind(self, name: str) -> str:
        """What tells a section from its neighbours: its driver, type or `what`."""
        for key in ("driver", "type", "what"):
            if word := self._definitions[name].get("properties", {}).get(key, {}).get("const"):
                return str(word)
        return _DRIVERS.get(name, name.lower())

    def _shown(self, schema: Schema) -> str:
        """What may stand there."""
        if "const" in schema:
            return f"`{_typed(schema['const'])}`"
        if "enum" in schema:
            return ", ".join(self._choice(each) for each in schema["enum"] if each != "")
        if "$ref" in schema:
            return self._referred(schema["$ref"].rpartition("/")[2])
        several = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
        if several:
            shown = [self._shown(each) for each in several if each.get("type") != "null"]
            return self._say(" 或 ", " or ").join(dict.fromkeys(shown))
        return self._plain(schema)

    def _referred(self, name: str) -> str:
        if name in {"Text", "TemplateText"}:
            return self._say("文字", "words")
        definition = self._definitions[name]
        if "properties" in definition:
            where = self._named.get(name)
            if where is None:
                return self._say("见下", "see below")
            shown = (
                where.rpartition(" (")[2][:-1] if where.endswith(")") else where.rpartition(".")[2]
            )
            return f"[{shown}](#{_anchor(where)})"
        return self._shown(definition) if definition else self._say("任意", "anything")

    def _plain(self, schema: Schema) -> str:
        kind = schema.get("type", "")
        if isinstance(kind, list):
            shown = [self._plain({**schema, "type": each}) for each in kind if each != "null"]
            return self._say(" 或 ", " or ").join(dict.fromkeys(shown))
        if kind == "array":
            inner = self._shown(schema["items"]) if isinstance(schema.get("items"), dict) else ""
            two = [self._shown(each) for each in schema.get("prefixItems", ())]
            return (
                f"[{', '.join(two)}]" if two else self._say(f"{inner} 的列表", f"list of {inner}")
            )
        if kind == "object":
            named = [*schema.get("patternProperties", {}).values()]
            each = self._shown(named[0]) if named else self._say("任意", "anything")
            return self._say(f"标识: {each}", f"id: {each}")
        if kind in {"integer", "number"}:
            return self._number(schema, kind)
        if kind == "boolean":
            return "`true`, `false`"
        return self._text(schema)

    def _number(self, schema: Schema, kind: str) -> str:
        word = self._say("整数", "whole number") if kind == "integer" else self._say("数", "number")
        least = schema.get("minimum", schema.get("exclusiveMinimum"))
        most = schema.get("maximum", schema.get("exclusiveMaximum"))
        if least is None and most is None:
            return word
        return f"{word} {'' if least is None else least}…{'' if most is None else most}"

    def _text(self, schema: Schema) -> str:
        pattern = schema.get("pattern", "")
        if pattern.endswith(_DURATION):
            return self._say("*时长*", "*duration*")
        if pattern.startswith(("^[a-z0-9][a-z0-9_-]{0,62}$", "^[a-z][a-z0-9_]{0,62}$")):
            return self._say("*标识*", "*id*")
        if schema.get("format") == "date":
            return self._say("日期", "day") + " `2026-10-01`"
        if "examples" in schema:
            return code(schema["examples"])
        return self._say("文本", "text")

    def _choice(self, word: object) -> str:
        named = CHOICES.get(str(word))
        plain = f"`{_typed(word)}`"
        return f"{plain} {named.zh}" if self._zh and named and named.zh != word else plain

    def _say(self, zh: str, en: str) -> str:
        return zh if self._zh else en


def _linked(text: str) -> str:
    """With a way to each command that it names."""

    def link(found: re.Match[str]) -> str:
        return f"[{found[1]}](commands.md#{_anchor(found[1])})"

    return re.sub("`(whistle [a-z ]+)`", link, _plainly(text))


def _plainly(text: str) -> str:
    """With nothing in it that looks like a tag."""
    return text.replace("<", "&lt;")


def _typed(value: object) -> str:
    """A value as one would type it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _anchor(heading: str) -> str:
    return "".join(
        each for each in heading.lower().replace(" ", "-") if each.isalnum() or each in "-_"
    )
