"""Parts of a document checked against their models, each on its own, with every mistake located."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from edge.choices import nearest
from edge.files.fields import keys_at, limits_at, needed_at
from edge.files.messages import Fault, words_for
from edge.files.problems import Problems
from edge.files.yaml_file import Document, Steps, Tree
from edge.model import Text

M = TypeVar("M", bound=BaseModel)

_KEY: Final = "[key]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Located:
    """A fault with its steps in the tree and the union branches that pydantic tried."""

    steps: Steps
    branches: tuple[tuple[Steps, str], ...]
    on_key: bool
    fault: Fault


def read(document: Document, steps: Steps, model: type[M], problems: Problems) -> M | None:
    """Make the model from what stands there; otherwise tell every mistake in it.

    A section that is not written at all is read as an empty one.
    """
    tree = document.at(steps) if steps in document.values else {}
    try:
        return model.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        for located in _meant(list(_chosen([_located(each, tree) for each in error.errors()]))):
            inner = located.steps
            holder = inner if located.fault.type == "union_tag_not_found" else inner[:-1]
            what, remedy = words_for(
                located.fault,
                keys_at(model, tree, holder),
                limits_at(model, tree, inner),
                needed_at(model, tree, inner),
            )
            on_key = located.on_key or located.fault.type == "extra_forbidden"
            at = "key" if on_key else "value"
            problems.add(document, steps + inner, what, remedy, at=at)
    return None


def read_each(document: Document, key: str, model: type[M], problems: Problems) -> dict[int, M]:
    """Make the models of a list's items; one that is broken does not hide the others."""
    items: dict[int, M] = {}
    for index in range(document.size((key,))):
        item = read(document, (key, index), model, problems)
        if item is not None:
            items[index] = item
    return items


def _located(error: ErrorDetails, tree: Tree) -> _Located:
    node = tree
    steps: Steps = ()
    branches: list[tuple[Steps, str]] = []
    loc = error["loc"]
    for index, step in enumerate(loc):
        if isinstance(node, dict) and str(step) in node:
            steps, node = (*steps, str(step)), node[str(step)]
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            steps, node = (*steps, step), node[step]
        elif error["type"] == "missing" and index == len(loc) - 1:
            steps = (*steps, step)
        elif step != _KEY:
            branches.append((steps, str(step)))
    context: dict[str, Any] = error.get("ctx", {})
    value: Any = error["input"]
    if error["type"] == "union_tag_invalid":
        name = str(context.get("discriminator", "")).strip("'")
        value = context.get("tag", value)
        if isinstance(node, dict) and name in node:
            steps = (*steps, name)
    name = next((str(step) for step in reversed(steps) if isinstance(step, str)), "")
    return _Located(
        steps=steps,
        branches=tuple(branches),
        on_key=_KEY in loc,
        fault=Fault(
            type=error["type"], name=name, value=value, message=error["msg"], context=context
        ),
    )


def _chosen(found: Sequence[_Located]) -> Iterable[_Located]:
    """Of a union's branches keep the one that was meant: its mistakes alone are told."""
    plain = [each for each in found if not each.branches]
    groups: dict[Steps, dict[str, list[_Located]]] = {}
    for each in found:
        if each.branches:
            at, branch = each.branches[0]
            groups.setdefault(at, {}).setdefault(branch, []).append(
                replace(each, branches=each.branches[1:])
            )
    yield from plain
    for at, branches in groups.items():
        if len(branches) > 1 and all(
            each.steps == at for group in branches.values() for each in group
        ):
            yield _merged([each for group in branches.values() for each in group])
            continue
        best = min(branches.values(), key=lambda group: _distance(group, at))
        yield from _chosen(best)


def _meant(found: Sequence[_Located]) -> Iterable[_Located]:
    """Of a misspelt key and the missing one that was meant, tell the first."""
    for each in found:
        beside = [other for other in found if other.steps[:-1] == each.steps[:-1]]
        strange = [other.fault.name for other in beside if other.fault.type == "extra_forbidden"]
        missing = [other.fault.name for other in beside if other.fault.type == "missing"]
        pair = len(strange) == 1 == len(missing)
        match each.fault.type:
            case "too_short" if any(_within(other.steps, each.steps) for other in found):
                continue  # pydantic does not count an item that is wrong
            case "missing" if pair or nearest(each.fault.name, strange):
                continue
            case "extra_forbidden" if pair:
                yield replace(each, fault=replace(each.fault, context={"meant": missing[0]}))
            case _:
                yield each


def _within(steps: Steps, outer: Steps) -> bool:
    return len(steps) > len(outer) and steps[: len(outer)] == outer


def _distance(group: Sequence[_Located], at: Steps) -> tuple[bool, int, int]:
    """How far a branch is from what is written: wrong shape, keys it lacks, all its mistakes."""
    shape = any(each.steps == at for each in group)
    strange = sum(each.fault.type in ("missing", "extra_forbidden") for each in group)
    return shape, strange, len(group)


_TYPES: Final = {
    "bool": Text("true/false", "true or false"),
    "int": Text("整数", "a whole number"),
    "float": Text("数字", "a number"),
    "string": Text("文字", "text"),
    "list": Text("列表", "a list"),
    "tuple": Text("列表", "a list"),
    "model": Text("一组键值", "a section of keys"),
    "dict": Text("一组键值", "a section of keys"),
}


def _merged(group: Sequence[_Located]) -> _Located:
    """Say once what any of several types would have been right."""
    first = group[0]
    own = [each for each in group if not each.fault.type.endswith("_type")]
    if own:
        return replace(own[0], branches=())
    kinds = [each.fault.type.partition("_")[0] for each in group]
    names = list(dict.fromkeys(_TYPES[kind] for kind in kinds if kind in _TYPES))
    if not names:
        return replace(first, branches=())
    zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
    words = {
        "zh": "这里的值类型不对",
        "en": "this is not the right kind of value",
        "remedy_zh": f"可以写{zh}",
        "remedy_en": f"write one of: {en}",
    }
    return replace(first, branches=(), fault=replace(first.fault, type="fault", context=words))
