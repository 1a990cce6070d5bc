"""Conditions that the accounts of several rules have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from edge.model import Text
from edge.rules.explain import Explained


def unreached(name: str, *, lost: bool | None, since: datetime | None = None) -> Explained:
    """A device or a link cannot be heard; none is not known."""
    words = Text(f"{name} 失联", f"{name} cannot be reached")
    return Explained(words=words, truth=lost, since=since)


def active(alarms: Iterable[str]) -> tuple[Explained, ...]:
    """Alarms that are on, one after the other."""
    return tuple(
        Explained(words=Text(f"报警 {key}", f"the alarm {key}"), truth=True) for key in alarms
    )


def unheeded(alarms: Iterable[str]) -> tuple[Explained, ...]:
    """Alarms of what is out of service: they are on and do not count."""
    return tuple(
        Explained(
            words=Text(f"报警 {key}（已停用）", f"the alarm {key}, out of service"), truth=False
        )
        for key in alarms
    )


def burns(on: Iterable[str], aside: Iterable[str]) -> Explained:
    """A fire alarm is on that concerns the place; what is out of service is none."""
    alarms = active(on)
    return Explained(
        words=Text("本处有火警", "a fire alarm concerns this place"),
        truth=bool(alarms),
        parts=(*alarms, *unheeded(aside)),
    )


def unless(condition: Explained, zh: str, en: str) -> Explained:
    """A condition that must not hold, in words that say so."""
    truth = None if condition.truth is None else not condition.truth
    return replace(condition, words=Text(zh, en), truth=truth)


def reached(name: str, *, lost: bool) -> Explained:
    """A device or a link can be heard."""
    return Explained(words=Text(f"{name} 在线", f"{name} is heard"), truth=not lost)
