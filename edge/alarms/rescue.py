"""What another release kept of an alarm, half of which means nothing here: the alarm stays on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from edge.model import Alarm, AlarmRaised, Cause, Lane, Text
from edge.salvage import readable, salvaged

WORST: Final = 1000
"""The greatest severity."""

UNKNOWN: Final = "gateway.unknown"
"""The category of an alarm of which nobody can read what it is about."""

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def rescued(number: int, raw: object) -> Alarm | None:
    """Return the alarm with all that can be read of it, none where it is not known which it is.

    What it cannot do without is taken for the worst there is, so that it calls.
    """
    if (whole := salvaged(raw, Alarm)) is not None or not isinstance(raw, dict):
        return whole
    fit = {"number": number, **readable(raw, Alarm)}
    told = readable(raw.get("raised"), AlarmRaised)
    key = fit.get("key") or told.get("alarm")
    if not key:
        return None
    since = fit.get("since") or told.get("at") or _LONG_AGO
    return Alarm(**{**fit, "key": key, "since": since, "raised": _raised(key, since, told)})


def _raised(key: str, since: datetime, told: Mapping[str, Any]) -> AlarmRaised:
    """What was told when it began, as far as that can be read."""
    worst = {
        "alarm": key,
        "device": key.partition("/")[0],
        "rule": key.rpartition("/")[2],
        "watched_by": key,
        "category": UNKNOWN,
        "severity": WORST,
        "lane": Lane.LIFE_SAFETY,
        "text": Text(key, key),
        "cause": Cause(point=key, value=None),
        "at": since,
    }
    return AlarmRaised(**{**worst, **told})
