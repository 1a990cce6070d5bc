"""What an expression may consist of: its tree, taken apart and built anew from what is allowed."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from edge.choices import choose
from edge.model import Text
from edge.rules.expression_source import Source
from edge.rules.units import NUMBER, TEXT, TRUTH, Kind, common, product, spell

MOST_NODES: Final = 128
"""Parts of one expression: values, names, operations."""

DEEPEST_NODE: Final = 24
"""Operations within operations."""

LARGEST_NUMBER: Final = 1e15
LONGEST_STRING: Final = 64
MOST_DIGITS: Final = 9

FUNCTIONS: Final[Mapping[str, tuple[int, int]]] = {
    "abs": (1, 1),
    "clamp": (3, 3),
    "max": (2, 16),
    "min": (2, 16),
    "round": (1, 2),
}
"""The functions there are, with the fewest and the most values that they take."""

_ARITHMETIC: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
_ORDER: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)

Built: TypeAlias = tuple[ast.expr, Kind]


class Grammar:
    """Reads one text; `used` are the names that it has met."""

    def __init__(self, source: Source, kinds: Mapping[str, Kind]) -> None:
        self._source = source
        self._kinds = kinds
        self._nodes = 0
        self._depth = 0
        self.used: set[str] = set()

    def build(self) -> Built:
        """Return a tree made of nothing but what is allowed, and the kind of its value."""
        return self._any(self._source.tree())

    def _any(self, node: ast.expr) -> Built:
        self._nodes += 1
        self._depth += 1
        if self._nodes > MOST_NODES or self._depth > DEEPEST_NODE:
            raise self._source.fault(
                node,
                Text("表达式太大或套得太深", "this expression is too large or nested too deeply"),
                Text(
                    f"最多 {MOST_NODES} 个部分、{DEEPEST_NODE} 层；用 all 或 any 分开写",
                    f"at most {MOST_NODES} parts on {DEEPEST_NODE} levels; split it with all",
                ),
            )
        built = self._one(node)
        self._depth -= 1
        return built

    def _one(self, node: ast.expr) -> Built:  # noqa: PLR0911 - one for each kind of part
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp():
                return self._negation(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.BoolOp():
                return self._logic(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                return self._choice(node)
            case ast.Call():
                return self._call(node)
        raise self._source.alien(node)

    def _constant(self, node: ast.Constant) -> Built:
        """A number, a text or a truth, of a size that a person would write."""
        value = node.value
        if isinstance(value, bool):
            return ast.Constant(value), TRUTH
        if isinstance(value, str) and len(value) <= LONGEST_STRING:
            return ast.Constant(value), TEXT
        if isinstance(value, int | float) and abs(value) <= LARGEST_NUMBER:
            return ast.Constant(value), NUMBER
        if isinstance(value, str | int | float):
            raise self._source.fault(
                node,
                Text("这个值太大", "this value is too large"),
                Text(
                    f"数值不超过 1e15，文字不超过 {LONGEST_STRING} 个字符",
                    f"numbers go up to 1e15, texts to {LONGEST_STRING} characters",
                ),
            )
        raise self._source.alien(node)

    def _name(self, node: ast.Name) -> Built:
        """One of the names that stand for points."""
        kind = self._kinds.get(node.id)
        if kind is None:
            raise self._source.fault(
                node,
                Text(f"没有名称 {node.id[:40]}", f"there is no name {node.id[:40]}"),
                choose(node.id, (*self._kinds, "True", "False", *FUNCTIONS)),
            )
        self.used.add(node.id)
        return ast.Name(node.id, ast.Load()), kind

    def _negation(self, node: ast.UnaryOp) -> Built:
        """`not p`, `-a`, `+a`."""
        part, kind = self._any(node.operand)
        if isinstance(node.op, ast.Not):
            self._expect(node.operand, kind, TRUTH)
            return ast.UnaryOp(ast.Not(), part), TRUTH
        if not isinstance(node.op, ast.USub | ast.UAdd):
            raise self._source.alien(node)
        self._expect(node.operand, kind, NUMBER)
        return ast.UnaryOp(type(node.op)(), part), kind

    def _arithmetic(self, node: ast.BinOp) -> Built:
        """`+ - * / // %` on numbers; a sum and a remainder want one unit."""
        if not isinstance(node.op, _ARITHMETIC):
            raise self._source.alien(node)
        left, of_left = self._any(node.left)
        right, of_right = self._any(node.right)
        self._expect(node.left, of_left, NUMBER)
        self._expect(node.right, of_right, NUMBER)
        if isinstance(node.op, ast.Mult):
            unit = product(of_left.unit, of_right.unit)
        elif isinstance(node.op, ast.Div | ast.FloorDiv):
            unit = product(of_left.unit, of_right.unit, -1)
        else:
            unit = self._same(node, (of_left, of_right)).unit
        return ast.BinOp(left, type(node.op)(), right), Kind("number", unit)

    def _logic(self, node: ast.BoolOp) -> Built:
        """`and`, `or` on truths."""
        parts = [self._any(value) for value in node.values]
        for value, (_, kind) in zip(node.values, parts, strict=True):
            self._expect(value, kind, TRUTH)
        return ast.BoolOp(type(node.op)(), [part for part, _ in parts]), TRUTH

    def _comparison(self, node: ast.Compare) -> Built:
        """`a < b <= c`, `a == b`, `a in (1, 2)`: of one kind and one unit on both sides."""
        first, kind = self._any(node.left)
        parts: list[ast.expr] = []
        for op, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                parts.append(self._choices(right, kind))
                continue
            if not isinstance(op, (*_ORDER, ast.Eq, ast.NotEq)):
                raise self._source.alien(right)
            part, of_part = self._any(right)
            self._same(right, (kind, of_part))
            if isinstance(op, _ORDER):
                self._expect(right, of_part, NUMBER)
            parts.append(part)
            kind = of_part
        if len(parts) > 1 and any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
            raise self._source.alien(node)
        return ast.Compare(first, [type(op)() for op in node.ops], parts), TRUTH

    def _choice(self, node: ast.IfExp) -> Built:
        """`a if p else b`, with both of one kind."""
        (test, of_test), (body, kind), (other, of_other) = (
            self._any(node.test),
            self._any(node.body),
            self._any(node.orelse),
        )
        self._expect(node.test, of_test, TRUTH)
        return ast.IfExp(test, body, other), self._same(node.orelse, (kind, of_other))

    def _call(self, node: ast.Call) -> Built:
        """One of the few functions, on numbers of one unit."""
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise self._source.alien(node)
        if node.func.id not in FUNCTIONS or node.func.id in self._kinds:
            raise self._source.alien(node)
        fewest, most = FUNCTIONS[node.func.id]
        if not fewest <= len(node.args) <= most:
            count = f"{fewest}" if fewest == most else f"{fewest}..{most}"
            raise self._source.fault(
                node,
                Text(f"{node.func.id} 的参数个数不对", f"{node.func.id} takes other arguments"),
                Text(f"写 {count} 个", f"write {count} of them"),
            )
        parts = [self._any(each) for each in node.args]
        for each, (_, kind) in zip(node.args, parts, strict=True):
            self._expect(each, kind, NUMBER)
        if node.func.id == "round":
            if not all(_digits(each) for each in node.args[1:]):
                raise self._source.fault(node.args[1], *_DIGITS)
            kind = parts[0][1]
        else:
            kind = self._same(node, [kind for _, kind in parts])
        function = ast.Name(node.func.id, ast.Load())
        return ast.Call(function, [part for part, _ in parts], []), kind

    def _choices(self, node: ast.expr, kind: Kind) -> ast.expr:
        """The constants of `in (1, 2)`, all of the kind of what is looked for."""
        if not isinstance(node, ast.Tuple | ast.List) or not node.elts:
            raise self._source.fault(node, *_CHOICES)
        parts = []
        for each in node.elts:
            part, of_part = self._any(each)
            if not _is_constant(part):
                raise self._source.fault(each, *_CHOICES)
            self._same(each, (kind, of_part))
            parts.append(part)
        return ast.Tuple(parts, ast.Load())

    def _expect(self, node: ast.expr, kind: Kind, wanted: Kind) -> None:
        if kind.word != wanted.word:
            raise self._source.fault(
                node,
                Text(
                    f"这里要{wanted.text.zh}，却是{kind.text.zh}",
                    f"here has to be {wanted.text.en}, and is {kind.text.en}",
                ),
                Text("换一个名称或加上比较", "use another name, or compare it with something"),
            )

    def _same(self, node: ast.expr, kinds: Sequence[Kind]) -> Kind:
        """The kind that all have; refuse different kinds, and numbers in different units."""
        first = kinds[0]
        for kind in kinds:
            self._expect(node, kind, first)
        unit = common([kind.unit for kind in kinds])
        if unit is None:
            written = [spell(kind.unit) for kind in kinds if kind.unit]
            left, right = written[0], next(each for each in written if each != written[0])
            raise self._source.fault(
                node,
                Text(f"单位不同：{left} 与 {right}", f"different units: {left} and {right}"),
                Text(
                    "只比较、加减同一单位的值；先用乘除换算",
                    "compare and add what has one unit; convert by a factor per unit first",
                ),
            )
        return Kind(first.word, unit)


_DIGITS: Final = (
    Text("小数位数不对", "this is no number of digits"),
    Text("写 0 到 9", "write 0 to 9"),
)
_CHOICES: Final = (
    Text("in 后面要写固定值", "after in stand fixed values"),
    Text("例如 mode in (1, 2, 3)", "such as mode in (1, 2, 3)"),
)


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.operand, ast.Constant)
    return isinstance(node, ast.Constant)


def _digits(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int)
        and not isinstance(node.value, bool)
        and 0 <= node.value <= MOST_DIGITS
    )
