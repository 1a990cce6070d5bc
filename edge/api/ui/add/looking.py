"""Asks one unit for what profiles want to know, and says which profile suits it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from edge.api.ui.add.values import reads_of
from edge.discovery import Answers, ModbusSurvey, SurveyRefused, ranked
from edge.discovery.modbus_survey import SHARE
from edge.drivers.modbus.planner import Read
from edge.drivers.modbus.profile import ModbusProfile, Table
from edge.model import Text

LONGEST_REST_S: Final = 3.0
"""However slow the line is: a person waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suited:
    """A profile, and from 0 to 1 how well it suits."""

    profile: str
    text: Text
    score: float


async def ask(
    survey: ModbusSurvey, unit: int, reads: Iterable[Read], *, share: float = SHARE
) -> Answers:
    """What the unit answers to these; what it refuses is not there.

    Between two requests the line is left to its devices, so that this takes no more than its share.
    """
    answers: dict[Table, dict[int, int]] = {}
    time = asyncio.get_running_loop().time
    rest = 0.0
    for table, start, count in dict.fromkeys((r.table, r.start, r.count) for r in reads):
        await asyncio.sleep(rest)
        began = time()
        try:
            values = await survey.read(unit, table, start, count)
        except SurveyRefused:
            continue
        finally:
            rest = min((time() - began) * (1 - share) / share, LONGEST_REST_S)
        answers.setdefault(table, {}).update(enumerate(values, start))
    return answers


async def suiting(
    survey: ModbusSurvey, unit: int, known: Mapping[str, ModbusProfile]
) -> tuple[Suited, ...]:
    """The profiles that suit a unit, best first; asks for what all of them want to know."""
    reads = [read for profile in known.values() for read in reads_of(profile)]
    answers = await ask(survey, unit, reads)
    return tuple(
        Suited(profile=name, text=known[name].text.plain(), score=score)
        for name, score in ranked(known, answers)
    )
