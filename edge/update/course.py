"""What is to be done next, from what is written down and what the links say: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.model import Text
from edge.update.record import NOTHING, Record, Result, Trial

MOST_STARTS: Final = 3
"""How often a release on trial is begun with before the one before it is taken again."""

Move: TypeAlias = Literal["nothing", "tidy", "go_back"]
"""`tidy`: no trial goes on, take the link away; `go_back`: first let `current` lead back."""

_CRASHED: Final = Text(
    f"启动 {MOST_STARTS} 次都没有稳定运行", f"begun {MOST_STARTS} times, it never came to run well"
)
_INTERRUPTED: Final = Text("切换之前断电或被中断", "cut off before it was switched to")
_REPLACED: Final = Text("试运行中被别的安装替换", "something else was installed meanwhile")


def begun(record: Record, version: str, before: str, now: datetime) -> Record:
    """A release is about to be switched to."""
    return replace(record, trial=Trial(version=version, before=before, began=now))


def started(record: Record, current: str) -> tuple[Record, Move]:
    """The service is about to start while a release is, or was, on trial."""
    trial = record.trial
    if trial is None:
        return record, "tidy"
    if trial.failed is not None or current != trial.version:
        return record, "go_back"
    if trial.starts >= MOST_STARTS:
        return failed(record, _CRASHED), "go_back"
    return replace(record, trial=replace(trial, starts=trial.starts + 1)), "nothing"


def failed(record: Record, why: Text) -> Record:
    """The release on trial does not serve; from here on there is only the way back."""
    trial = record.trial
    if trial is None or trial.failed is not None:
        return record
    return replace(record, trial=replace(trial, failed=why))


def target(record: Record, current: str) -> str:
    """Which release is to run when there is only the way back."""
    trial = record.trial
    return current if trial is None or current != trial.version else trial.before


def returned(record: Record, current: str, now: datetime) -> Record:
    """The way back is gone: say so. `current` is what runs from now on."""
    trial = record.trial
    if trial is None:
        return record
    usual = _INTERRUPTED if current == trial.before else _REPLACED
    return record.ended(_result(trial, "returned", trial.failed or usual, now))


def kept(record: Record, now: datetime) -> Record:
    """The release on trial serves."""
    trial = record.trial
    if trial is None or trial.failed is not None:
        return record
    return record.ended(_result(trial, "kept", NOTHING, now))


def refused(record: Record, version: str, before: str, why: Text, now: datetime) -> Record:
    """A release was not even tried."""
    result = Result(version=version, before=before, outcome="refused", reason=why, at=now)
    return replace(record.ended(result), trial=record.trial)


def _result(trial: Trial, outcome: Literal["kept", "returned"], why: Text, now: datetime) -> Result:
    return Result(version=trial.version, before=trial.before, outcome=outcome, reason=why, at=now)


def spare(installed: list[str], current: str, record: Record) -> list[str]:
    """Return which releases nobody goes back to: all but what runs, and what ran before it."""
    last = next((each for each in reversed(record.results) if each.outcome == "kept"), None)
    needed = {current}
    if last is not None:
        needed |= {last.before if current == last.version else last.version}
    if record.trial is not None:
        needed |= {record.trial.version, record.trial.before}
    return [each for each in installed if each not in needed]
