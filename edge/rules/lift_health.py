"""How well a lift is, by its faults: what is told of it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import log2
from statistics import median
from typing import Final

from edge.model import Text
from edge.rules.explain import Explained
from edge.rules.fault_rates import FEWEST, WINDOWS, Finding, History, common_days, without
from edge.rules.fault_tally import Tally, history

LIMIT: Final = 2.15
"""The surprise from which on it is told; `docs/lift-maintenance.md` says how often it is wrong."""

TWICE: Final = 2
"""So many times what was expected: a small change is none, however sure it is."""

QUIET: Final = 7
"""Days without more faults than twice the usual after which the alarm is over."""

AS_USUAL: Final = 100
"""The health of a lift of which nothing has become worse."""

SHOWN: Final = 3
"""Findings that a person reads; the worst come first."""


def compared(tallies: Mapping[str, Tally], through: date) -> Mapping[str, History]:
    """The days of each lift that count, up to and with this one."""
    whole = {lift: history(tally, through) for lift, tally in tallies.items()}
    common = common_days(whole)
    return {lift: without(each, common) for lift, each in whole.items()}


def worst_of(found: Iterable[Finding]) -> Finding | None:
    """What has become twice as frequent, and surprises the most."""
    more = [each for each in found if each.lasting >= TWICE * each.expected]
    return max(more, key=lambda each: (each.surprise, each.code), default=None)


def leading(own: History, window: int) -> str:
    """The code that occurred most often within the window; empty without any."""
    return max(own.counts, key=lambda code: sum(own.counts[code][-window:]), default="")


def health(lift: str, histories: Mapping[str, History], found: Iterable[Finding]) -> int:
    """0 to 100: up to 70 off for what has become worse, 50 where it is told, 30 for a bad level."""
    surprise = max((each.surprise for each in found if each.lasting > each.expected), default=0.0)
    rates = {name: sum(each.total) / max(1, len(each.days)) for name, each in histories.items()}
    others = median([rate for name, rate in rates.items() if name != lift] or [rates[lift]])
    level = log2(rates[lift] / others) if rates[lift] > others > 0 else 0.0
    return AS_USUAL - round(min(70, 50 * surprise / LIMIT) + min(30, 10 * level))


def reasons(
    tally: Tally, own: History, found: Iterable[Finding], learn_days: int
) -> tuple[Explained, ...]:
    """What is known of a lift: how much is learnt, its health, its faults against the usual."""
    learnt = Explained(
        words=Text(
            f"已观察 {learn_days} 天，还差 {tally.learning} 天",
            f"observed for {learn_days} days, {tally.learning} are left",
        ),
        truth=not tally.learning,
        value=learn_days - tally.learning,
        unit="d",
    )
    well = Explained(
        words=Text(f"健康度低于 {AS_USUAL}", f"its health is below {AS_USUAL}"),
        truth=None if tally.health is None else tally.health < AS_USUAL,
        value=tally.health,
    )
    heard = Explained(
        words=Text("电梯在线，否则当天不计", "it is heard, or the day does not count"),
        truth=not tally.deaf,
    )
    ranked = sorted(found, key=lambda each: each.surprise, reverse=True)[:SHOWN]
    more = tuple(_more(each, tally, own) for each in ranked) or (_too_few(tally, own),)
    ends = (_ends(tally, own),) if tally.warned else ()
    return (learnt, well, *more, heard, *ends)


def _more(found: Finding, tally: Tally, own: History) -> Explained:
    """One series of faults against what was usual, and how much that surprises."""
    fault = _named(tally, found.code or leading(own, found.window))
    zh, en = ("各种故障，最多的是", "all faults, most of them") if not found.code else ("", "fault")
    usual, others = f"{found.expected:.1f}", f"{found.neighbours:.1f}"
    return Explained(
        words=Text(
            f"{zh}{fault.zh}：{found.window} 天内 {found.recent} 次，平时 {usual} 次，"
            f"其他电梯 {others} 次；意外程度须达 {LIMIT}，次数须为平时 {TWICE} 倍",
            f"{en} {fault.en}: {found.recent} in {found.window} days, usually {usual},"
            f" other lifts {others}; surprising by {LIMIT} and {TWICE} times the usual",
        ),
        truth=found.surprise >= LIMIT and found.lasting >= TWICE * found.expected,
        value=round(found.surprise, 2),
    )


def _too_few(tally: Tally, own: History) -> Explained:
    """Nothing is frequent enough to be compared; the leading fault is named all the same."""
    window = max(WINDOWS)
    times = sum(own.total[-window:])
    fault = _named(tally, leading(own, window)) if times else Text("无", "none")
    return Explained(
        words=Text(
            f"{window} 天内故障至少 {FEWEST} 次、分布在三天以上；最多的是 {fault.zh}",
            f"at least {FEWEST} faults within {window} days, on three of them;"
            f" the leading one is {fault.en}",
        ),
        truth=False,
        value=times,
    )


def _ends(tally: Tally, own: History) -> Explained:
    """What has to be so for a week before the alarm is over."""
    warned = tally.warned
    code, usual = (warned.code, warned.usual) if warned else ("", 0.0)
    counts = own.counts.get(code, ()) if code else own.total
    most = usual_in_a_week(usual)
    return Explained(
        words=Text(
            f"告警后满 {QUIET} 天，其间故障多于 {most:.1f} 次（否则结束）",
            f"more than {most:.1f} faults in {QUIET} days since it was told, or it is over",
        ),
        truth=sum(counts[-QUIET:]) > most,
        value=sum(counts[-QUIET:]),
    )


def usual_in_a_week(usual: float) -> float:
    """The most faults in a week that are as usual, by the usual ones of a day."""
    return max(1.0, TWICE * usual * QUIET)


def _named(tally: Tally, code: str) -> Text:
    return tally.texts.get(code, Text(code, code))
