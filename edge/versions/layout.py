"""How a YAML text lies on its lines: where a part begins, with its comments, and where it ends."""

from __future__ import annotations

from collections.abc import Sequence

from edge.files.yaml_spans import Span
from edge.model import Text
from edge.versions.files import Unfit


def tangled() -> Unfit:
    """What is raised where one part cannot be cut out of the others."""
    return Unfit(
        Text(
            "这里的写法太特别，不能只改一处；请直接编辑文件",
            "this is written in a way that cannot be changed in one place; edit the file itself",
        )
    )


class Layout:
    """The lines of one text; places count letters from 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line_end = "\r\n" if "\r\n" in text else "\n"

    def line(self, at: int) -> int:
        """Where the line begins that this is in."""
        return self.text.rfind("\n", 0, at) + 1

    def column(self, at: int) -> int:
        """How far in its line this is."""
        return at - self.line(at)

    def next_line(self, at: int) -> int:
        """Where the line after this one begins, or the text ends."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def after(self, end: int) -> int:
        """Where the line ends in which something ends; a text in lines has ended its own."""
        return end if end and self.text[end - 1] == "\n" else self.next_line(end)

    def tail(self, end: int, column: int) -> int:
        """Where what ends there ends with its line, and comments below that stand further in."""
        at = probe = self.after(end)
        while probe < len(self.text):
            bare = self.text[probe : self.next_line(probe)].strip()
            inward = self._inward(probe)
            probe = self.next_line(probe)
            if not bare:
                continue
            if not bare.startswith("#") or inward <= column:
                break
            at = probe
        return at

    def dash(self, holder: Span, number: int) -> int:
        """Where the dash of a list's item stands: alone before it, or on a line of its own."""
        column = self.column(holder.start)
        floor = holder.items[number - 1].end if number else holder.start
        line = self.line(holder.items[number].start)
        while line + column >= floor:
            if self.text[line : line + column + 1] == " " * column + "-":
                return line + column
            if line == 0:
                break
            line = self.line(line - 1)
        raise tangled()

    def head(self, holder: Span, number: int) -> int:
        """Where an item begins, with the comments right over it that stand where its dash does."""
        dash = self.dash(holder, number)
        at = self.line(dash)
        while at > 0:
            above = self.line(at - 1)
            bare = self.text[above:at].strip()
            if not bare.startswith("#") or self._inward(above) != self.column(dash):
                break
            at = above
        return at

    def apart(self, holder: Span) -> bool:
        """Whether the items of a list have blank lines between them."""
        if len(holder.items) < 2:  # noqa: PLR2004 - between two
            return False
        end = self.tail(holder.items[-2].end, self.column(holder.start))
        return not self.text[end : self.next_line(end)].strip()

    def lines(self, lines: Sequence[str], column: int, at: int) -> str:
        """Lines to be put in at the beginning of a line, or at the end of the text."""
        indented = [" " * column + line if line else "" for line in lines]
        whole = "".join(f"{line}{self.line_end}" for line in indented)
        if whole and at == len(self.text) and self.text and not self.text.endswith("\n"):
            return self.line_end + whole.removesuffix(self.line_end)
        return whole

    def _inward(self, line: int) -> int:
        written = self.text[line : self.next_line(line)]
        return len(written) - len(written.lstrip())
