"""How a process that handles pictures behaves: it gives way, dies first and leaves no dump."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

POLICY: Final = os.SCHED_IDLE
"""Linux runs it when no other process of the machine wants the core, and takes the core from it
when one does, at the next tick at the latest, and at once for `edge.precedence`: the worst niceness
leaves an alarm waiting for what is left of a turn. On a machine that is never idle cameras fall
behind, which is told as `degraded`."""

DIES_FIRST: Final = 500
"""A machine that runs out of memory loses a camera rather than what listens to a fire panel."""

_SET_NAME: Final = 15
_SET_DUMPABLE: Final = 4
"""Of `prctl`, from `linux/prctl.h`."""

_LONGEST_NAME: Final = 15


def be_humble(name: str) -> None:
    """Give way, leave no memory dump, and end only when the gateway hangs up or kills.

    Signals that a terminal or systemd sends to all processes at once are the gateway's to
    answer: a camera that died of them first would be told as a fault. For the main thread.
    """
    os.sched_setscheduler(0, POLICY, os.sched_param(0))
    with suppress(OSError):  # who has no dump may not, but has it from who forked it
        Path("/proc/self/oom_score_adj").write_text(str(DIES_FIRST), encoding="ascii")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0))  # what the gateway may is not for a decoder
    _prctl(_SET_DUMPABLE, 0)
    call_yourself(name)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def call_yourself(name: str) -> None:
    """Set the name that `top` shows."""
    _prctl(_SET_NAME, ctypes.c_char_p(name.encode()[:_LONGEST_NAME]))


def _prctl(option: int, value: int | ctypes.c_char_p) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
