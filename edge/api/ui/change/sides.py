"""Two states of a file side by side, line by line; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from edge.versions import FileDifference, Files, Line, difference

MOST_ROWS: Final = 2_000
"""Of one file's difference; of a table with more lines that differ the rest is only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line before and after; a number of 0 is a line that is not there."""

    kind: Literal["same", "changed", "hunk"]
    old: int = 0
    new: int = 0
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What became of one file; `more` rows are left out."""

    name: str
    state: Literal["added", "removed", "changed"]
    added: int
    removed: int
    rows: tuple[Row, ...]
    more: int


def sides(old: Files, new: Files) -> tuple[Sides, ...]:
    """Each file that differs, its lines put side by side."""
    return tuple(_side(each) for each in difference(old, new))


def _side(file: FileDifference) -> Sides:
    rows = tuple(_rows(file.lines))
    return Sides(
        name=file.name,
        state=file.state,
        added=file.added,
        removed=file.removed,
        rows=rows[:MOST_ROWS],
        more=max(0, len(rows) - MOST_ROWS),
    )


def _rows(lines: Sequence[Line]) -> Iterator[Row]:
    """Put what went beside what came in its place."""
    gone: list[Line] = []
    came: list[Line] = []
    for line in lines:
        match line.kind:
            case "removed":
                gone.append(line)
            case "added":
                came.append(line)
            case kind:
                yield from _paired(gone, came)
                gone, came = [], []
                yield Row(kind=kind, old=line.old, new=line.new, before=line.text, after=line.text)
    yield from _paired(gone, came)


def _paired(gone: Sequence[Line], came: Sequence[Line]) -> Iterator[Row]:
    for at in range(max(len(gone), len(came))):
        old = gone[at] if at < len(gone) else None
        new = came[at] if at < len(came) else None
        yield Row(
            kind="changed",
            old=old.old if old else 0,
            new=new.new if new else 0,
            before=old.text if old else "",
            after=new.text if new else "",
        )
