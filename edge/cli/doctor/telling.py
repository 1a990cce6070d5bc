"""How findings are told: lines for a person; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from edge.cli.command import Say
from edge.cli.doctor.finding import Finding, Verdict
from edge.model import Text

_MARKS: Final[dict[Verdict, Text]] = {
    "ok": Text("正常", "ok   "),
    "look": Text("留意", "look "),
    "wrong": Text("有误", "wrong"),
}
_COLOURS: Final[dict[Verdict, str]] = {"ok": "32", "look": "33", "wrong": "31"}

_NARROW: Final = "      "


def lines(findings: Sequence[Finding], say: Say, *, colours: bool) -> Iterator[str]:
    """Yield a line for each finding, below it what to do, and the sum at the end."""
    for each in findings:
        mark = say(_MARKS[each.verdict].zh, _MARKS[each.verdict].en)
        if colours:
            mark = f"\x1b[{_COLOURS[each.verdict]}m{mark}\x1b[0m"
        name = f"{each.check} {each.subject}".rstrip()
        yield f"{mark} {name}: {say(each.seen.zh, each.seen.en)}"
        if each.remedy is not None:
            yield f"{_NARROW}→ {say(each.remedy.zh, each.remedy.en)}"
    yield ""
    yield _sum(findings, say)


def _sum(findings: Sequence[Finding], say: Say) -> str:
    wrong = sum(each.verdict == "wrong" for each in findings)
    look = sum(each.verdict == "look" for each in findings)
    return say(
        f"共 {len(findings)} 项：{wrong} 项有误，{look} 项留意。",
        f"{len(findings)} checks: {wrong} wrong, {look} to look at.",
    )
