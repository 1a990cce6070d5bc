"""An ill that has to last before it is told, and to be gone before it is over."""

from __future__ import annotations

from typing import Final

from edge.vision.findings import Verdict

GAP_S: Final = 1.0
"""What is broken off for less goes on: some pictures in which a hand moved away from the lens."""


class Holding:
    """Makes a verdict of what single pictures say, by their times.

    Until the first picture that tells it is not observable: a session that begins does not end
    what the one before has told.
    """

    def __init__(self, after_s: float, well_s: float) -> None:
        self.verdict: Verdict = "not_observable"
        self.since = float("-inf")
        self._after_s, self._well_s = after_s, well_s
        self._next: Verdict | None = None
        self._begun = self._seen = 0.0

    def see(self, said: Verdict, t: float, *, since: float | None = None) -> None:
        """Take what one picture says; `since` where it is known to have been so for longer."""
        # What is told is over only after all of the time without it.
        idle = self._next is None or self.verdict == "yes" or t - self._seen > GAP_S
        if said == self.verdict:
            if idle:
                self._next = None
            return
        leaving = self.verdict == "yes" and self._next is not None
        if said != self._next and leaving:
            self._next = said  # the time without it goes on, whatever there is instead
        elif said != self._next:
            if not idle:
                return
            self._next, self._begun = said, t
        self._seen = t
        begun = self._begun if since is None else min(self._begun, since)
        if t - begun >= self._needed(said):
            self.verdict, self.since, self._next = said, t, None

    @property
    def doubted(self) -> bool:
        """Whether it is said by now, and has only not lasted yet."""
        return self._next == "yes"

    def keep(self, t: float) -> None:
        """Let it be as it was; the time until now does not count."""
        self._begun = self._seen = t

    def _needed(self, said: Verdict) -> float:
        """Return for how long it has to be said."""
        if said == "yes":
            return self._after_s
        if self.verdict == "not_observable":
            return 0.0  # what could not be seen has not to be over first
        return self._well_s
