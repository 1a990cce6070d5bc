"""Gives a stage what a case gives, each at its second."""

from __future__ import annotations

from datetime import datetime, timedelta

from edge.model import Quality, Reading, Record
from edge.trial.events import event_of
from edge.trial.sections import CaseSection, GivenSection
from edge.trial.stage import Stage


def play(stage: Stage, case: CaseSection) -> bool:
    """Play the case to its end; return whether the rules rested whenever they could."""
    for at, line in _moments(case):
        if not stage.go_to(at):
            return False
        if line.restart:
            stage.restart()
        else:
            stage.give(_record(line, stage.now))
    return stage.go_to(case.end)


def _moments(case: CaseSection) -> list[tuple[timedelta, GivenSection]]:
    """Each thing that is given, in order; what comes again and again, each time."""
    moments: list[tuple[timedelta, GivenSection]] = []
    for line in case.given:
        at = line.at
        moments.append((at, line))
        while line.every is not None and line.until is not None and at + line.every <= line.until:
            at += line.every
            moments.append((at, line))
    return sorted(moments, key=lambda moment: moment[0])


def _record(line: GivenSection, now: datetime) -> Record:
    if line.event:
        return event_of(line.event, line.device, line.fields, now)
    quality = Quality(line.quality)
    return Reading(point=line.point, value=line.value, at=now, quality=quality)
