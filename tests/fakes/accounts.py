"""What a person reads who asks why an alarm is on, or is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from edge.cli.account import lines_of
from edge.model import Reading, Value
from edge.rules.account import account_of
from edge.rules.engine import Engine
from tests.fakes.rule_life import at
from tests.fakes.time import EPOCH

NOTHING: Mapping[str, Value] = MappingProxyType({})


def why(
    engine: Engine, key: str, now: float | datetime, latest: Mapping[str, Value] = NOTHING
) -> list[str]:
    """The lines in English, as of that second of the story; `latest` are values by point.

    Instants of the story's first day stand there without their date.
    """
    moment = now if isinstance(now, datetime) else at(now)
    readings = {name: Reading(point=name, value=v, at=moment) for name, v in latest.items()}
    account = account_of(engine, {}, key, moment, readings)
    assert account is not None, f"{key} is not explained"
    today = EPOCH.strftime("%Y-%m-%d ")
    return [
        line.replace(today, "").replace(" if nothing else happens", "")
        for line in lines_of(account, ZoneInfo("UTC"), lambda _, en: en)
    ]
