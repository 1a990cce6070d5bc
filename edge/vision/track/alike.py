"""Labels that detectors take for each other, and the label that most pictures agree on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from edge.vision.sections.watch import VEHICLES

_WHEELS: Final = ("bicycle", "motorcycle", "electric_bicycle")
_CARS: Final = (*(label for label in VEHICLES if label not in _WHEELS), "van")

GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(_CARS, "vehicle") | dict.fromkeys(_WHEELS, "two wheels")
)
"""A van is a car in one picture and a truck in the next; that does not make it another van."""

REMEMBERED: Final = 0.97
"""What a vote is worth after the next one: about the last thirty count."""


def group(label: str) -> str:
    """The name of what this label is taken for; its own where it is taken for nothing else."""
    return GROUPS.get(label, label)


class Vote:
    """Which label a thing has, when pictures disagree."""

    def __init__(self) -> None:
        self._votes: dict[str, float] = {}

    def cast(self, label: str, score: float) -> None:
        """Count what one picture says."""
        for known in self._votes:
            self._votes[known] *= REMEMBERED
        self._votes[label] = self._votes.get(label, 0.0) + score

    @property
    def label(self) -> str:
        """What most pictures say, by their scores."""
        return max(self._votes, key=lambda label: self._votes[label])
