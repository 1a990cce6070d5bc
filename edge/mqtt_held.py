"""Messages whose acknowledgement waits for the disk, and what happens when it does not come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

MOST_HELD: Final = 10
"""A broker stops delivering at its own limit of unacknowledged messages; mosquitto's is 20."""

PATIENCE_S: Final = 5.0
"""A sound disk takes milliseconds."""


class Held:
    """Keeps count of what was received and not yet acknowledged, oldest first.

    A disk that refuses must not make the gateway deaf: a gate's answer in a fire comes the same
    way. Beyond the last few, what has waited for too long is acknowledged unkept; what
    followed from it waits for the disk in memory.
    """

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._held: dict[int, tuple[float, Callable[[], None]]] = {}
        self._next = 0

    def take(self, acknowledge: Callable[[], None]) -> Callable[[], None]:
        """Hold a message; what is returned acknowledges it, once however often it is called."""
        number, self._next = self._next, self._next + 1
        self._held[number] = (self._time(), acknowledge)

        def once() -> None:
            if self._held.pop(number, None) is not None:
                acknowledge()

        return once

    def relieve(self) -> None:
        """Let go of the oldest that have waited too long; to be called about once a second."""
        late = self._time() - PATIENCE_S
        while len(self._held) > MOST_HELD:
            oldest = next(iter(self._held))
            since, acknowledge = self._held[oldest]
            if since > late:
                return
            del self._held[oldest]
            acknowledge()
