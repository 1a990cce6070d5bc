"""What a section's model says of its own keys: names, and limits of numbers."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from edge.files.yaml_file import Steps, Tree

_UNIONS: Final = (Union, types.UnionType)


def keys_at(model: type[BaseModel], tree: Tree, steps: Steps) -> tuple[str, ...]:
    """The keys that may stand in the mapping at those steps below the section's tree."""
    shapes, node = _descend([model], tree, steps)
    models = [each for each in _models(shapes) if _fits(each, node)] or list(_models(shapes))
    return tuple(dict.fromkeys(_written(n, f) for m in models for n, f in m.model_fields.items()))


def needed_at(model: type[BaseModel], tree: Tree, steps: Steps) -> tuple[str, ...]:
    """The keys that a section at those steps cannot do without; none where no section belongs."""
    shapes, _ = _descend([model], tree, steps)
    needed = [_needed(each) for each in _models(shapes)]
    return tuple(key for key in needed[0] if all(key in own for own in needed)) if needed else ()


def limits_at(
    model: type[BaseModel], tree: Tree, steps: Steps
) -> tuple[float | None, float | None]:
    """The least and the greatest number allowed there, both included; none if unbounded."""
    shapes, _ = _descend([model], tree, steps)
    low: float | None = None
    high: float | None = None
    for mark in _metadata(shapes):
        match mark:
            case Ge(ge=bound) if isinstance(bound, int | float):
                low = bound
            case Le(le=bound) if isinstance(bound, int | float):
                high = bound
            case Gt(gt=bound) if isinstance(bound, int):
                low = bound + 1
            case Lt(lt=bound) if isinstance(bound, int):
                high = bound - 1
            case _:
                continue
    return low, high


def _descend(shapes: Sequence[Any], tree: Tree, steps: Steps) -> tuple[list[Any], Tree]:
    node = tree
    for step in steps:
        shapes = [inner for shape in _flat(shapes) for inner in _inside(shape, step, node)]
        if isinstance(node, dict) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            node = None
    return list(shapes), node


def _inside(shape: Any, step: str | int, node: Tree) -> Iterator[Any]:
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        if _fits(shape, node):
            for name, field in shape.model_fields.items():
                if step in (name, _written(name, field)):
                    yield field
        return
    inner = get_args(shape)
    if isinstance(step, int):
        yield from (each for each in inner if each is not Ellipsis)
    elif inner:
        yield inner[-1]


def _flat(shapes: Iterable[Any]) -> Iterator[Any]:
    """Take off what wraps a type: fields, annotations, unions."""
    for shape in shapes:
        if isinstance(shape, FieldInfo):
            yield from _flat([shape.annotation])
        elif get_origin(shape) is Annotated:
            yield from _flat(get_args(shape)[:1])
        elif get_origin(shape) in _UNIONS:
            yield from _flat(get_args(shape))
        else:
            yield shape


def _metadata(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in shapes:
        if isinstance(shape, FieldInfo):
            yield from shape.metadata
            yield from _metadata([shape.annotation])
        elif get_origin(shape) is Annotated:
            for mark in get_args(shape)[1:]:
                yield from mark.metadata if isinstance(mark, FieldInfo) else [mark]
            yield from _metadata(get_args(shape)[:1])
        elif get_origin(shape) in _UNIONS:
            yield from _metadata(get_args(shape))


def _models(shapes: Iterable[Any]) -> Iterator[type[BaseModel]]:
    for shape in _flat(shapes):
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            yield shape


def _needed(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(_written(n, f) for n, f in model.model_fields.items() if f.is_required())


def _written(name: str, field: FieldInfo) -> str:
    return field.alias or name


def _fits(model: type[BaseModel], node: Tree) -> bool:
    """Whether what tells this model from its siblings (a literal such as `type: tcp`) agrees."""
    if not isinstance(node, dict):
        return True
    for name, field in model.model_fields.items():
        written = node.get(_written(name, field))
        if get_origin(field.annotation) is Literal and isinstance(written, str):
            allowed = get_args(field.annotation)
            if len(allowed) == 1 and written not in allowed:
                return False
    return True
