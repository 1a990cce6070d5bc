"""Expressions of rules: text that becomes a function of named values, once, or is refused."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Final, TypeAlias

from edge.model import Text, Value
from edge.rules.condition import LONGEST_EXPRESSION, MOST_NAMES
from edge.rules.expression_source import ExpressionError, Source
from edge.rules.grammar import Grammar
from edge.rules.units import LARGEST, TRUTH, PointType, kind_of

__all__ = ["Expression", "ExpressionError", "Operand", "conforms", "parse"]

Run: TypeAlias = Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Operand:
    """What a name in an expression stands for."""

    type: PointType
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula that is true, false, or cannot be told.

    `names` are those that it uses, in the order in which it wants their values.
    """

    text: str
    names: tuple[str, ...]
    run: Run

    def truth(self, values: Sequence[Value | None]) -> bool | None:
        """Whether it holds for these values; none when one is missing or it cannot be computed.

        Each value has to conform to its point's type.
        """
        if None in values:
            return None
        try:
            return self.run(*values)
        except (ArithmeticError, TypeError, ValueError):
            return None


def conforms(value: Value | None, wanted: PointType) -> bool:
    """Whether a value is of its point's type; what is not never reaches a condition."""
    if wanted == "bool":
        return isinstance(value, bool)
    if wanted == "str":
        return isinstance(value, str)
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and -LARGEST <= value <= LARGEST
    )


def parse(text: str, operands: Mapping[str, Operand]) -> Expression:
    """Check an expression against what its names stand for, and compile it.

    Raises `ExpressionError`, with the column in the text, for whatever is not arithmetic,
    comparison or logic on these names, for what compares or adds different units, and for what
    is not true or false in the end.
    """
    if len(text) > LONGEST_EXPRESSION or len(operands) > MOST_NAMES:
        raise ExpressionError(0, *_TOO_LONG)
    kinds = {name: kind_of(operand.type, operand.unit) for name, operand in operands.items()}
    grammar = Grammar(Source(text), kinds)
    body, kind = grammar.build()
    if kind != TRUTH:
        raise ExpressionError(
            0,
            Text(f"结果是{kind.text.zh}，不是真假", f"the result is {kind.text.en}, no truth"),
            Text("加上比较，例如 a - b > 20", "compare it with something, such as a - b > 20"),
        )
    names = tuple(name for name in operands if name in grammar.used)
    return Expression(text, names, _function(body, names))


def _function(body: ast.expr, names: Sequence[str]) -> Run:
    """Compile a tree that was built here; it sees its values and five functions, nothing else."""
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(name) for name in names],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    outer = compile(tree, "<expression>", "eval")
    code = next(part for part in outer.co_consts if isinstance(part, CodeType))
    return FunctionType(code, dict(_WORLD), "expression")


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


_WORLD: Final = {
    "__builtins__": {},
    "abs": abs,
    "clamp": _clamp,
    "max": max,
    "min": min,
    "round": round,
}
_TOO_LONG: Final = (
    Text("表达式太长或名称太多", "this expression is too long or has too many names"),
    Text(
        f"最多 {LONGEST_EXPRESSION} 个字符、{MOST_NAMES} 个名称；用 all 或 any 分开写",
        f"at most {LONGEST_EXPRESSION} characters, {MOST_NAMES} names; split it with all or any",
    ),
)
