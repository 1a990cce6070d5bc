"""What is wrong with a file, each mistake beside the line that it is about; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from edge.errors import Problem
from edge.model import Text
from edge.versions import Files

MOST_SHOWN: Final = 100
"""Whoever has more of them begins with these."""

LONGEST_LINE: Final = 400
"""Characters of a line that are shown; a table may have longer ones."""

NO_WORDS: Final = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing that is wrong; `line` counts from 1 in `file`, 0 where there is no such place.

    `file` is empty for the text that is being typed; `text` is that line as it stands there.
    """

    file: str
    line: int
    column: int
    where: str
    what: Text
    remedy: Text
    text: str


def mistakes(problems: Iterable[Problem], files: Files, *, local: str = "") -> tuple[Mistake, ...]:
    """Put to each problem the line of these files, in the order in which a person reads them.

    `local` is what the text is called in problems that is being typed.
    """
    lines = {name: files.text(name).splitlines() for name in files.contents}
    ordered = sorted(
        dict.fromkeys(problems), key=lambda each: (each.file != files.site, each.file, each.line)
    )
    return tuple(_mistake(each, lines.get(each.file, ()), local) for each in ordered[:MOST_SHOWN])


def unfit(words: Text) -> Problem:
    """A change that does not fit in, as something that is wrong at no line."""
    return Problem(file="", what=words, remedy=NO_WORDS)


def lines_of(found: Iterable[Mistake], file: str = "") -> str:
    """The lines of one file that are marked, as its editor is told them: `3 17`."""
    marked = {each.line for each in found if each.file == file and each.line}
    return " ".join(str(line) for line in sorted(marked))


def _mistake(problem: Problem, lines: Sequence[str], local: str) -> Mistake:
    there = 0 < problem.line <= len(lines)
    return Mistake(
        file="" if local and problem.file == local else problem.file,
        line=problem.line,
        column=problem.column,
        where=problem.where,
        what=problem.what,
        remedy=problem.remedy,
        text=lines[problem.line - 1][:LONGEST_LINE] if there else "",
    )
