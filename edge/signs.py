"""Signs of life: whoever is at work gives one now and then, and says by when the next will come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OPENS_S: Final = 60.0
"""Until the first sign of a session, where nobody says otherwise: what opens takes seconds."""


@dataclass(slots=True)
class Signs:
    """What shows that somebody is at work, from one session to the next; no clock is read for it.

    `session` counts those that were begun, or given up; `stuck` those that were ended because
    `within` seconds had long passed without a sign. While it is `held` no sign is missed.
    """

    count: int = 0
    within: float = OPENS_S
    held: bool = False
    session: int = 0
    stuck: int = 0

    def begin(self) -> None:
        """Another session: nothing that one before it does counts any more."""
        self.session += 1
        self.held = False
        self.give(OPENS_S)

    def give(self, within: float) -> None:
        """Show that it goes on, and that the next sign comes within so many seconds."""
        self.count += 1
        self.within = within

    def hold(self) -> None:
        """It waits for us from now on: for the pipeline, or for our disk."""
        self.held = True

    def go_on(self) -> None:
        """It waits for us no longer."""
        self.held = False
        self.count += 1
