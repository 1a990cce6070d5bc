"""Changes of a YAML text as cuts in it, so that everything else stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edge.files.yaml_file import Tree
from edge.files.yaml_spans import Pair, Span
from edge.versions.layout import Layout, tangled
from edge.versions.writing import Names, Styles, block, flow, item, pair


@dataclass(frozen=True, slots=True)
class Splice:
    """What stands from `start` up to `end` becomes `text`."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """Make all cuts; those in one place in the order in which they are given."""
    out: list[str] = []
    at = 0
    for each in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        if each.start < at:
            raise tangled()
        out += (text[at : each.start], each.text)
        at = each.end
    return "".join((*out, text[at:]))


class Cutter:
    """Says where to cut a text, and what to put there."""

    def __init__(self, text: str, root: Span) -> None:
        self.layout = Layout(text)
        self._styles = Styles(root)

    def replace(self, held: Pair, value: Tree, names: Names, *, in_flow: bool) -> list[Splice]:
        """Give a key another value; a collection stays in brackets, or in lines, as it was."""
        old, lay = held.value, self.layout
        if old.alias:
            raise tangled()
        column = lay.column(held.start)
        was_lines = bool(old.items or old.pairs) and not old.flow
        lines = self._in_lines(old, value, names, column) and not in_flow
        if not lines and not was_lines:
            space = " " if old.end == held.colon else ""
            return [Splice(old.start, old.end, space + flow(value))]
        inner = lay.column(old.start) if was_lines else column + 2
        new = block(value, inner, self._styles, names) if lines else []
        if was_lines:
            start, end = lay.line(old.start), lay.tail(old.end, column)
            whole = Splice(start, end, lay.lines(new, inner, end))
            return [whole] if lines else [Splice(held.colon, held.colon, f" {flow(value)}"), whole]
        blank = not lay.text[held.colon : old.start].strip()
        after = lay.after(old.end)
        return [
            Splice(held.colon if blank else old.start, old.end, ""),
            Splice(after, after, lay.lines(new, inner, after)),
        ]

    def add(self, holder: Span, key: str, value: Tree, names: Names, after: str) -> Splice:
        """Put a key into a mapping that has others: behind one of them, or at the end."""
        last = holder.pair(after) or (holder.pairs[-1] if holder.pairs else None)
        if last is None:
            raise tangled()
        if holder.flow:
            return Splice(last.value.end, last.value.end, f", {flow({key: value})[1:-1]}")
        column = self.layout.column(holder.pairs[0].start)
        at = self.layout.tail(last.value.end, column)
        lines = pair(key, value, column, self._styles, names)
        apart = [""] if not names and "\n\n" in self.layout.text.replace("\r", "") else []
        return Splice(at, at, self.layout.lines([*apart, *lines], column, at))

    def drop(self, holder: Span, key: str) -> Splice:
        """Take a key out of a mapping that has others."""
        number = next(n for n, each in enumerate(holder.pairs) if each.key == key)
        if holder.flow:
            return self._out_of([(each.start, each.value.end) for each in holder.pairs], number)
        own, rest = holder.pairs[number], holder.pairs[number + 1 :]
        line = self.layout.line(own.start)
        if not self.layout.text[line : own.start].strip():
            return Splice(line, self.layout.tail(own.value.end, self.layout.column(own.start)), "")
        if not rest:
            raise tangled()
        return Splice(own.start, rest[0].start, "")

    def add_item(self, holder: Span, value: Tree, names: Names, before: int | None) -> Splice:
        """Put an item into a list that has others: at its end, or before one of them."""
        items, lay = holder.items, self.layout
        if holder.flow and before is None:
            return Splice(items[-1].end, items[-1].end, f", {flow(value)}")
        if holder.flow and before is not None:
            return Splice(items[before].start, items[before].start, f"{flow(value)}, ")
        column = lay.column(holder.start)
        lines = item(value, column, self._styles, names)
        apart = [""] if lay.apart(holder) else []
        if before is None:
            at = lay.tail(items[-1].end, column)
            return Splice(at, at, lay.lines([*apart, *lines], column, at))
        at = lay.head(holder, before)
        return Splice(at, at, lay.lines([*lines, *apart], column, at))

    def replace_item(self, holder: Span, number: int, value: Tree, names: Names) -> Splice:
        """Give an item of a list another value, as a whole; the comments over it stay."""
        own, lay = holder.items[number], self.layout
        if own.alias:
            raise tangled()
        if holder.flow:
            return Splice(own.start, own.end, flow(value))
        column = lay.column(holder.start)
        end = lay.tail(own.end, column)
        lines = item(value, column, self._styles, names)
        return Splice(lay.line(lay.dash(holder, number)), end, lay.lines(lines, column, end))

    def drop_item(self, holder: Span, number: int) -> Splice:
        """Take an item out of a list that has others, with the comments right over it."""
        if holder.flow:
            return self._out_of([(each.start, each.end) for each in holder.items], number)
        lay, column = self.layout, self.layout.column(holder.start)
        start = lay.head(holder, number)
        end = lay.tail(holder.items[number].end, column)
        if number + 1 < len(holder.items):
            while not lay.text[end : lay.next_line(end)].strip():
                end = lay.next_line(end)
        return Splice(start, end, "")

    def empty(self, held: Pair) -> list[Splice]:
        """Take the last item out of the list that a key holds."""
        holder, lay = held.value, self.layout
        if holder.flow:
            return [Splice(holder.start, holder.end, "[]")]
        end = lay.tail(holder.end, lay.column(held.start))
        return [Splice(held.colon, held.colon, " []"), Splice(lay.head(holder, 0), end, "")]

    def _in_lines(self, old: Span, value: Tree, names: Names, column: int) -> bool:
        """Whether a key's new value gets lines of its own."""
        if not isinstance(value, dict | list) or not value:
            return False
        if old.items or old.pairs:
            return not old.flow
        return self._styles.of(names, value, column + len(names[-1]) + 2) == "block"

    def _out_of(self, bounds: Sequence[tuple[int, int]], number: int) -> Splice:
        """One of several between brackets, with one comma."""
        start, end = bounds[number]
        if number:
            start = bounds[number - 1][1]
        elif len(bounds) > 1:
            end = bounds[1][0]
        else:
            raise tangled()
        if (
            "#"
            in self.layout.text[start : bounds[number][0]]
            + self.layout.text[bounds[number][1] : end]
        ):
            raise tangled()  # a comment of somebody's
        return Splice(start, end, "")
