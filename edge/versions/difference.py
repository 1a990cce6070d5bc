"""What differs between two configurations' files, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.versions.files import BOM, Files
from edge.versions.lines import Run, runs

AROUND: Final = 3
"""Lines shown before and after a change."""

Kind: TypeAlias = Literal["same", "added", "removed", "hunk"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is shown; `old` and `new` count from 1, 0 where it does not stand."""

    kind: Kind
    old: int
    new: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDifference:
    """What became of one file."""

    name: str
    state: Literal["added", "removed", "changed"]
    lines: tuple[Line, ...]

    @property
    def added(self) -> int:
        """Lines that came."""
        return sum(line.kind == "added" for line in self.lines)

    @property
    def removed(self) -> int:
        """Lines that went."""
        return sum(line.kind == "removed" for line in self.lines)


def difference(old: Files, new: Files) -> tuple[FileDifference, ...]:
    """Every file that differs, the site file first; line ends and byte order marks are shown."""
    names = sorted({*old.contents, *new.contents}, key=lambda name: (name != new.site, name))
    return tuple(
        FileDifference(
            name=name,
            state="added"
            if name not in old.contents
            else "removed"
            if name not in new.contents
            else "changed",
            lines=tuple(_lines(_shown(old, name), _shown(new, name))),
        )
        for name in names
        if old.contents.get(name) != new.contents.get(name)
    )


def _shown(files: Files, name: str) -> list[str]:
    """The lines of a file; what cannot be seen but differs has a sign of its own."""
    text = files.text(name)
    if files.contents.get(name, b"").startswith(BOM):
        text = f"\N{SYMBOL FOR START OF TEXT}{text}"
    lines = text.split("\n")
    if lines[-1]:
        lines[-1] += "\N{SYMBOL FOR END OF TEXT}"  # the last line has no end
    else:
        lines.pop()
    return [line.replace("\r", "\N{SYMBOL FOR CARRIAGE RETURN}") for line in lines]


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for group in _grouped(runs(old, new)):
        first, last = group[0], group[-1]
        a, b, c, d = first.old_from, last.old_to, first.new_from, last.new_to
        yield Line("hunk", a + 1, c + 1, f"@@ -{a + 1},{b - a} +{c + 1},{d - c} @@")
        for run in group:
            before = range(run.old_from, run.old_to)
            after = range(run.new_from, run.new_to)
            if run.same:
                pairs = zip(before, after, strict=True)
                yield from (Line("same", i + 1, j + 1, new[j]) for i, j in pairs)
            else:
                yield from (Line("removed", i + 1, 0, old[i]) for i in before)
                yield from (Line("added", 0, j + 1, new[j]) for j in after)


def _grouped(whole: Sequence[Run]) -> Iterator[Sequence[Run]]:
    """Hunks: what is equal for long is cut; between two changes that are near it stays whole."""
    group: list[Run] = []
    for index, run in enumerate(whole):
        size = run.old_to - run.old_from
        last = index == len(whole) - 1
        if not run.same or (group and not last and size <= 2 * AROUND):
            group.append(run)
            continue
        if group:
            yield [*group, _first(run)]
        group = [_last(run)]


def _first(run: Run) -> Run:
    keep = min(AROUND, run.old_to - run.old_from)
    return run._replace(old_to=run.old_from + keep, new_to=run.new_from + keep)


def _last(run: Run) -> Run:
    keep = min(AROUND, run.old_to - run.old_from)
    return run._replace(old_from=run.old_to - keep, new_from=run.new_to - keep)
