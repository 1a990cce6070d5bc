"""The text of an expression: how it is read, and where in it a mistake is."""

from __future__ import annotations

import ast
import warnings
from typing import Final

from edge.model import Text

_ALLOWED: Final = Text(
    "只有 + - * / // %、比较、and or not、in、if else、abs min max round clamp",
    "there are + - * / // %, comparisons, and or not, in, if else, abs min max round clamp",
)
_UNREADABLE: Final = (
    Text("看不懂这个表达式", "this expression cannot be read"),
    Text("写成例如 a - b > 20 and not p", "write it like a - b > 20 and not p"),
)


class ExpressionError(ValueError):
    """An expression that is not allowed; `column` counts the characters before the mistake."""

    def __init__(self, column: int, what: Text, remedy: Text) -> None:
        super().__init__(f"column {column + 1}: {what.en}; {remedy.en}")
        self.column = column
        self.what = what
        self.remedy = remedy


class Source:
    """One text; a line that was folded is read as one."""

    def __init__(self, text: str) -> None:
        clean = text.translate({ord(blank): " " for blank in "\n\r\t"})
        self._text = clean.lstrip(" ")
        self._indent = len(clean) - len(self._text)

    def tree(self) -> ast.expr:
        """Read the text as Python would, without running any of it."""
        for alien in "\\\0#":
            if (at := self._text.find(alien)) >= 0:
                raise ExpressionError(
                    self._indent + at,
                    Text("表达式里不能有这个字符", "this character is not allowed here"),
                    Text("删去它", "take it out"),
                )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return ast.parse(self._text, mode="eval").body
        except SyntaxError as error:
            at = min(error.offset - 1 if error.offset else len(self._text), len(self._text))
            raise ExpressionError(self._indent + at, *_UNREADABLE) from None
        except (ValueError, MemoryError, RecursionError):
            raise ExpressionError(self._indent, *_UNREADABLE) from None

    def fault(self, node: ast.expr, what: Text, remedy: Text) -> ExpressionError:
        """What to raise for a mistake in this part of the tree."""
        before = self._text.encode()[: node.col_offset].decode(errors="ignore")
        return ExpressionError(self._indent + len(before), what, remedy)

    def alien(self, node: ast.expr) -> ExpressionError:
        """What to raise for a part that has no place in an expression."""
        shown = (ast.get_source_segment(self._text, node) or "")[:40]
        what = Text(f"表达式里不能写 {shown}", f"{shown} has no place in an expression")
        return self.fault(node, what, _ALLOWED)
