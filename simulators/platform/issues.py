"""The life of an issue: which step may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from edge.model import IssueState

State: TypeAlias = Literal["new"] | IssueState

NEXT: Mapping[str, tuple[IssueState, ...]] = MappingProxyType(
    {
        "new": ("accepted", "rejected"),
        "accepted": ("dispatched", "processing", "resolved", "rejected"),
        "dispatched": ("processing", "resolved", "rejected"),
        "processing": ("resolved", "rejected"),
        "resolved": (),
        "rejected": (),
    }
)
"""What a person may do next in each state."""


class WrongStep(ValueError):
    """The step does not follow from the issue's state."""


def check_step(state: str, step: IssueState) -> None:
    """Raise `WrongStep` when `step` may not follow `state`."""
    if step not in NEXT.get(state, ()):
        raise WrongStep(f"an issue that is {state} cannot become {step}")
