"""Which faults come when: a pure function of a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Value: TypeAlias = str | int | float

FIRST_S: Final = 2.0
"""Before the first fault."""
QUIET_S: Final = (1.2, 2.8)
"""Between two faults: alarms are timed then."""
KILLED_MEANWHILE: Final = 0.35
"""How often a fault meets a gateway that is killed in the middle of it."""
KILL: Final = "kill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A kind of fault: how long one lasts, and what it may be told, one of `choices` by chance.

    `alone`: nothing else happens meanwhile. `often`: times in each deck.
    """

    kind: str
    seconds: tuple[float, float] = (0.0, 0.0)
    choices: Sequence[Mapping[str, Value]] = ({},)
    alone: bool = False
    often: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One fault: when it begins, in seconds from the start, and how long it lasts."""

    at: float
    kind: str
    seconds: float
    words: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        words = " ".join(f"{name}={value}" for name, value in self.words.items())
        return f"{self.at:8.2f} s  {self.kind:<20} {self.seconds:5.2f} s  {words}".rstrip()


def plan(
    seed: int, seconds: float, cards: Sequence[Card], quiet: tuple[float, float]
) -> tuple[Planned, ...]:
    """Deal the cards in a new order again and again; between two faults it is quiet for a while.

    Every card of a deck comes before it is dealt anew. No fault reaches beyond `seconds`.
    """
    chance = random.Random(seed)  # noqa: S311 - it has to repeat
    counts = [card.often for card in cards]
    planned: list[Planned] = []
    deck: list[Card] = []
    at = FIRST_S
    while True:
        if not deck:
            deck = chance.sample(cards, sum(counts), counts=counts)
        card = deck.pop()
        lasts = chance.uniform(*card.seconds)
        words = dict(chance.choice(card.choices))
        killed_at, killed = chance.uniform(0, lasts), chance.random() < KILLED_MEANWHILE
        if at + lasts > seconds:
            return tuple(sorted(planned, key=lambda each: each.at))
        planned.append(
            Planned(at=round(at, 2), kind=card.kind, seconds=round(lasts, 2), words=words)
        )
        if killed and lasts and not card.alone:
            planned.append(Planned(at=round(at + killed_at, 2), kind=KILL, seconds=0.0))
        at += lasts + chance.uniform(*quiet)
