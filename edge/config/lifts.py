"""How the cars of a site's lifts are followed, from their profiles and alarms."""

from __future__ import annotations

from typing import Final

from edge.model import Device, Value
from edge.rules.build import comparison, words_of
from edge.schema import AlarmSpec, Condition, LiftSpec
from edge.site import Claim, Lift, OwnWord

ENTRAPMENT: Final = "entrapment"
"""The alarm that is a lift's own word for trapped passengers, by its name in every profile."""


def lift_of(device: Device, facts: LiftSpec, own: AlarmSpec | None) -> Lift | None:
    """The lift, or none where its own word is no value of a point: then that alarm stands alone."""
    if own is not None and own.when.comparisons() in ((), ("stale",)):
        return None
    return Lift(
        facts={
            name: tuple(_claim(device, condition, 0.0) for condition in conditions)
            for name, conditions in facts.facts()
        },
        own=_own_word(device, own) if own else None,
        floor=facts.floor,
    )


def _own_word(device: Device, own: AlarmSpec) -> OwnWord:
    words = words_of(device, own)
    return OwnWord(
        says=_claim(device, own.when, own.deadband),
        lasts=own.on_delay,
        over=own.off_delay,
        category=words.category,
        severity=words.severity,
        lane=words.lane,
        text=words.text,
        group=words.group,
        latch=words.latch,
        realarm=words.realarm,
    )


def _claim(device: Device, condition: Condition, deadband: float) -> Claim:
    holds = comparison(condition, deadband)

    def claims(value: Value) -> bool:
        return holds(value, False)  # noqa: FBT003 - a fact knows no deadband, so it is never active

    return Claim(point=f"{device.id}/{condition.point}", holds=claims)
