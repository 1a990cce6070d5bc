"""Tables and headings as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

MADE: Final = (
    "<!-- made by `.venv/bin/python -m tests.reference`; what is written here by hand is lost -->"
)


def page(title: str, *parts: str) -> str:
    """A whole page: its title, and its parts with an empty line between."""
    return "\n\n".join((f"# {title}", MADE, *(part.strip("\n") for part in parts if part))) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; none at all when it has no rows."""
    body = [_row(row) for row in rows]
    if not body:
        return ""
    return "\n".join((_row(head), _row(["---"] * len(head)).replace(" ", ""), *body))


def code(words: Iterable[object], between: str = ", ") -> str:
    """Words as they are typed."""
    return between.join(f"`{word}`" for word in words)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"
