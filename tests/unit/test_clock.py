"""The clock: steady between corrections, and honest about steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from edge.clock import Clock, synchronised


class Watches:
    """A wall clock and a monotonic clock that a test sets."""

    wall = 1_800_000_000.0
    steady = 50.0

    def clock(self) -> Clock:
        """A clock over both."""
        return Clock(lambda: self.wall, lambda: self.steady)


def test_it_follows_the_monotonic_clock() -> None:
    """A wall clock that is set does not move it until it is corrected."""
    watches = Watches()
    clock = watches.clock()
    watches.steady += 10
    watches.wall += 10 - 3600
    assert clock.now() == datetime.fromtimestamp(1_800_000_010, UTC)
    assert clock.correct() == timedelta(seconds=-3600)
    assert clock.now() == datetime.fromtimestamp(1_800_000_010 - 3600, UTC)


def test_small_differences_are_no_step() -> None:
    """What NTP slews is not a step."""
    watches = Watches()
    clock = watches.clock()
    watches.wall += 0.4
    assert clock.correct() == timedelta(0)
    assert clock.now() == datetime.fromtimestamp(1_800_000_000, UTC)


def test_the_kernel_can_be_asked() -> None:
    """Whether something disciplines the clock is a plain yes or no."""
    assert synchronised() in {True, False}
