"""Something that comes, stays and goes again: where it is at an instant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Presence:
    """Comes in `takes` seconds and goes in as many; away until somebody says `come`."""

    takes: float = 2.0
    _come: float | None = None
    _gone: float | None = None

    def come(self, t: float) -> None:
        """It begins to come; what is there already stays."""
        if self._come is None or (self._gone is not None and t >= self._gone):
            self._come, self._gone = t, None

    def go(self, t: float) -> None:
        """It begins to go, at the earliest when it has come."""
        if self._come is not None and self._gone is None:
            self._gone = max(t, self._come + self.takes)

    def part(self, t: float) -> float:
        """0 not there, 1 there to stay, between on its way in; from 1 to 2 on its way out."""
        if self._come is None or t < self._come:
            return 0.0
        if self._gone is not None and t >= self._gone:
            out = (t - self._gone) / self.takes
            return 0.0 if out >= 1 else 1 + out
        return min(1.0, (t - self._come) / self.takes)


def eased(part: float) -> float:
    """A move that begins and ends gently."""
    return part * part * (3 - 2 * part)
