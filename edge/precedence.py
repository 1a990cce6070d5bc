"""What an alarm waits for runs before everything else on the machine, where that is granted."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from typing import Final

PRIORITY: Final = 1
"""The least of those that Linux calls real time; the kernel leaves all others 5 % beside them."""


def take_precedence() -> None:
    """Let this thread have a core as soon as it wants one; what it begins does not inherit that.

    A thread that waits until something happens is not given a core at once even by `SCHED_IDLE`:
    where it has had more than its share the scheduler looks again at its next tick, up to 4 ms
    later. Whoever starts the gateway grants this, by `RLIMIT_RTPRIO` or by having started it so;
    where nobody does it runs like any program.
    """
    if _granted():
        with suppress(OSError):  # a group of processes may have no such time at all
            go_first()


def go_first() -> None:
    """The same, granted or not; `OSError` where the kernel refuses it."""
    policy = os.SCHED_RR | os.SCHED_RESET_ON_FORK
    os.sched_setscheduler(0, policy, os.sched_param(PRIORITY))


def _granted() -> bool:
    most, _ = resource.getrlimit(resource.RLIMIT_RTPRIO)
    policy = os.sched_getscheduler(os.getpid()) & ~os.SCHED_RESET_ON_FORK
    return most == resource.RLIM_INFINITY or most >= PRIORITY or policy == os.SCHED_RR
