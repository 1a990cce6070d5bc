"""A replay as it is told: by day, then alarm by alarm; for a person, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from cloud_bridge.journal_past import Past, PastAlarm
from edge.cli.command import Say
from edge.duration import format_duration
from edge.trial.compared import Day, Pair, by_day
from edge.trial.replay import Replayed
from edge.trial.tally import WouldRaise

LISTED: Final = 1_000
"""Alarms that a person is told one by one; JSON has them all."""

_SECOND: Final = timedelta(seconds=1)

Alarm: TypeAlias = Pair[PastAlarm, WouldRaise]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a replay gave beside what was, in the time of the site."""

    run: Replayed
    past: Past
    pairs: list[Alarm]
    zone: ZoneInfo
    seconds: float

    @property
    def days(self) -> list[Day]:
        """The counts of every day."""
        return by_day(self.pairs, self.run.since, self.run.until, self.zone)

    def local(self, at: datetime) -> str:
        """An instant as the site's clocks show it."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")


def lines_of(outcome: Outcome, say: Say) -> Iterator[str]:
    """Everything as a person reads it."""
    run, days = outcome.run, outcome.days
    span = f"{outcome.local(run.since)} – {outcome.local(run.until)}  {outcome.zone.key}"
    yield span
    yield say(
        f"{run.readings:,} 个读数，{run.events:,} 条事件，用时 {outcome.seconds:.1f} 秒",
        f"{run.readings:,} readings and {run.events:,} events in {outcome.seconds:.1f} s",
    )
    yield from _doubts(outcome, say)
    yield ""
    yield say("日期            当时    重演    相同", "day              was   would    both")
    for day in days:
        yield _row(day.begins.strftime("%Y-%m-%d"), day.was, day.would, day.both)
    yield _row(
        say("合计      ", "in all    "),
        sum(day.was for day in days),
        sum(day.would for day in days),
        sum(day.both for day in days),
    )
    if outcome.pairs:
        yield ""
        yield say(
            "= 两边都有   - 只在当时   + 只在重演",
            "= both   - only as it was   + only as it would have been",
        )
    for pair in outcome.pairs[:LISTED]:
        yield _line(pair, outcome, say)
    more = len(outcome.pairs) - LISTED
    if more > 0:
        yield say(f"… 另有 {more} 条，见 --json", f"… and {more} more, see --json")


def _row(day: str, was: int, would: int, both: int) -> str:
    return f"{day}  {was:>6}  {would:>6}  {both:>6}"


def _line(pair: Alarm, outcome: Outcome, say: Say) -> str:
    text = say(pair.one.text.zh, pair.one.text.en)
    lasted = " / ".join(_lasted(each) for each in (pair.was, pair.would) if each)
    return f"{_sign(pair)} {outcome.local(pair.one.at)}  {pair.one.key}  {lasted}  {text}"


def _sign(pair: Alarm) -> str:
    if pair.was and pair.would:
        return "="
    return "-" if pair.was else "+"


def _lasted(alarm: PastAlarm | WouldRaise) -> str:
    """How long it was on; an open end where it still was."""
    if alarm.cleared_at is None:
        return "…"
    return format_duration((alarm.cleared_at - alarm.at) // _SECOND * _SECOND)


def _doubts(outcome: Outcome, say: Say) -> Iterator[str]:
    """What makes the two sides differ though the rules do not."""
    run, past = outcome.run, outcome.past
    if run.ended == "restless":
        yield say("有规则不停地唤醒自己：重演到此为止", "a rule never rests: it ends here")
    if run.kept > run.begun:
        at = outcome.local(run.kept)
        yield say(f"历史从 {at} 起才完整", f"the history is whole only from {at} on")
    if past.kept is None or past.kept > run.begun:
        at = outcome.local(past.kept) if past.kept else "–"
        yield say(f"事件从 {at} 起才有", f"there are events only from {at} on")
    if past.unread:
        yield say(f"{past.unread} 条事件读不懂", f"{past.unread} events cannot be read")
    for silence in run.silences:
        yield say(
            f"历史看不出这样短的静默，按更长的试：{silence.zh}",
            f"too short a silence for the history to show, tried with a longer one: {silence.en}",
        )


def json_of(outcome: Outcome) -> str:
    """Everything as one JSON object; instants are in UTC."""
    run, past = outcome.run, outcome.past
    told = {
        "since": run.since.isoformat(),
        "until": run.until.isoformat(),
        "ended": run.ended,
        "readings": run.readings,
        "events": run.events,
        "seconds": round(outcome.seconds, 3),
        "history_since": run.kept.isoformat(),
        "events_since": past.kept.isoformat() if past.kept else None,
        "unread": past.unread,
        "silences": [{"zh": each.zh, "en": each.en} for each in run.silences],
        "raised": run.raised_count,
        "commands": run.command_count,
        "days": [
            {
                "day": day.begins.strftime("%Y-%m-%d"),
                "was": day.was,
                "would": day.would,
                "both": day.both,
            }
            for day in outcome.days
        ],
        "alarms": [_of(pair) for pair in outcome.pairs],
    }
    return json.dumps(told, ensure_ascii=False)


def _of(pair: Alarm) -> dict[str, object]:
    either = pair.one
    return {
        "key": either.key,
        "text": {"zh": either.text.zh, "en": either.text.en},
        "severity": either.severity,
        "lane": either.lane,
        "was": _side(pair.was),
        "would": _side(pair.would),
    }


def _side(alarm: PastAlarm | WouldRaise | None) -> dict[str, object] | None:
    if alarm is None:
        return None
    return {
        "at": alarm.at.isoformat(),
        "cleared_at": alarm.cleared_at.isoformat() if alarm.cleared_at else None,
        "suppressed": alarm.suppressed,
    }
