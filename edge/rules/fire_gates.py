"""Gates in a fire: how each is opened, and what it was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from edge.model import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a gate is opened: by which action, whether that `stays`, and how it is seen.

    A gate of no `building` is opened in every fire.
    """

    building: str
    action: str
    stays: bool
    seen: Observation | None = None

    def concerned(self, where: str) -> bool:
        """Whether a fire in this building, or nobody knows where, concerns the gate."""
        return not where or not self.building or where == self.building


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What was asked of one gate in this fire; it has to be open by `due`, else `shut` is told.

    `stamp` tells the commands of one fire from another's.
    """

    stamp: str = ""
    tries: int = 0
    asked: datetime | None = None
    due: datetime | None = None
    open: bool = False
    shut: bool = False


def shut_alarm(gate: str) -> str:
    """The alarm of a gate that has not opened."""
    return f"{gate}/did_not_open"
