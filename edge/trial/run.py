"""Runs one case through the real rules, in virtual time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import msgspec
from pydantic import JsonValue

from edge.config import Configuration
from edge.model import AlarmCleared, AlarmRaised, Command
from edge.trial.play import play
from edge.trial.sections import CaseSection, ExpectSection
from edge.trial.stage import Happened, Stage

_AFTERWARDS: Final = ("alarm.", "suppression.", "issue.")
"""How the words begin of what becomes of an alarm after it was raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that followed, or should have: when, what, and what more it says."""

    at: timedelta
    what: str
    fields: dict[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a case went: what came as expected, what did not come, what came unasked."""

    met: tuple[Line, ...]
    missing: tuple[Line, ...]
    unasked: tuple[Line, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came and nothing else."""
        return not self.missing and not self.unasked


def run_case(configuration: Configuration, case: CaseSection) -> Outcome:
    """Give what is given, second by second; compare what follows with what is expected.

    What becomes of an alarm afterwards counts only in a case that expects something of it.
    """
    stage = Stage(configuration, case.start)
    rested = play(stage, case)
    expected = [_expected(each) for each in case.expect]
    told = [_line(each) for each in stage.happened]
    if not any(each.what.startswith(_AFTERWARDS) for each in expected):
        told = [each for each in told if not each.what.startswith(_AFTERWARDS)]
    if not rested:
        told.append(Line(at=case.end, what="rules that never rest"))
    return _compared(expected, told)


def _line(happened: Happened) -> Line:
    follow = happened.follow
    match follow:
        case AlarmRaised():
            what = f"raised {follow.alarm}"
        case AlarmCleared():
            what = f"cleared {follow.alarm}"
        case Command():
            what = f"command {follow.action} {follow.device}"
        case _:
            about = getattr(follow, "alarm", "") or getattr(follow, "device", "")
            what = f"{follow.kind} {about}".strip()
    fields: dict[str, JsonValue] = msgspec.json.decode(msgspec.json.encode(follow))
    return Line(at=happened.at, what=what, fields=fields)


def _expected(line: ExpectSection) -> Line:
    if line.raised:
        what = f"raised {line.raised}"
    elif line.cleared:
        what = f"cleared {line.cleared}"
    elif line.command:
        what = f"command {line.command} {line.device}".strip()
    else:
        what = f"{line.event} {line.device}".strip()
    return Line(at=line.at, what=what, fields=line.fields)


def _compared(expected: Sequence[Line], told: Sequence[Line]) -> Outcome:
    rest = list(told)
    met: list[Line] = []
    missing: list[Line] = []
    for line in expected:
        found = next((each for each in rest if _same(line, each)), None)
        if found is None:
            missing.append(line)
        else:
            rest.remove(found)
            met.append(line)
    return Outcome(met=tuple(met), missing=tuple(missing), unasked=tuple(_shown(rest, missing)))


def _same(expected: Line, told: Line) -> bool:
    alike = (expected.at, expected.what) == (told.at, told.what)
    return alike and all(told.fields.get(name) == own for name, own in expected.fields.items())


def _shown(rest: Sequence[Line], missing: Sequence[Line]) -> Iterator[Line]:
    """What came unasked; of its fields those that a line like it was expected to have."""
    for line in rest:
        names = {name for each in missing if each.what == line.what for name in each.fields}
        fields = {name: line.fields[name] for name in sorted(names & line.fields.keys())}
        yield Line(at=line.at, what=line.what, fields=fields)
