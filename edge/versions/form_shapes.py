"""What kind of field each part of the site file's JSON schema is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias

from edge.files.yaml_file import Tree
from edge.model import Text
from edge.versions.files import Unfit
from edge.versions.items import BY_NAME

FieldKind: TypeAlias = Literal[
    "text",
    "number",
    "duration",
    "bool",
    "choice",
    "fixed",
    "texts",
    "list",
    "many",
    "yaml",
]
"""`texts` is one text in both languages, `many` some of the choices, `yaml` what is too deep."""

Node: TypeAlias = Mapping[str, Any]
"""A node of a JSON schema."""

_DURATION: Final = "(ms|s|min|h|d)$"
_ONE_WORD: Final = frozenset(("text", "number", "fixed", "choice"))
_SCALARS: Final = frozenset(("string", "integer", "number"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A part of the schema: one field, a section of several, or one of several sections.

    `by` is the key whose value says which of the `variants` it is; `model` is what the schema
    calls it.
    """

    kind: FieldKind | Literal["section", "variants"]
    model: str = ""
    help: str = ""
    default: Tree = None
    optional: bool = False
    whole: bool = False
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    by: str = ""
    variants: Mapping[str, Shape] = field(default_factory=dict)


class Shapes:
    """Reads one schema."""

    def __init__(self, schema: Node) -> None:
        self._models: Mapping[str, Node] = schema["$defs"]
        self._around: tuple[str, ...] = ()
        self._endless: set[str] = set()

    def model(self, name: str) -> Shape:
        """What a model of that name is, such as a driver's addresses."""
        return self.of({"$ref": f"#/$defs/{name}"})

    def section(self, section: str, key: str) -> Shape:
        """What an item of a section is, or the section where it is one item."""
        node = self._held(section)
        whole = self._resolved(node)
        if section in BY_NAME:
            named = whole.get("properties", {}).get(key)
            node = named or next(iter(whole.get("patternProperties", {}).values()), {})
        shape = self.of(whole["items"] if self.listed(section) else node)
        if shape.kind in {"section", "variants"}:
            return shape
        raise Unfit(Text(f"{section} 只能作为文本编辑", f"{section} can only be edited as text"))

    def listed(self, section: str) -> bool:
        """Whether a section is a list of items."""
        return self._resolved(self._held(section)).get("type") == "array"

    def of(self, node: Node) -> Shape:
        """What one node is."""
        model = str(node.get("$ref", "")).rpartition("/")[2]
        if model and model in self._around:
            self._endless.add(model)
        if model in self._endless:
            return Shape(kind="yaml", help=node.get("description", ""))
        node = self._resolved(node)
        around, self._around = self._around, (*self._around, model)
        shape = replace(self._bare(node), help=node.get("description", ""))
        self._around = around
        if model in self._endless:  # conditions in conditions
            shape = Shape(kind="yaml", help=shape.help)
        if "default" in node:
            shape = replace(shape, default=node["default"])
        return replace(shape, model=model or shape.model)

    def _held(self, section: str) -> Node:
        node: Node = self._models["SiteFile"]
        for step in section.split("."):
            held = self._resolved(node).get("properties", {}).get(step)
            if held is None:
                raise Unfit(Text(f"没有 {section} 一节", f"there is no section {section}"))
            node = held
        return node

    def _bare(self, node: Node) -> Shape:
        options = [each for each in node.get("anyOf", ()) if each.get("type") != "null"]
        if len(options) == 1:
            return replace(self.of(options[0]), optional=True)
        if options:
            return self._one_of([self.of(each) for each in options])
        if "oneOf" in node:
            return self._variants([self.of(each) for each in node["oneOf"]])
        if node.get("type") == "array":
            return self._list(self._resolved(node.get("items", {})))
        return self._section(node) if "properties" in node else _plain(node)

    def _section(self, node: Node) -> Shape:
        properties: Mapping[str, Node] = node["properties"]
        if properties.keys() == {"zh", "en"}:
            return Shape(kind="texts")
        fields = {key: self.of(each) for key, each in properties.items()}
        return Shape(kind="section", fields=fields, required=frozenset(node.get("required", ())))

    def _list(self, items: Node) -> Shape:
        if "properties" in items:
            return Shape(kind="yaml")
        each = self._bare(items)
        if each.kind == "choice":
            return replace(each, kind="many")
        words = each.kind in {"text", "number"}
        return Shape(kind="list", whole=each.whole) if words else Shape(kind="yaml")

    def _one_of(self, shapes: Sequence[Shape]) -> Shape:
        """What may be a number or a word is a text; what may be more is edited as it stands."""
        if all(each.kind in _ONE_WORD for each in shapes):
            return Shape(kind="text", whole=any(each.whole for each in shapes))
        return Shape(kind="yaml")

    def _variants(self, shapes: Iterable[Shape]) -> Shape:
        """Sections that a key with one fixed value tells apart."""
        found: dict[str, dict[str, Shape]] = {}
        for shape in shapes:
            for key, inner in shape.fields.items():
                if inner.kind == "fixed":
                    found.setdefault(key, {})[inner.choices[0]] = shape
        by = max(found, key=lambda key: len(found[key]), default="")
        return Shape(kind="variants", by=by, variants=found[by]) if by else Shape(kind="yaml")

    def _resolved(self, node: Node) -> Node:
        """The node behind a reference, with what is said beside the reference."""
        while "$ref" in node:
            rest = {key: value for key, value in node.items() if key != "$ref"}
            there = self._models[node["$ref"].rpartition("/")[2]]
            node = {**{k: v for k, v in there.items() if k != "description"}, **rest}
        return node


def _plain(node: Node) -> Shape:
    """What one value is."""
    if "const" in node:
        return Shape(kind="fixed", choices=(str(node["const"]),))
    if "enum" in node:
        words = tuple(str(each) for each in node["enum"] if each != "")  # none is not written
        return Shape(kind="choice", choices=words, whole=not isinstance(node["enum"][-1], str))
    kinds = {node["type"]} if isinstance(node.get("type"), str) else {*node.get("type", ())}
    low, high = node.get("minimum"), node.get("maximum")
    if kinds == {"boolean"}:
        return Shape(kind="bool")
    if kinds and kinds <= {"integer", "number"}:
        return Shape(kind="number", whole="number" not in kinds, least=low, most=high)
    if kinds and kinds <= _SCALARS:
        duration = str(node.get("pattern", "")).endswith(_DURATION)
        return Shape(kind="duration" if duration else "text", whole="integer" in kinds)
    return Shape(kind="yaml")
