"""How long bytes take on a line, and how long a unit may think about its answer."""

from __future__ import annotations

from dataclasses import dataclass

QUIET_CHARACTERS = 3.5  # between two RTU frames
FAST_BAUD = 19_200  # above this the quiet time is fixed
FAST_QUIET = 0.001_75  # seconds
SMOOTHING = 1 / 8  # RFC 6298's weights for a mean ...
SPREADING = 1 / 4  # ... and for its deviation
SPREADS = 4
TELLS_EVERY = 8  # answers of one unit, of which its neighbours learn from one
STRANGER_FACTOR = 4.0  # a unit never heard may be so much slower than its neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A serial line; without a baud rate bytes take no time (TCP)."""

    baud: int | None = None
    bits_per_character: int = 11

    def seconds(self, size: int) -> float:
        """How long so many bytes travel."""
        return size * self.bits_per_character / self.baud if self.baud else 0.0

    @property
    def quiet(self) -> float:
        """Seconds of silence between two frames."""
        if not self.baud:
            return 0.0
        return FAST_QUIET if self.baud > FAST_BAUD else self.seconds(1) * QUIET_CHARACTERS


class Patience:
    """Learns how long answers take beyond their time on the line.

    `within` lies between `floor` and `ceiling` seconds; a time-out doubles it until the
    next answer. A unit that was never heard is judged by `neighbours`.
    """

    def __init__(self, *, floor: float, ceiling: float, neighbours: Patience | None = None) -> None:
        self._floor = floor
        self.ceiling = ceiling
        self._neighbours = neighbours
        self._mean: float | None = None
        self._spread = 0.0
        self._factor = 1.0
        self._answers = 0

    @property
    def within(self) -> float:
        """Seconds to wait for an answer, beyond its time on the line."""
        return min(self.usual * self._factor, self.ceiling)

    @property
    def usual(self) -> float:
        """The same without what time-outs have added."""
        if self._mean is not None:
            return min(max(self._mean + SPREADS * self._spread, self._floor), self.ceiling)
        if self._neighbours is None or self._neighbours._mean is None:  # noqa: SLF001 -- its own class
            return self.ceiling
        return min(self._neighbours.usual * STRANGER_FACTOR, self.ceiling)

    @property
    def brief(self) -> float:
        """What is enough for a unit like its neighbours: a look whether it is there."""
        if self._mean is None and self._neighbours is not None:
            return min(self._neighbours.usual, self.ceiling)
        return self.usual

    def answered(self, seconds: float) -> None:
        """Learn from an answer."""
        seconds = max(seconds, 0.0)
        self._factor = 1.0
        if self._mean is None:
            self._mean, self._spread = seconds, seconds / 2
        else:
            off = seconds - self._mean
            self._mean += SMOOTHING * off
            self._spread += SPREADING * (abs(off) - self._spread)
        if self._neighbours is not None:
            if self._answers % TELLS_EVERY == 0:
                self._neighbours.answered(seconds)
            self._answers += 1

    def missed(self) -> None:
        """Be more patient the next time."""
        self._factor *= 2
