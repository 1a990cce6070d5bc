"""Two changes of the same text brought together, where they do not touch the same lines; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from edge.versions.lines import runs


class _Hunk(NamedTuple):
    """Lines `first` up to `last` of the base became these."""

    first: int
    last: int
    lines: tuple[str, ...]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """What both have made of the base; none where they meet, and a person has to look.

    What both have changed in the same way is one change.
    """
    hunks = sorted({*_hunks(base, mine), *_hunks(base, theirs)})
    lines = base.splitlines(keepends=True)
    out: list[str] = []
    at = -1
    for hunk in hunks:
        if hunk.first <= at:
            return None
        out += lines[max(at, 0) : hunk.first]
        out += hunk.lines
        at = hunk.last
    return "".join([*out, *lines[max(at, 0) :]])


def _hunks(base: str, new: str) -> Iterator[_Hunk]:
    old, lines = base.splitlines(keepends=True), new.splitlines(keepends=True)
    for run in runs(old, lines):
        if not run.same and (run.old_from < run.old_to or run.new_from < run.new_to):
            yield _Hunk(run.old_from, run.old_to, tuple(lines[run.new_from : run.new_to]))
