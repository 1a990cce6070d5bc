"""The short run: a few kinds, each dealt once, over within a minute."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.system.proof.kinds import KINDS
from tests.system.proof.schedule import KILL, Card, Planned, plan

SHORT: Final = (
    *(KILL, KILL, KILL),
    *("broker_restart", "broker_hung", "platform_kill", "reset", "silence", "copies"),
)
SEED: Final = 14
"""Deals every card once within `LASTS_S`."""
LASTS_S: Final = 26.0
QUIET_S: Final = (1.0, 2.0)
LONGER_S: Final = 1.0
"""Than the shortest that a fault may last."""


def short_schedule() -> tuple[Planned, ...]:
    """Return it: always the same."""
    return plan(SEED, LASTS_S, [_brief(KINDS[name].card) for name in SHORT], QUIET_S)


def _brief(card: Card) -> Card:
    """The same fault, once, and over soon."""
    shortest, longest = card.seconds
    return replace(card, seconds=(shortest, min(longest, shortest + LONGER_S)), often=1)
