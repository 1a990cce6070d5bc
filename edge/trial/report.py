"""How cases went, in words: what was expected and did not come, what came unasked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

from edge.duration import format_duration
from edge.trial.case_file import PlacedCase
from edge.trial.run import Line, Outcome


def told_of(placed: PlacedCase, outcome: Outcome, say: Callable[[str, str], str]) -> Iterator[str]:
    """One line for a case that passed; for another what differs, in order of time."""
    mark = say("通过", "pass") if outcome.passed else say("不符", "FAIL")
    yield f"{mark}  {placed.case.name}  ({placed.file}:{placed.line})"
    if outcome.passed:
        return
    rows = [
        *((line, " ", "") for line in outcome.met),
        *((line, "-", say("没有发生", "did not come")) for line in outcome.missing),
        *((line, "+", say("不在预期内", "was not expected")) for line in outcome.unasked),
    ]
    rows.sort(key=lambda row: row[0].at)
    width = max(len(_words(line)) for line, _, _ in rows)
    for line, sign, remark in rows:
        yield f"    {sign} {_at(line.at):>8}  {_words(line):<{width}}  {remark}".rstrip()


def _at(at: timedelta) -> str:
    """A moment of a case as its file would write it."""
    return format_duration(at)


def _words(line: Line) -> str:
    fields = ", ".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in line.fields.items()
    )
    return f"{line.what}  {{{fields}}}" if fields else line.what
