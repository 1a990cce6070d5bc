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
