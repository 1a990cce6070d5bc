"""How many pictures a second come, as of late (pure)."""

from __future__ import annotations

from collections import deque
from typing import Final

WINDOW_S: Final = 5.0
"""Long enough that a single late picture does not show, short enough to see a camera slow down."""


class Rate:
    """Counts arrivals; what comes less often than the window is told by its last two."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def note(self, t: float) -> None:
        """Count one."""
        times = self._times
        times.append(t)
        while len(times) > 2 and times[0] < t - WINDOW_S:  # noqa: PLR2004 - see the class
            times.popleft()

    def per_second(self, now: float) -> float:
        """Return the rate; it falls when nothing comes any more."""
        times = self._times
        if len(times) < 2:  # noqa: PLR2004 - one has no distance to another
            return 0.0
        apart = (times[-1] - times[0]) / (len(times) - 1)
        silent = now - times[-1]
        until = times[-1] if silent < 2 * apart else now
        return (len(times) - 1) / max(until - times[0], 1e-6)
